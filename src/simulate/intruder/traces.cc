#include "simulate/intruder/traces.h"

#include <fmt/format.h>

namespace custos::simulate {

Micros cover_up(Operation& op, Micros now, const Place& p, const std::string& tool, bool quietly) {
  Windows& windows = op.scene().windows;
  Machine& m = *p.machine;
  std::vector<Entity> where{host_entity(m)};
  if (p.user() != nullptr) where.push_back(user_entity(*p.user()));
  const Session* session = p.system ? nullptr : &p.session;
  if (quietly) {
    const Act off = op.act("defense-evasion", "T1562.002", now, p.user(), where);
    launch(op, off, p, system32("auditpol.exe"), "auditpol /set /subcategory:\"File System\" /success:disable", 300'000);
    windows.audit_policy(off.then(150'000), m, session, "%%12800", "%%8448");
  } else {
    const Act cleared = op.act("defense-evasion", "T1070.001", now, p.user(), where);
    launch(op, cleared, p, system32("wevtutil.exe"), "wevtutil cl Security", 900'000, true);
    windows.cleared(cleared.then(500'000), m, {&m, p.user(), p.session.id, p.session.type}, true);
    launch(op, cleared.then(3 * kSecond), p, system32("wevtutil.exe"), "wevtutil cl System", 900'000, true);
    windows.cleared(cleared.then(3'500'000), m, {&m, p.user(), p.session.id, p.session.type}, false);
  }
  now += 20 * kSecond + op.pause(60);
  where.push_back({"file", tool});
  const Act removed = op.act("defense-evasion", "T1070.004", now, p.user(), where);
  if (!quietly) launch(op, removed, p, kCmd, fmt::format("cmd.exe /c del /f /q \"{}\"", tool), 200'000);
  windows.removed(removed.then(90'000), m, p.by, tool);
  return now + kMinute;
}

}  // namespace custos::simulate
