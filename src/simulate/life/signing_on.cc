// Passwords and tickets: what is typed wrong, what is too old, who is locked out and let in again, and which tickets Windows still has.
#include <algorithm>

#include "simulate/life/work.h"

namespace custos::simulate {
namespace {

constexpr std::uint32_t kWrong = 0x18, kRevoked = 0x12, kExpired = 0x17, kUnknown = 0x6, kTicketOver = 0x20, kNoService = 0x7;  // RFC 4120, 7.5.9

void let_in_again(Scene& scene, const Act& act, const Desk& d) {
  World& w = scene.world;
  const auto helper = std::find_if(w.people.begin(), w.people.end(),
                                   [&](const Colleague& p) { return p.admin != nullptr && p.index != d.who.index && p.employed.holds(act.at); });
  if (helper == w.people.end()) return;
  Machine& dc = w.controller(d.who.user->name);
  const Act theirs{act.at, helper->index, nullptr};
  const Session s = scene.windows.logon(theirs, dc, *helper->admin, {.type = 3, .from = w.machines[helper->machine].address, .port = 51'200});
  scene.windows.account(theirs.then(2 * kSecond), dc, s, *d.who.user, Windows::AccountChange::Unlocked);
  scene.windows.logoff(theirs.then(20 * kSecond), s);
}

}  // namespace

Micros type_password(Scene& scene, const Act& act, Desk& d, int type) {
  Rng& rng = d.who.rng;
  Machine& m = d.machine;
  const User& user = *d.who.user;
  const Logon how{.type = type, .from = "127.0.0.1", .workstation = m.name, .package = "Negotiate"};
  Micros later = 0;
  if (type == 2 && rng.chance(accounts_figure(scene, "wrong_name"))) {
    const std::string wrong = user.name.substr(0, user.name.size() - 1);
    scene.windows.ticket(act, wrong, user.sid, m.address, kUnknown);
    scene.windows.refused(act.then(20'000), m, wrong, 0xc0000064, how);
    later = 9 * kSecond;
  }
  const auto most = static_cast<int>(accounts_figure(scene, "lock_after"));
  int wrong = 0;
  for (bool missed = rng.chance(accounts_figure(scene, "mistyped")); missed; missed = rng.chance(accounts_figure(scene, "again") + 0.1 * wrong)) {
    scene.windows.ticket(act.then(later), user.name, user.sid, m.address, kWrong);
    scene.windows.refused(act.then(later + 20'000), m, user.name, 0xc000006a, how);
    later += static_cast<Micros>(4 + rng.below(14)) * kSecond;
    if (++wrong < most) continue;
    const Session here{&m, &user, 0x3e7, type};
    scene.windows.account(act.then(later - 3 * kSecond), scene.world.controller(user.name), here, user, Windows::AccountChange::Locked);
    scene.windows.ticket(act.then(later), user.name, user.sid, m.address, kRevoked);
    scene.windows.refused(act.then(later + 20'000), m, user.name, 0xc0000234, how);
    later += static_cast<Micros>(std::min(rng.draw({accounts_figure(scene, "unlock_minutes"), 0.7}), 90.0) * static_cast<double>(kMinute));
    let_in_again(scene, act.then(later), d);
    later += static_cast<Micros>(20 + rng.below(90)) * kSecond;
    break;
  }
  if (type == 2 && rng.chance(accounts_figure(scene, "expires"))) {
    scene.windows.ticket(act.then(later), user.name, user.sid, m.address, kExpired);
    later += static_cast<Micros>(25 + rng.below(60)) * kSecond;
    scene.windows.password_changed(act.then(later), user);
    later += 2 * kSecond;
  }
  return later;
}

void get_tickets(Scene& scene, const Act& act, Desk& d) {
  const User& user = *d.who.user;
  scene.windows.ticket(act, user.name, user.sid, d.machine.address);
  d.granted_until = act.at + static_cast<Micros>(accounts_figure(scene, "ticket_hours") * static_cast<double>(kHour));
  d.tickets.clear();
  scene.windows.service_ticket(act.then(30'000), user.name, d.machine, d.machine.address);
  ticket_for(scene, act.then(2 * kSecond), d, scene.world.controller(user.name));  // its directory and its policy's files
}

bool ticket_for(Scene& scene, const Act& act, Desk& d, const Machine& service) {
  Rng& rng = d.who.rng;
  const User& user = *d.who.user;
  const auto good = static_cast<Micros>(accounts_figure(scene, "ticket_hours") * static_cast<double>(kHour));
  for (const auto& [machine, until] : d.tickets) {
    if (machine == service.index && act.at < until) return false;
  }
  std::erase_if(d.tickets, [&](const auto& t) { return t.second <= act.at; });
  if (act.at >= d.granted_until) {
    scene.windows.renewed(act.then(-8'000), user.name, d.machine.address);
    d.granted_until = act.at + good;
  }
  if (rng.chance(accounts_figure(scene, "stale"))) scene.windows.service_ticket(act.then(-5'000), user.name, service, d.machine.address, 0x12, kTicketOver);
  if (rng.chance(accounts_figure(scene, "gone_service"))) {
    Machine gone(service.index, scene.world.seed, "gone");
    gone.account = "host/files-00";
    scene.windows.service_ticket(act.then(-4'000), user.name, gone, d.machine.address, 0x12, kNoService);
  }
  scene.windows.service_ticket(act, user.name, service, d.machine.address);
  d.tickets.emplace_back(service.index, d.granted_until);
  return true;
}

}  // namespace custos::simulate
