#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('\\') + 1); }
std::string_view folder(std::string_view path) { return path.substr(0, path.rfind('\\') + 1); }

std::string_view label(std::string_view integrity) {
  return integrity == "System" ? "S-1-16-16384" : integrity == "High" ? "S-1-16-12288" : integrity == "Low" ? "S-1-16-4096" : "S-1-16-8192";
}

// What a process does in somebody's name it does as its own user: a record of it is about that account's owner, whoever's password is used further on.
Act of_process(const Act& act, const Process& by) { return {act.at, by.user == nullptr ? kNobody : by.user->person, act.deed}; }

}  // namespace

Process Windows::start(const Act& act, Machine& on, const Session* session, const Process& parent, const Launch& what) {
  // Process ids are multiples of four and are used again after a while.
  on.next_pid += 4 * (1 + static_cast<std::uint32_t>(on.rng.below(60)));
  if (on.next_pid > 30'000) on.next_pid = 1'500 + static_cast<std::uint32_t>(on.rng.below(100)) * 4;
  const auto seconds = static_cast<std::uint32_t>(act.at / kSecond);
  Process p{
      on.next_pid,
      fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", on.guid_seed >> 32, seconds >> 16, seconds & 0xFFFF, on.next_pid & 0xFFFF, on.rng.below(1ull << 40)),
      std::string(what.image),
      std::string(what.command),
      session == nullptr ? nullptr : session->user,
      session == nullptr ? 0x3e7 : session->id};
  if (!on.windows || !delivery_.wanted(Stream::Windows)) return p;
  const bool system = p.user == nullptr;
  const std::string_view integrity = system ? "System" : what.integrity;
  const Subject who = subject(on, session);
  event(act, on, "Security 4688",
        {who.sid, who.name, who.domain, who.logon, hex(p.pid), p.image,
         integrity == "Medium" ? "%%1938"
         : integrity == "High" ? "%%1937"
                               : "%%1936",
         hex(parent.pid), p.command, kNobodySid, "-", "-", "0x0", parent.image, label(integrity)},
        on.services.pid);
  if (on.sysmon) {
    const std::uint64_t h = hash64(who.logon) ^ hash64(on.name);
    event(act.then(static_cast<Micros>(on.rng.below(4'000))), on, "Sysmon 1",
          {"-",
           utc(on, act.at),
           p.guid,
           fmt::format("{}", p.pid),
           p.image,
           "10.0.19041.1",
           what.description,
           "Microsoft Windows Operating System",
           what.company,
           file_name(p.image),
           p.command,
           system ? "C:\\Windows\\system32\\" : folder(p.image),
           user_of(p),
           fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", h >> 32, h >> 16 & 0xFFFF, h & 0xFFFF, h >> 48, h & 0xFFFFFFFFFFFF),
           hex(p.logon),
           system ? "0" : "1",
           integrity,
           hashes_of(p.image),
           parent.guid,
           fmt::format("{}", parent.pid),
           parent.image,
           parent.command,
           user_of(parent)},
          on.svchost.pid, kSystemSid);
  }
  if (!starts_.empty()) follow(act.then(1'000), on, p, starts_);
  return p;
}

void Windows::end(const Act& act, Machine& on, const Process& p) {
  if (!on.windows) return;
  const Session s{&on, p.user, p.logon, 2};
  const Subject who = subject(on, &s);
  event(act, on, "Security 4689", {who.sid, who.name, who.domain, who.logon, "0x0", hex(p.pid), p.image}, on.services.pid);
  if (on.sysmon) event(act, on, "Sysmon 5", {"-", utc(on, act.at), p.guid, fmt::format("{}", p.pid), p.image, user_of(p)}, on.svchost.pid, kSystemSid);
}

void Windows::opened(const Act& act, Machine& on, const Process& by, const Process& target, std::uint32_t access, std::string_view trace) {
  if (!on.sysmon) return;
  event(act, on, "Sysmon 10",
        {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), fmt::format("{}", by.pid + 8), by.image, target.guid, fmt::format("{}", target.pid),
         target.image, hex(access), trace, user_of(by), user_of(target)},
        on.svchost.pid, kSystemSid);
}

void Windows::loaded(const Act& act, Machine& on, const Process& by, std::string_view module, std::string_view company, bool is_signed) {
  if (!on.sysmon) return;
  event(act, on, "Sysmon 7",
        {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), by.image, module, is_signed ? "10.0.19041.1" : "-", is_signed ? file_name(module) : "-",
         is_signed ? "Microsoft Windows Operating System" : "-", is_signed ? company : "-", is_signed ? file_name(module) : "-", hashes_of(module),
         is_signed ? "true" : "false", is_signed ? company : "-", is_signed ? "Valid" : "Unavailable", user_of(by)},
        on.svchost.pid, kSystemSid);
}

void Windows::thread(const Act& act, Machine& on, const Process& by, const Process& target) {
  if (!on.sysmon) return;
  event(act, on, "Sysmon 8",
        {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), by.image, target.guid, fmt::format("{}", target.pid), target.image,
         fmt::format("{}", target.pid + 400), "0x0000020000000000", "-", "-", user_of(by), user_of(target)},
        on.svchost.pid, kSystemSid);
}

void Windows::script(const Act& act, Machine& on, const Process& by, std::string_view text) {
  const std::uint64_t h = on.rng.next();
  event(act, on, "PowerShell 4104",
        {"1", "1", text, fmt::format("{:08x}-{:04x}-4{:03x}-9{:03x}-{:012x}", h >> 32, h >> 16 & 0xFFFF, h & 0xFFF, h >> 52, h & 0xFFFFFFFFFFFF), ""}, by.pid,
        by.user == nullptr ? kSystemSid : std::string_view(by.user->sid));
}

void Windows::connected(const Act& act, Machine& on, const Process& by, std::string_view to, std::uint16_t to_port, std::string_view name,
                        std::uint16_t from_port) {
  if (!connections_.empty()) follow(act, on, by, connections_);
  if (!on.sysmon) return;
  event(of_process(act, by), on, "Sysmon 3",
        {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), by.image, user_of(by), "tcp", "true", "false", on.address, on.fqdn,
         fmt::format("{}", from_port), "-", "false", to, name.empty() ? "-" : name, fmt::format("{}", to_port),
         to_port == 443   ? "https"
         : to_port == 80  ? "http"
         : to_port == 445 ? "microsoft-ds"
                          : "-"},
        on.svchost.pid, kSystemSid);
}

void Windows::asked(const Act& act, Machine& on, const Process& by, std::string_view name, std::string_view answers) {
  asked(act, on, by, name, answers.empty() ? 9003 : 0, answers.empty() ? std::string("-") : fmt::format("::ffff:{};", answers));
}

void Windows::asked(const Act& act, Machine& on, const Process& by, std::string_view name, int status, std::string_view results) {
  if (!on.sysmon) return;
  event(of_process(act, by), on, "Sysmon 22",
        {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), name, fmt::format("{}", status), results, by.image, user_of(by)},
        on.svchost.pid, kSystemSid);
}

Process Windows::system_process(Machine& on, std::string_view image) {
  const std::uint64_t h = hash64(image) ^ on.guid_seed;
  const auto pid = static_cast<std::uint32_t>(400 + h % 700 * 4);
  return {pid,
          fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", on.guid_seed >> 32, h & 0xFFFF, h >> 16 & 0xFFFF, pid & 0xFFFF, h >> 24),
          std::string(image),
          std::string(image),
          nullptr,
          0x3e7};
}

}  // namespace custos::simulate
