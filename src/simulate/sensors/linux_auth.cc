#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/linux_run.h"
#include "simulate/sensors/syslog_line.h"

namespace custos::simulate {
namespace auth_log {
namespace {

// sshd's process for the session and the shell below it, counted from the one that accepted the connection.
constexpr std::uint32_t kChild = 6, kShell = 7;

// `room`: how many ids the caller takes in a row.
std::uint32_t new_pid(Machine& on, std::uint32_t room = 1) {
  const std::uint32_t first = on.next_pid + 1 + static_cast<std::uint32_t>((hash64(on.name) ^ on.next_pid * 0x9E3779B97F4A7C15ull) >> 32) % 24;
  on.next_pid = first > 4'190'000 ? 1'000 : first + room - 1;
  return first > 4'190'000 ? 1'000 : first;
}

std::uint32_t daemon_pid(const Machine& on, std::string_view name) { return 500 + static_cast<std::uint32_t>((hash64(name) ^ hash64(on.name)) % 450); }

std::string fingerprint(std::string_view user) {
  Rng rng(0, user);
  std::string out = "SHA256:";
  for (int i = 0; i < 43; ++i) out += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[rng.below(64)];
  return out;
}

std::string account(std::string_view name) {
  std::string out;
  append_untrusted(out, name);
  return out;
}

std::uint32_t uid_of(const World& world, std::string_view user) {
  constexpr struct {
    std::string_view name;
    std::uint32_t uid;
  } kSystem[] = {{"root", 0}, {"www-data", 33}, {"backup", 34}, {"postgres", 110}, {"nobody", 65'534}};
  for (const auto& s : kSystem) {
    if (s.name == user) return s.uid;
  }
  for (const User& u : world.users) {
    if (u.name == user) return u.uid;
  }
  return 998;
}

constexpr std::string_view kOpenGrantors =
    "pam_selinux,pam_loginuid,pam_keyinit,pam_permit,pam_umask,pam_unix,pam_systemd,pam_mail,pam_limits,pam_env,pam_env,pam_selinux";

}  // namespace
}  // namespace auth_log

void Linux::put(Stream s, const Act& act, const Machine& on, std::string&& body, std::string&& id) {
  Pending p;
  p.due = act.at;
  p.stamp = delivery_.stamp(on, act.at);
  p.stream = s;
  p.machine = p.subject = on.index;
  p.person = act.person;
  p.body = std::move(body);
  p.id = std::move(id);
  p.deed = act.deed;
  delivery_.add(std::move(p));
}

// What would end the line or hide in it is escaped as rsyslog does: #012.
void Linux::line(const Act& act, Machine& on, std::string_view program, std::uint32_t pid, std::string_view text) {
  if (!delivery_.wanted(Stream::LinuxAuth)) return;
  std::string out = syslog_line(delivery_.stamp(on, act.at), on.name, program, pid);
  for (const char c : text) {
    if (const auto u = static_cast<unsigned char>(c); u < 0x20 || u == 0x7F) {
      fmt::format_to(std::back_inserter(out), "#{:03o}", u);
    } else {
      out += c;
    }
  }
  put(Stream::LinuxAuth, act, on, std::move(out), {});
}

void Linux::message(const Act& act, Machine& on, std::string_view program, std::uint32_t pid, std::string_view text) {
  if (is_linux(on)) line(act, on, program, pid, text);
}

Shell Linux::login(const Act& act, Machine& on, const User& who, std::string_view from, std::uint16_t port, bool key) {
  Shell s{&on, who.name, who.uid, 0, 0, std::string(from), port};
  if (!is_linux(on)) return s;
  s.pid = auth_log::new_pid(on, auth_log::kShell + 1);
  s.session = static_cast<std::uint32_t>(++on.next_logon & 0xFFFF);
  Rng rng = detail(world_, act.at, who.name, on.index);
  const Act opened = act.then(4'000 + static_cast<Micros>(rng.below(20'000))), registered = opened.then(6'000 + static_cast<Micros>(rng.below(40'000)));
  line(act, on, "sshd", s.pid,
       fmt::format("Accepted {} for {} from {} port {} ssh2{}", key ? "publickey" : "password", who.name, from, port,
                   key ? ": ED25519 " + auth_log::fingerprint(who.name) : ""));
  line(opened, on, "sshd", s.pid, fmt::format("pam_unix(sshd:session): session opened for user {}(uid={}) by (uid=0)", who.name, who.uid));
  line(registered, on, "systemd-logind", auth_log::daemon_pid(on, "systemd-logind"), fmt::format("New session {} of user {}.", s.session, who.name));
  const std::string acct = auth_log::account(who.name);
  if (!key) {
    told(act, on, "USER_AUTH",
         {s.pid, 0, kUnset, kUnset,
          fmt::format("op=PAM:authentication grantors=pam_permit,pam_unix acct={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=ssh res=success", acct,
                      from, from)});
  }
  told(act.then(800), on, "USER_ACCT",
       {s.pid, 0, kUnset, kUnset,
        fmt::format("op=PAM:accounting grantors=pam_permit acct={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=ssh res=success", acct, from, from)});
  entered(opened, on, s.pid, who.uid, s.session);
  told(opened.then(900), on, "USER_START",
       {s.pid, 0, who.uid, s.session,
        fmt::format("op=PAM:session_open grantors={} acct={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=ssh res=success", auth_log::kOpenGrantors,
                    acct, from, from)});
  told(registered.then(2'000), on, "USER_LOGIN",
       {s.pid, 0, who.uid, s.session,
        fmt::format("op=login id={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=/dev/pts/{} res=success", who.uid, from, from, s.session % 3)});
  return s;
}

void Linux::logout(const Act& act, const Shell& s) {
  if (s.on == nullptr || !is_linux(*s.on)) return;
  Machine& on = *s.on;
  const std::uint32_t logind = auth_log::daemon_pid(on, "systemd-logind");
  line(act, on, "sshd", s.pid + auth_log::kChild, fmt::format("Received disconnect from {} port {}:11: disconnected by user", s.from, s.port));
  line(act.then(60), on, "sshd", s.pid + auth_log::kChild, fmt::format("Disconnected from user {} {} port {}", s.user, s.from, s.port));
  line(act.then(1'400), on, "sshd", s.pid, fmt::format("pam_unix(sshd:session): session closed for user {}", s.user));
  line(act.then(9'000), on, "systemd-logind", logind, fmt::format("Session {} logged out. Waiting for processes to exit.", s.session));
  line(act.then(9'900), on, "systemd-logind", logind, fmt::format("Removed session {}.", s.session));
  const std::string tail =
      fmt::format("acct={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=ssh res=success", auth_log::account(s.user), s.from, s.from);
  told(act.then(1'500), on, "USER_END", {s.pid, 0, s.uid, s.session, fmt::format("op=PAM:session_close grantors={} {}", auth_log::kOpenGrantors, tail)});
  told(act.then(1'700), on, "CRED_DISP", {s.pid, 0, s.uid, s.session, fmt::format("op=PAM:setcred grantors=pam_permit {}", tail)});
}

void Linux::refused(const Act& act, Machine& on, std::string_view name, bool exists, std::string_view from, std::uint16_t port) {
  if (!is_linux(on)) return;
  const std::uint32_t pid = auth_log::new_pid(on);
  Rng rng = detail(world_, act.at, from, port);
  // PAM waits about two seconds before it says no.
  const Act tried = act.then(20'000 + static_cast<Micros>(rng.below(60'000))), failed = tried.then(1'500'000 + static_cast<Micros>(rng.below(1'000'000)));
  const Act closed = failed.then(30'000 + static_cast<Micros>(rng.below(300'000)));
  if (!exists) {
    line(act, on, "sshd", pid, fmt::format("Invalid user {} from {} port {}", name, from, port));
    line(tried, on, "sshd", pid, "pam_unix(sshd:auth): check pass; user unknown");
  }
  line(tried.then(40), on, "sshd", pid,
       fmt::format("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={} {}{}", from, exists ? " user=" : "",
                   exists ? name : ""));
  line(failed, on, "sshd", pid, fmt::format("Failed password for {}{} from {} port {} ssh2", exists ? "" : "invalid user ", name, from, port));
  const std::string_view who = exists ? "authenticating user" : "invalid user";
  if (rng.chance(0.4)) {
    line(closed, on, "sshd", pid, fmt::format("Received disconnect from {} port {}:11: Bye Bye [preauth]", from, port));
    line(closed.then(90), on, "sshd", pid, fmt::format("Disconnected from {} {} {} port {} [preauth]", who, name, from, port));
  } else {
    line(closed, on, "sshd", pid, fmt::format("Connection closed by {} {} {} port {} [preauth]", who, name, from, port));
  }
  const std::string known = auth_log::account(exists ? name : "?"), acct = auth_log::account(exists ? name : "(invalid user)");
  told(failed, on, "USER_AUTH",
       {pid, 0, kUnset, kUnset,
        fmt::format("op=PAM:authentication grantors=? acct={} exe=\"/usr/sbin/sshd\" hostname={} addr={} terminal=ssh res=failed", known, from, from)});
  told(closed, on, "USER_LOGIN",
       {pid, 0, kUnset, kUnset, fmt::format("op=login acct={} exe=\"/usr/sbin/sshd\" hostname=? addr={} terminal=ssh res=failed", acct, from)});
}

void Linux::run(const Act& act, const Shell& s, const std::vector<std::string>& words, std::string_view directory, bool root) {
  if (s.on == nullptr || !is_linux(*s.on) || words.empty()) return;
  Machine& on = *s.on;
  const std::uint32_t shell = s.pid + auth_log::kShell;
  const std::string tty = fmt::format("pts{}", s.session % 3), terminal = fmt::format("pts/{}", s.session % 3);
  if (!root) {
    executed(act, on, {auth_log::new_pid(on), shell, s.uid, s.session, s.uid, s.uid, tty, directory, words});
    return;
  }
  const std::uint32_t sudo = auth_log::new_pid(on, 3), command = sudo + 2;
  std::vector<std::string> with_sudo = words;
  with_sudo.insert(with_sudo.begin(), "sudo");
  executed(act, on, {sudo, shell, s.uid, s.session, s.uid, 0, tty, directory, with_sudo});
  std::string asked = executable(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) asked += " " + words[i];
  const Act allowed = act.then(9'000), done = act.then(60'000 + static_cast<Micros>(detail(world_, act.at, asked, sudo).exponential(900'000)));
  line(allowed, on, "sudo", 0, fmt::format("{:>8} : TTY={} ; PWD={} ; USER=root ; COMMAND={}", s.user, terminal, directory, asked));
  line(allowed.then(700), on, "sudo", 0, fmt::format("pam_unix(sudo:session): session opened for user root(uid=0) by {}(uid={})", s.user, s.uid));
  line(done, on, "sudo", 0, "pam_unix(sudo:session): session closed for user root");
  told(allowed, on, "USER_CMD",
       {sudo, s.uid, s.uid, s.session,
        fmt::format("cwd={} cmd={} exe=\"/usr/bin/sudo\" terminal={} res=success", auth_log::account(directory), auth_log::account(asked), terminal)});
  told(allowed.then(800), on, "USER_START",
       {sudo, s.uid, s.uid, s.session,
        fmt::format(
            "op=PAM:session_open grantors=pam_limits,pam_permit,pam_unix acct=\"root\" exe=\"/usr/bin/sudo\" hostname=? addr=? terminal=/dev/{} res=success",
            terminal)});
  executed(allowed.then(2'000), on, {command, sudo, s.uid, s.session, 0, 0, tty, directory, words});
  told(done, on, "USER_END",
       {sudo, s.uid, s.uid, s.session,
        fmt::format(
            "op=PAM:session_close grantors=pam_limits,pam_permit,pam_unix acct=\"root\" exe=\"/usr/bin/sudo\" hostname=? addr=? terminal=/dev/{} res=success",
            terminal)});
}

void Linux::cron(const Act& act, Machine& on, std::string_view user, std::string_view command) {
  if (!is_linux(on)) return;
  const std::uint32_t pid = auth_log::new_pid(on, 2), uid = auth_log::uid_of(world_, user), session = static_cast<std::uint32_t>(++on.next_logon & 0xFFFF);
  const Act done = act.then(40'000 + static_cast<Micros>(detail(world_, act.at, command, pid).exponential(3'000'000)));
  line(act, on, "CRON", pid, fmt::format("pam_unix(cron:session): session opened for user {}(uid={}) by (uid=0)", user, uid));
  line(act.then(1'500), on, "CRON", pid + 1, fmt::format("({}) CMD ({})", user, command));
  line(done, on, "CRON", pid, fmt::format("pam_unix(cron:session): session closed for user {}", user));
  const std::string tail = fmt::format("acct={} exe=\"/usr/sbin/cron\" hostname=? addr=? terminal=cron res=success", auth_log::account(user));
  told(act, on, "USER_ACCT", {pid, 0, kUnset, kUnset, fmt::format("op=PAM:accounting grantors=pam_permit {}", tail)});
  entered(act.then(600), on, pid, uid, session);
  told(act.then(1'200), on, "USER_START",
       {pid, 0, uid, session, fmt::format("op=PAM:session_open grantors=pam_loginuid,pam_env,pam_env,pam_permit,pam_umask,pam_unix,pam_limits {}", tail)});
  const std::string words[] = {"/bin/sh", "-c", std::string(command)};
  executed(act.then(1'600), on, {pid + 1, pid, uid, session, uid, uid, "(none)", user == "root" ? "/root" : "/", words});
  // dash runs the last command in its own place; only what needs no shell can be told apart here.
  if (!command.empty() && command.find_first_of("&|;<>()$`\"'*?") == std::string_view::npos) {
    std::vector<std::string> parts;
    for (std::size_t at = command.find_first_not_of(' '); at != std::string_view::npos; at = command.find_first_not_of(' ', at)) {
      const std::size_t end = std::min(command.find(' ', at), command.size());
      parts.emplace_back(command.substr(at, end - at));
      at = end;
    }
    executed(act.then(3'000), on, {pid + 1, pid, uid, session, uid, uid, "(none)", user == "root" ? "/root" : "/", parts});
  }
  told(done.then(300), on, "USER_END",
       {pid, 0, uid, session, fmt::format("op=PAM:session_close grantors=pam_loginuid,pam_env,pam_env,pam_permit,pam_umask,pam_unix,pam_limits {}", tail)});
}

void Linux::account(const Act& act, Machine& on, std::string_view name, std::uint32_t uid) {
  if (!is_linux(on)) return;
  const std::uint32_t pid = auth_log::new_pid(on);
  line(act, on, "useradd", pid, fmt::format("new group: name={}, GID={}", name, uid));
  line(act.then(4'000), on, "useradd", pid, fmt::format("new user: name={0}, UID={1}, GID={1}, home=/home/{0}, shell=/bin/bash, from=/dev/pts/0", name, uid));
  told(act, on, "ADD_GROUP",
       {pid, 0, 0, 1, fmt::format("op=add-group id={} exe=\"/usr/sbin/useradd\" hostname={} addr=? terminal=pts/0 res=success", uid, on.name)});
  told(act.then(4'000), on, "ADD_USER",
       {pid, 0, 0, 1,
        fmt::format("op=add-user acct={} id={} exe=\"/usr/sbin/useradd\" hostname={} addr=? terminal=pts/0 res=success", auth_log::account(name), uid,
                    on.name)});
}

}  // namespace custos::simulate
