#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/linux_run.h"

namespace custos::simulate {
namespace audit_log {
namespace {

constexpr std::string_view kSystemPrograms[] = {"adduser", "useradd",  "userdel", "usermod",  "groupadd", "visudo", "iptables",  "nft",
                                                "tcpdump", "sshd",     "cron",    "ip",       "service",  "sysctl", "logrotate", "insmod",
                                                "rmmod",   "modprobe", "reboot",  "shutdown", "chroot",   "arp",    "route",     "ifconfig"};

void hexadecimal(std::string& out, std::string_view s) {
  for (const char c : s) fmt::format_to(std::back_inserter(out), "{:02X}", static_cast<unsigned char>(c));
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void path(std::string& out, int item, std::string_view name, bool directory_of_programs) {
  fmt::format_to(std::back_inserter(out), " item={} name=", item);
  append_untrusted(out, name);
  fmt::format_to(std::back_inserter(out),
                 " inode={} dev=fd:00 mode=0100{} ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0",
                 1'000 + hash64(name) % 900'000, directory_of_programs ? "755" : "640");
}

// The kernel's limits: 7,500 characters a piece of an argument, 128 bytes of title.
constexpr std::size_t kPiece = 7'500, kTitle = 128;

void arguments(std::string& out, std::span<const std::string> words) {
  fmt::format_to(std::back_inserter(out), " argc={}", words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string shown;
    append_untrusted(shown, words[i]);
    if (shown.size() <= kPiece) {
      fmt::format_to(std::back_inserter(out), " a{}={}", i, shown);
      continue;
    }
    // The pieces of a quoted argument are quoted one by one, those of a hexadecimal one hold whole bytes.
    const bool quoted = shown.front() == '"';
    const std::string_view inside = quoted ? std::string_view(shown).substr(1, shown.size() - 2) : std::string_view(shown);
    fmt::format_to(std::back_inserter(out), " a{}_len={}", i, inside.size());
    for (std::size_t at = 0, n = 0; at < inside.size(); at += kPiece, ++n) {
      const std::string_view quote = quoted ? "\"" : "";
      fmt::format_to(std::back_inserter(out), " a{}[{}]={}{}{}", i, n, quote, inside.substr(at, kPiece), quote);
    }
  }
}

void title(std::string& out, std::span<const std::string> words) {
  std::string all;
  for (const std::string& w : words) {
    if (&w != words.data()) all += '\0';
    all += w;
    if (all.size() > kTitle) break;
  }
  all.resize(std::min(all.size(), kTitle));
  append_untrusted(out, all);
}

std::string credentials(std::uint32_t uid, std::uint32_t euid) {
  return fmt::format("uid={0} gid={0} euid={1} suid={1} fsuid={1} egid={2} sgid={2} fsgid={2}", uid, euid, euid == 0 && uid != 0 ? uid : euid);
}

}  // namespace
}  // namespace audit_log

std::string executable(std::string_view word) {
  if (word.find('/') != std::string_view::npos) return std::string(word);
  for (const std::string_view s : audit_log::kSystemPrograms) {
    if (s == word) return fmt::format("/usr/sbin/{}", word);
  }
  return fmt::format("/usr/bin/{}", word == "sh" ? "dash" : word);
}

void append_untrusted(std::string& out, std::string_view s) {
  const bool plain = std::all_of(s.begin(), s.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '"'; });
  if (plain) {
    out += '"';
    out += s;
    out += '"';
  } else {
    audit_log::hexadecimal(out, s);
  }
}

std::string Linux::mark(const Machine& on, Micros at) {
  const Micros stamp = delivery_.stamp(on, at);
  return fmt::format("msg=audit({}.{:03}:{}):", stamp / kSecond, stamp % kSecond / 1'000, kSerial);
}

void Linux::audit(const Act& act, Machine& on, std::string&& body) {
  put(Stream::Auditd, act, on, std::move(body), fmt::format("{}:{}", on.name, kSerial));
}

// A rule for execve, as every guide to hardening has it: -a always,exit -F arch=b64 -S execve -k exec
void Linux::executed(const Act& act, Machine& on, const Run& run) {
  if (!delivery_.wanted(Stream::Auditd) || run.words.empty()) return;
  const std::string head = mark(on, act.at), file = executable(run.words.front());
  Rng rng = detail(world_, act.at, head, run.pid);
  const std::uint64_t frame = 0x55'0000'000000ull + (rng.below(1ull << 36) << 4);
  std::string out;
  out.reserve(1'200);
  auto at = std::back_inserter(out);
  fmt::format_to(at,
                 "node={} type=SYSCALL {} arch=c000003e syscall=59 success=yes exit=0 a0={:x} a1={:x} a2={:x} a3={:x} items=2 ppid={} pid={} auid={} {} tty={} "
                 "ses={} comm=",
                 on.name, head, frame, frame + 0x50, frame + 0x2410, 8 * rng.below(200), run.parent, run.pid, run.auid,
                 audit_log::credentials(run.uid, run.euid), run.tty, run.session);
  append_untrusted(out, audit_log::base_name(run.words.front()).substr(0, 15));
  out += " exe=";
  append_untrusted(out, file);
  fmt::format_to(at, " subj=unconfined key=\"exec\"\nnode={} type=EXECVE {}", on.name, head);
  audit_log::arguments(out, run.words);
  fmt::format_to(at, "\nnode={} type=CWD {} cwd=", on.name, head);
  append_untrusted(out, run.directory);
  fmt::format_to(at, "\nnode={} type=PATH {}", on.name, head);
  audit_log::path(out, 0, file, true);
  fmt::format_to(at, "\nnode={} type=PATH {}", on.name, head);
  audit_log::path(out, 1, "/lib64/ld-linux-x86-64.so.2", true);
  fmt::format_to(at, "\nnode={} type=PROCTITLE {} proctitle=", on.name, head);
  audit_log::title(out, run.words);
  audit(act, on, std::move(out));
}

void Linux::told(const Act& act, Machine& on, std::string_view type, const Says& says) {
  if (!delivery_.wanted(Stream::Auditd)) return;
  audit(act, on,
        fmt::format("node={} type={} {} pid={} uid={} auid={} ses={} subj=unconfined msg='{}'", on.name, type, mark(on, act.at), says.pid, says.uid, says.auid,
                    says.session, says.what));
}

void Linux::entered(const Act& act, Machine& on, std::uint32_t pid, std::uint32_t uid, std::uint32_t session) {
  if (!delivery_.wanted(Stream::Auditd)) return;
  audit(act, on,
        fmt::format("node={} type=LOGIN {} pid={} uid=0 subj=unconfined old-auid=4294967295 auid={} tty=(none) old-ses=4294967295 ses={} res=1", on.name,
                    mark(on, act.at), pid, uid, session));
}

// A watch on a file (-w PATH -p r -k KEY), read with cat.
void Linux::opened(const Act& act, const Shell& s, std::string_view path, std::string_view key) {
  if (s.on == nullptr || !is_linux(*s.on) || !delivery_.wanted(Stream::Auditd)) return;
  Machine& on = *s.on;
  const std::string head = mark(on, act.at);
  Rng rng = detail(world_, act.at, head, s.pid);
  const std::string words[] = {"cat", std::string(path)};
  std::string out;
  out.reserve(800);
  auto at = std::back_inserter(out);
  const std::uint32_t euid = s.user == "root" ? 0 : s.uid;
  fmt::format_to(
      at,
      "node={} type=SYSCALL {} arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1={:x} a2=0 a3=0 items=1 ppid={} pid={} auid={} {} tty=pts{} ses={} ",
      on.name, head, 0x7ffd'0000'0000ull + (rng.below(1u << 28) << 4), s.pid + 7, s.pid + 20 + rng.below(200), s.uid, audit_log::credentials(euid, euid),
      s.session % 3, s.session);
  out += R"(comm="cat" exe="/usr/bin/cat" subj=unconfined key=)";
  append_untrusted(out, key);
  fmt::format_to(at, "\nnode={} type=CWD {} cwd=", on.name, head);
  append_untrusted(out, euid == 0 ? "/root" : fmt::format("/home/{}", s.user));
  fmt::format_to(at, "\nnode={} type=PATH {}", on.name, head);
  audit_log::path(out, 0, path, false);
  fmt::format_to(at, "\nnode={} type=PROCTITLE {} proctitle=", on.name, head);
  audit_log::title(out, words);
  audit(act, on, std::move(out));
}

}  // namespace custos::simulate
