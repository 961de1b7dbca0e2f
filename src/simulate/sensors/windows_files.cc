#include <fmt/format.h>

#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {
namespace {

struct Rights {
  std::string_view mask, list;
};

Rights rights(Windows::Access how) {
  switch (how) {
    case Windows::Access::Write:
      return {"0x120196", "%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4417\n\t\t\t\t%%4418\n\t\t\t\t%%4420\n\t\t\t\t%%4423\n\t\t\t\t%%4424\n\t\t\t\t"};
    case Windows::Access::Delete: return {"0x110080", "%%1537\n\t\t\t\t%%1541\n\t\t\t\t%%4423\n\t\t\t\t"};
    case Windows::Access::List: return {"0x100081", "%%1541\n\t\t\t\t%%4416\n\t\t\t\t%%4423\n\t\t\t\t"};
    default: return {"0x120089", "%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4416\n\t\t\t\t%%4419\n\t\t\t\t%%4423\n\t\t\t\t"};
  }
}

}  // namespace

void Windows::file(const Act& act, Machine& on, const Process& by, std::string_view path) {
  if (!on.sysmon) return;
  const std::string t = utc(on, act.at);
  event(act, on, "Sysmon 11", {"-", t, by.guid, fmt::format("{}", by.pid), by.image, path, t, user_of(by)}, on.svchost.pid, kSystemSid);
}

void Windows::downloaded(const Act& act, Machine& on, const Process& by, std::string_view path, std::string_view url) {
  file(act, on, by, path);
  if (!on.sysmon) return;
  const std::string t = utc(on, act.at);
  event(act, on, "Sysmon 15",
        {"-", t, by.guid, fmt::format("{}", by.pid), by.image, fmt::format("{}:Zone.Identifier", path), t, hashes_of(path),
         fmt::format("[ZoneTransfer]  ZoneId=3  HostUrl={} ", url), user_of(by)},
        on.svchost.pid, kSystemSid);
}

void Windows::removed(const Act& act, Machine& on, const Process& by, std::string_view path) {
  if (!on.sysmon) return;
  event(act, on, "Sysmon 23", {"-", utc(on, act.at), by.guid, fmt::format("{}", by.pid), user_of(by), by.image, path, hashes_of(path), "false", "true"},
        on.svchost.pid, kSystemSid);
}

void Windows::registry(const Act& act, Machine& on, const Process& by, std::string_view key, std::string_view value) {
  if (!on.sysmon) return;
  event(act, on, "Sysmon 13", {"-", "SetValue", utc(on, act.at), by.guid, fmt::format("{}", by.pid), by.image, key, value, user_of(by)}, on.svchost.pid,
        kSystemSid);
}

void Windows::pipe(const Act& act, Machine& on, const Process& by, std::string_view name, bool created) {
  if (!on.sysmon) return;
  event(act, on, created ? "Sysmon 17" : "Sysmon 18",
        {"-", created ? "CreatePipe" : "ConnectPipe", utc(on, act.at), by.guid, fmt::format("{}", by.pid), name, by.image, user_of(by)}, on.svchost.pid,
        kSystemSid);
}

void Windows::share(const Act& act, const Session& s, std::string_view from, std::uint16_t port, std::string_view share) {
  const Subject who = subject(*s.on, &s);
  event(act, *s.on, "Security 5140",
        {who.sid, who.name, who.domain, who.logon, "File", from, fmt::format("{}", port), fmt::format("\\\\*\\{}", share),
         share.ends_with('$') ? std::string() : fmt::format("\\??\\D:\\{}", share), "0x1", "%%4416\n\t\t\t\t"});
}

void Windows::shared_file(const Act& act, const Session& s, std::string_view from, std::uint16_t port, std::string_view share, std::string_view path,
                          Access how) {
  const Subject who = subject(*s.on, &s);
  const Rights r = rights(how);
  event(act, *s.on, "Security 5145",
        {who.sid, who.name, who.domain, who.logon, "File", from, fmt::format("{}", port), fmt::format("\\\\*\\{}", share),
         share.ends_with('$') ? std::string() : fmt::format("\\??\\D:\\{}", share), path, r.mask, r.list, "-"});
}

}  // namespace custos::simulate
