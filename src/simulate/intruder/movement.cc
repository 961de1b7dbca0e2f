#include "simulate/intruder/movement.h"

#include <fmt/format.h>

namespace custos::simulate {
namespace movement {
namespace {

constexpr std::string_view kServices[] = {"DeviceHealthSvc", "PrintNotifyHost", "TelemetryRelay", "WinUpdMonitor", "StorageTierSvc"};

std::vector<Entity> between(const Place& from, const Machine& to, const User& as) { return {host_entity(*from.machine), host_entity(to), user_entity(as)}; }

Arrival by_service(Operation& op, Micros now, const Place& from, Machine& to, const User& as) {
  Windows& windows = op.scene().windows;
  Machine& m = *from.machine;
  const std::string_view name = movement::kServices[op.rng().below(std::size(movement::kServices))];
  const std::string file = fmt::format("{}.exe", name), image = fmt::format("C:\\Windows\\{}", file);
  const Act act = op.act("lateral-movement", "T1021.002", now, &as, between(from, to, as));
  const std::uint16_t port = m.next_port();
  const Session s = network_logon(op, act, m, to, as, port, 3 * kMinute, &from.by);
  windows.share(act.then(80'000), s, m.address, port, "ADMIN$");
  windows.shared_file(act.then(120'000), s, m.address, port, "ADMIN$", file, Windows::Access::Write);
  windows.file(act.then(300'000), to, windows.system_process(to, "System"), image);
  windows.share(act.then(900'000), s, m.address, port, "IPC$");
  windows.shared_file(act.then(940'000), s, m.address, port, "IPC$", "svcctl", Windows::Access::Write);
  const Act run = op.act("execution", "T1569.002", now + 2 * kSecond, &as, {host_entity(to), user_entity(as), {"process", image}});
  windows.service(run, to, &s, name, image);
  Place p;
  p.machine = &to;
  p.session = {&to, nullptr, 0x3e7, 5};
  p.by = windows.start(run.then(200'000), to, nullptr, to.services, {.image = image, .command = image, .company = "-"});
  p.system = true;
  return {p, now + 4 * kMinute, kNever};
}

Arrival by_wmi(Operation& op, Micros now, const Place& from, Machine& to, const User& as) {
  Windows& windows = op.scene().windows;
  Machine& m = *from.machine;
  const Act act = op.act("lateral-movement", "T1021.003", now, &as, between(from, to, as));
  const Session s = network_logon(op, act, m, to, as, m.next_port(), 10 * kMinute, &from.by);
  op.scene().network.internal(act.then(40'000), m, to, 135, "dce_rpc", 900, 700, 300'000, &from.by);
  op.scene().network.internal(act.then(90'000), m, to, static_cast<std::uint16_t>(49'660 + op.rng().below(20)), "dce_rpc", 7'000, 5'000, 20 * kSecond,
                              &from.by);
  const std::string image = system32("rundll32.exe");
  const std::string command =
      fmt::format("rundll32.exe C:\\ProgramData\\{}\\store.dll,Open", movement::kServices[op.rng().below(std::size(movement::kServices))]);
  const Act run = op.act("execution", "T1047", now + 3 * kSecond, &as, {host_entity(to), user_entity(as), {"process", image}});
  Process host = windows.system_process(to, "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe");
  Place p;
  p.machine = &to;
  p.session = s;
  p.by = windows.start(run, to, &s, host, {.image = image, .command = command, .integrity = "High"});
  return {p, now + kMinute, kNever};
}

Arrival by_desktop(Operation& op, Micros now, const Place& from, Machine& to, const User& as) {
  Windows& windows = op.scene().windows;
  Machine& m = *from.machine;
  const Micros lasts = 15 * kMinute + op.pause(600);
  const Act act = op.act("lateral-movement", "T1021.001", now, &as, between(from, to, as));
  if (from.user() != nullptr) windows.other_credentials(act, m, as, *from.user(), to.fqdn, from.by);
  launch(op, act.then(kSecond), from, system32("mstsc.exe"), fmt::format("\"C:\\Windows\\system32\\mstsc.exe\" /v:{}", to.name), lasts);
  windows.ticket(act.then(3 * kSecond), as.name, as.sid, m.address);
  windows.service_ticket(act.then(3'050'000), as.name, to, m.address);
  op.scene().network.internal(act.then(2 * kSecond), m, to, 3'389, "rdp", 300'000 + op.rng().below(800'000), 4'000'000 + op.rng().below(9'000'000), lasts,
                              &from.by);
  Place p;
  p.machine = &to;
  p.session = windows.logon(act.then(4 * kSecond), to, as, {.type = 10, .from = m.address, .port = m.next_port(), .package = "Negotiate"});
  p.by =
      windows.start(act.then(8 * kSecond), to, &p.session, to.explorer, {.image = kCmd, .command = "\"C:\\Windows\\system32\\cmd.exe\"", .integrity = "High"});
  windows.end(act.then(lasts - kSecond), to, p.by);
  windows.logoff(act.then(lasts), p.session);
  return {p, now + kMinute, now + lasts - kMinute};
}

}  // namespace
}  // namespace movement

Session network_logon(Operation& op, const Act& act, Machine& from, Machine& to, const User& as, std::uint16_t port, Micros lasts, const Process* by) {
  Scene& scene = op.scene();
  scene.windows.ticket(act, as.name, as.sid, from.address);
  scene.windows.service_ticket(act.then(9'000), as.name, to, from.address);
  scene.network.internal(act.then(5'000), from, to, 445, "smb", 90'000 + op.rng().below(300'000), 30'000 + op.rng().below(90'000), lasts, by);
  const Session s = scene.windows.logon(act.then(40'000), to, as, {.type = 3, .from = from.address, .port = port});
  scene.windows.logoff(act.then(lasts), s);
  return s;
}

Arrival move(Operation& op, Micros now, const Place& from, Machine& to, const User& as, Way way) {
  switch (way) {
    case Way::Service: return movement::by_service(op, now, from, to, as);
    case Way::Wmi: return movement::by_wmi(op, now, from, to, as);
    default: return movement::by_desktop(op, now, from, to, as);
  }
}

}  // namespace custos::simulate
