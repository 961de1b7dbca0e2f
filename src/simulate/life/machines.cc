// What computers do without anybody: programs that start by themselves, group policy, noise of the operating system.
#include <algorithm>
#include <cmath>

#include "simulate/life/life.h"
#include "simulate/life/programs.h"

namespace custos::simulate {
namespace {

bool belongs(const Machine& m, std::string_view on) {
  if (on == "windows") return true;
  if (on == "workstation") return m.kind == Kind::Workstation;
  if (on == "domain-controller") return m.kind == Kind::DomainController;
  return on == "server" && m.kind != Kind::Workstation;
}

// What may happen on machines of one sort, with rates running up.
template <class T>
struct Mix {
  std::vector<const T*> what;
  std::vector<double> idle, awake;  // an hour, cumulative

  void add(const T& one, double per_hour, bool only_awake) {
    what.push_back(&one);
    idle.push_back((idle.empty() ? 0 : idle.back()) + (only_awake ? 0 : per_hour));
    awake.push_back((awake.empty() ? 0 : awake.back()) + per_hour);
  }
  double rate(bool is_awake) const { return what.empty() ? 0 : (is_awake ? awake : idle).back(); }
  const T& draw(Rng& rng, bool is_awake) const { return *what[rng.weighted(is_awake ? awake : idle)]; }
};

class Running : public Actor {
 public:
  Running(Machine& m, Software programs, const Parameters& p, Micros begin) : m_(m), programs_(std::move(programs)) {
    policy_ = static_cast<Micros>(m.rng.below(95 * kMinute)) + begin;
    const bool desk = m.kind == Kind::Workstation;
    for (const Program& one : p.programs) {
      // On a desk what needs somebody happens in the nine hours somebody is there.
      if (one.per_day > 0 && belongs(m, one.on)) starts_.add(one, one.per_day / (one.awake ? 9 : desk ? 14 : 24), one.awake);
    }
    for (const Noise& one : p.noise) {
      if (!one.more && belongs(m, one.on) && one.per_hour > 0) noise_.add(one, one.per_hour, one.awake);
    }
  }

  Micros wake(Micros now, Scene& scene) override {
    Rng& rng = m_.rng;
    const bool awake = m_.user != kNobody;
    if (!m_.powered) {
      policy_ = now + 21 * kMinute;
      return now + 20 * kMinute;
    }
    if (now >= policy_) policy(now, scene);
    if (now >= next_) {
      if (const double all = noise_.rate(was_awake_) + starts_.rate(was_awake_); all > 0 && rng.unit() * all < noise_.rate(was_awake_)) {
        const Noise& n = noise_.draw(rng, was_awake_);
        if (const WindowsKind* kind = windows_kind(n.event)) scene.windows.noise({now}, m_, n, *kind, there(scene));
      } else if (starts_.rate(was_awake_) > 0) {
        start(now, scene);
      }
    }
    was_awake_ = awake;
    const double rate = noise_.rate(awake) + starts_.rate(awake);
    // Between two events somebody may sit down or leave: the wait is drawn anew every twenty minutes, which a process without memory does not notice.
    next_ = rate > 0 ? now + static_cast<Micros>(rng.exponential(static_cast<double>(kHour) / rate)) : kNever;
    return std::min({next_, policy_, now + 20 * kMinute});
  }

 private:
  const User* there(Scene& scene) const { return m_.user == kNobody ? nullptr : scene.world.people[m_.user].user; }

  void start(Micros now, Scene& scene) {
    const Program& p = starts_.draw(m_.rng, was_awake_);
    const User* user = p.as == "user" ? there(scene) : nullptr;
    if (p.as == "user" && user == nullptr) return;
    const Session session{&m_, user, m_.next_logon, 2};
    programs_->run(scene, {now, user == nullptr ? kNobody : m_.user, nullptr}, m_, user == nullptr ? nullptr : &session, p);
  }

  // A computer's ticket is good for ten hours and may be renewed for a week; those for services go with it.
  void tickets(const Act& act, Scene& scene, const Machine& dc) {
    const auto good = static_cast<Micros>(accounts_figure(scene, "ticket_hours") * static_cast<double>(kHour));
    if (act.at >= granted_until_) {
      if (granted_until_ > 0 && act.at < granted_until_ + 2 * kHour && m_.rng.chance(accounts_figure(scene, "renewals"))) {
        scene.windows.renewed(act, m_.account, m_.address);
      } else {
        scene.windows.ticket(act, m_.account, m_.sid, m_.address);
      }
      granted_until_ = act.at + good;
    } else if (!m_.rng.chance(0.5)) {
      return;  // what it had is still good
    }
    scene.windows.service_ticket(act.then(3'000), m_.account, dc, m_.address);
    if (m_.rng.chance(0.4)) scene.windows.service_ticket(act.then(5'000), m_.account, m_, m_.address);
  }

  // The computer itself asks the domain controller for its policy: tickets, a logon over the network, files of SYSVOL.
  void policy(Micros now, Scene& scene) {
    const auto& figures = scene.world.parameters->servers;
    policy_ =
        now + static_cast<Micros>(std::max(10.0, m_.rng.normal(figures.at("policy_minutes"), figures.at("policy_deviation"))) * static_cast<double>(kMinute));
    Machine& dc = scene.world.controller(m_.account);
    if (&dc == &m_ || (!m_.inside() && m_.address.empty())) return;
    Act act{now};
    if (m_.rng.chance(0.3)) locate_domain(scene, act, m_);
    tickets(act, scene, dc);
    const Session s = scene.windows.machine_logon(act.then(9'000), dc, m_, m_.address);
    const std::uint16_t port = m_.next_port();
    scene.windows.shared_file(act.then(12'000), s, m_.address, port, "SYSVOL",
                              scene.world.parameters->domain + "\\Policies\\{31B2F340-016D-11D2-945F-00C04FB984F9}\\gpt.ini", Windows::Access::Read);
    scene.network.internal(act, m_, dc, 389, "ldap", 2'400 + m_.rng.below(900), 9'000 + m_.rng.below(6'000), 900'000);
    scene.network.internal(act.then(10'000), m_, dc, 445, "smb", 6'000 + m_.rng.below(2'000), 14'000 + m_.rng.below(9'000), 2 * kSecond);
    scene.windows.logoff(act.then(12 * kSecond), s);
  }

  Machine& m_;
  Software programs_;
  Mix<Program> starts_;
  Mix<Noise> noise_;
  Micros policy_, next_ = kNever, granted_until_ = 0;
  bool was_awake_ = false;
};

// Events of a policy that logs more, beside the life that goes on as before.
class Telemetry : public Actor {
 public:
  Telemetry(Machine& m, const Parameters& p) : m_(m) {
    for (const Noise& one : p.noise) {
      if (one.more && one.per_hour > 0 && belongs(m, one.on)) noise_.add(one, one.per_hour, one.awake);
    }
  }
  bool any() const { return noise_.rate(true) > 0; }

  Micros wake(Micros now, Scene& scene) override {
    const bool awake = m_.user != kNobody;
    const double rate = noise_.rate(awake);
    if (!m_.powered || rate <= 0) return now + 20 * kMinute;
    const Noise& n = noise_.draw(m_.telemetry, awake);
    if (const WindowsKind* kind = windows_kind(n.event)) scene.windows.noise({now}, m_, n, *kind, awake ? scene.world.people[m_.user].user : nullptr);
    return now + static_cast<Micros>(m_.telemetry.exponential(static_cast<double>(kHour) / rate));
  }

 private:
  Machine& m_;
  Mix<Noise> noise_;
};

}  // namespace

void add_machines(Scene& scene, Actors& actors, const Software& programs) {
  for (Machine& m : scene.world.machines) {
    if (!m.windows) continue;
    actors.push_back(std::make_unique<Running>(m, programs, *scene.world.parameters, scene.world.begin));
    if (auto more = std::make_unique<Telemetry>(m, *scene.world.parameters); more->any()) actors.push_back(std::move(more));
  }
}

}  // namespace custos::simulate
