#include <fmt/format.h>

#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {

void Windows::service(const Act& act, Machine& on, const Session* session, std::string_view name, std::string_view image) {
  const Subject who = subject(on, session);
  event(act, on, "Security 4697", {who.sid, who.name, who.domain, who.logon, name, image, "0x10", "3", "LocalSystem"}, on.services.pid);
  event(act, on, "System 7045", {name, image, "user mode service", "demand start", "LocalSystem"}, on.services.pid, who.sid);
}

void Windows::service_state(const Act& act, Machine& on, std::string_view name, std::string_view state) {
  event(act, on, "System 7036", {name, state}, on.services.pid);
}

void Windows::task(const Act& act, Machine& on, const Session* session, std::string_view name, std::string_view command) {
  const Subject who = subject(on, session);
  const std::string owner = who.domain + "\\" + who.name;
  const std::string_view program = command.substr(0, command.find(' '));
  const std::string_view rest = program.size() < command.size() ? command.substr(program.size() + 1) : std::string_view();
  const std::string content = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n  "
      "<RegistrationInfo>\r\n    "
      "<Author>{}</Author>\r\n    <URI>{}</URI>\r\n  </RegistrationInfo>\r\n  <Actions Context=\"Author\">\r\n    <Exec>\r\n      <Command>{}</Command>\r\n    "
      "  "
      "<Arguments>{}</Arguments>\r\n    </Exec>\r\n  </Actions>\r\n</Task>",
      owner, name, program, rest);
  event(act, on, "Security 4698", {who.sid, who.name, who.domain, who.logon, name, content}, on.services.pid);
  event(act, on, "TaskScheduler 106", {name, owner}, on.svchost.pid, kSystemSid);
}

void Windows::task_ran(const Act& act, Machine& on, std::string_view name, std::string_view image) {
  const std::uint64_t h = on.rng.next();
  const std::string instance = fmt::format("{:08x}-{:04x}-4{:03x}-9{:03x}-{:012x}", h >> 32, h >> 16 & 0xFFFF, h & 0xFFF, h >> 52, h & 0xFFFFFFFFFFFF);
  event(act, on, "TaskScheduler 200", {name, image, instance}, on.svchost.pid, kSystemSid);
  event(act.then(static_cast<Micros>(on.rng.exponential(4 * kSecond))), on, "TaskScheduler 201", {name, instance, image, "0"}, on.svchost.pid, kSystemSid);
}

void Windows::cleared(const Act& act, Machine& on, const Session& s, bool security) {
  const Subject who = subject(on, &s);
  if (security) {
    event(act, on, "Security 1102", {who.sid, who.name, who.domain, who.logon}, on.svchost.pid);
  } else {
    event(act, on, "System 104", {who.name, who.domain, "System", ""}, on.svchost.pid, who.sid);
  }
}

void Windows::audit_policy(const Act& act, Machine& on, const Session* session, std::string_view subcategory, std::string_view changes) {
  const Subject who = subject(on, session);
  event(act, on, "Security 4719", {who.sid, who.name, who.domain, who.logon, "%%8274", subcategory, "0cce922b-69ae-11d9-bed3-505054503030", changes},
        on.services.pid);
}

void Windows::account(const Act& act, Machine& dc, const Session& by, const User& who, AccountChange what) {
  const Subject doer = subject(dc, &by);
  const auto short_form = [&](std::string_view kind) {
    event(act, dc, kind, {who.name, who.domain, who.sid, doer.sid, doer.name, doer.domain, doer.logon}, dc.services.pid);
  };
  switch (what) {
    case AccountChange::Created:
      event(act, dc, "Security 4720",
            {who.name,
             who.domain,
             who.sid,
             doer.sid,
             doer.name,
             doer.domain,
             doer.logon,
             "-",
             who.name,
             who.display,
             who.upn,
             "-",
             "-",
             "-",
             "-",
             "-",
             "%%1794",
             "%%1794",
             "513",
             "-",
             "0x0",
             "0x15",
             "\n\t\t%%2080\n\t\t%%2082\n\t\t%%2084",
             "-",
             "-",
             "%%1793"},
            dc.services.pid);
      break;
    case AccountChange::Enabled: short_form("Security 4722"); break;
    case AccountChange::PasswordReset: short_form("Security 4724"); break;
    case AccountChange::Unlocked: short_form("Security 4767"); break;
    case AccountChange::Disabled: short_form("Security 4725"); break;
    case AccountChange::Locked:
      event(act, dc, "Security 4740",
            {who.name, by.on == nullptr ? dc.name : by.on->name, who.sid, kSystemSid, dc.account, world_.parameters->netbios, "0x3e7"}, dc.services.pid);
      break;
  }
}

void Windows::member(const Act& act, Machine& on, const Session& by, const User& who, std::string_view group, bool added) {
  const Subject doer = subject(on, &by);
  const bool domain = on.kind == Kind::DomainController;
  const std::string_view kind = domain ? (added ? "Security 4728" : "Security 4729") : (added ? "Security 4732" : "Security 4733");
  std::string container;
  for (std::string_view rest = world_.parameters->domain; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    container += fmt::format(",DC={}", part);
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  event(act, on, kind,
        {fmt::format("CN={},CN=Users{}", who.name, container), who.sid, group,
         domain ? std::string_view(world_.parameters->netbios) : std::string_view("Builtin"), domain ? world_.domain_sid + "-1105" : "S-1-5-32-544", doer.sid,
         doer.name, doer.domain, doer.logon, "-"},
        on.services.pid);
}

void Windows::replicated(const Act& act, Machine& dc, const User& by, std::uint64_t logon) {
  // DS-Replication-Get-Changes and -All: [MS-ADTS] 5.1.3.2.1.
  event(act, dc, "Security 4662",
        {by.sid, by.name, by.domain, hex(logon), "DS", "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}", "%{c5ba1a5e-9f0e-4b3c-8a5f-3c2d1e0f9a8b}", "Object Access",
         "0x0", "%%7688\n\t\t\t\t", "0x100",
         "%%7688\n\t\t{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}\n", "-", ""},
        dc.services.pid);
}

void Windows::started(const Act& act, Machine& on, bool stopping) {
  const std::string now = to_rfc3339(delivery_.stamp(on, act.at));
  if (stopping) {
    event(act, on, "System 6006", {});
    event(act, on, "System 13", {now});
  } else {
    event(act, on, "System 12", {"10", "0", "19045", "4894", "0", "0", now});
    event(act, on, "System 6005", {});
  }
}

}  // namespace custos::simulate
