#include "simulate/intruder/credentials.h"

#include <fmt/format.h>

#include "simulate/intruder/people.h"

namespace custos::simulate {
namespace credentials {
namespace {

constexpr std::string_view kTrace = "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|UNKNOWN(000001D2A4B10F3A)";

// The elevation prompt is passed by a program that Windows trusts and a key of the user's own registry: T1548.002.
Place raise(Operation& op, const Act& act, const Place& p) {
  Windows& windows = op.scene().windows;
  windows.registry(act, *p.machine, p.by, fmt::format("HKU\\{}_Classes\\ms-settings\\shell\\open\\command\\(Default)", p.user()->sid), p.by.command);
  const Process trusted = launch(op, act.then(2 * kSecond), p, system32("fodhelper.exe"), "\"C:\\Windows\\system32\\fodhelper.exe\"", 3 * kSecond);
  Place out = p;
  out.by =
      windows.start(act.then(2'600'000), *p.machine, &p.session, trusted, {.image = p.by.image, .command = p.by.command, .company = "-", .integrity = "High"});
  return out;
}

}  // namespace
}  // namespace credentials

Micros read_lsass(Operation& op, Micros now, const Place& p, bool quietly) {
  Windows& windows = op.scene().windows;
  Machine& m = *p.machine;
  Place high = p;
  if (!p.elevated()) {
    high = credentials::raise(op, op.act("privilege-escalation", "T1548.002", now, p.user(), {host_entity(m), user_entity(*p.user())}), p);
    now += 20 * kSecond + op.pause(60);
  }
  std::vector<Entity> entities{host_entity(m), {"process", system32("lsass.exe")}};
  if (p.user() != nullptr) entities.push_back(user_entity(*p.user()));
  const Act act = op.act("credential-access", "T1003.001", now, p.user(), std::move(entities));
  const Process lsass = windows.system_process(m, system32("lsass.exe"));
  if (quietly) {
    windows.opened(act, m, high.by, lsass, 0x1010, credentials::kTrace);
    windows.loaded(act.then(40'000), m, high.by, system32("dbgcore.dll"), "Microsoft Windows", true);
    return now + kMinute;
  }
  const std::string dump = fmt::format("C:\\Windows\\Temp\\wer{}.dmp", op.rng().below(100'000));
  const Process rundll = launch(op, act, high, system32("rundll32.exe"),
                                fmt::format("rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump {} {} full", lsass.pid, dump), 4 * kSecond, true);
  windows.opened(act.then(500'000), m, rundll, lsass, 0x1fffff, credentials::kTrace);
  windows.file(act.then(900'000), m, rundll, dump);
  windows.removed(act.then(5 * kMinute), m, high.by, dump);
  return now + 6 * kMinute;
}

Micros ask_for_tickets(Operation& op, Micros now, const Place& p, bool quietly) {
  Machine& m = *p.machine;
  const User& who = *p.user();
  for (std::size_t n = 0; n < (quietly ? 2 : 12); ++n) {
    const User* account = service_user(op.world(), n);
    if (account == nullptr) break;
    // The sensor takes a machine as what the ticket is for; an account's name and number are all that it reads of it.
    Machine service(0, 0, account->name);
    service.account = account->name;
    service.sid = account->sid;
    const Act act = op.act("credential-access", "T1558.003", now, &who, {host_entity(m), user_entity(who), user_entity(*account)});
    op.scene().windows.service_ticket(act.then(2'000), who.name, service, m.address, quietly ? 0x12 : 0x17);
    op.scene().network.internal(act, m, op.world().first(Kind::DomainController), 88, "krb", 1'500, 1'700, 9'000, &p.by);
    now += quietly ? op.pause(3 * 3'600) : 300'000 + op.pause(0.4);
  }
  return now + kMinute;
}

Micros replicate_directory(Operation& op, Micros now, const Place& p, const User& as) {
  Machine& dc = op.world().first(Kind::DomainController);
  Scene& scene = op.scene();
  const Act act = op.act("credential-access", "T1003.006", now, &as, {host_entity(*p.machine), host_entity(dc), user_entity(as)});
  scene.windows.service_ticket(act, as.name, dc, p.machine->address);
  const Session s = scene.windows.logon(act.then(30'000), dc, as, {.type = 3, .from = p.machine->address, .port = p.machine->next_port()});
  scene.network.internal(act.then(20'000), *p.machine, dc, 135, "dce_rpc", 1'100, 900, 200'000, &p.by);
  scene.network.internal(act.then(50'000), *p.machine, dc, 49'667, "dce_rpc", 9'000, 40'000, 2 * kSecond, &p.by);
  for (Micros later = 60'000; later < 400'000; later += 110'000) scene.windows.replicated(act.then(later), dc, as, s.id);
  scene.windows.logoff(act.then(3 * kSecond), s);
  return now + 10 * kSecond;
}

}  // namespace custos::simulate
