// People: when they come, where they work, what they do, how they leave.
#include <algorithm>
#include <array>

#include "simulate/life/life.h"
#include "simulate/life/work.h"

namespace custos::simulate {
namespace {

struct Place {
  std::string_view country, city;
  std::uint32_t network;  // of its providers; 100.64.0.0/10 stands for consumers' lines (RFC 6598)
};
constexpr Place kAbroad[] = {{"FR", "Paris", 0x64500000},   {"DE", "Berlin", 0x64540000},  {"KE", "Nairobi", 0x64580000}, {"US", "New York", 0x645C0000},
                             {"UG", "Kampala", 0x64600000}, {"GE", "Tbilisi", 0x64640000}, {"CO", "Bogota", 0x64680000}};

class Working : public Actor {
 public:
  Working(Colleague& who, Machine& machine, Software programs) : desk_{who, machine, {}, {}, {}, 0, {}, 0}, programs_(std::move(programs)) {
    double sum = 0;
    for (const Task& t : who.role->tasks) rates_.push_back(sum += t.per_hour);
  }

  Micros wake(Micros now, Scene& scene) override {
    if (there_ && now >= leaves_) {
      leave(now, scene);
      return evening_ ? arrives_ : scene.world.calendar.next_midnight(now);
    }
    if (!there_ && !planned_) return plan(now, scene);
    if (!there_) {
      if (evening_) return evening(now, scene);
      return arrive(now, scene);
    }
    if (now >= lunch_ && now < lunch_end_) return pause(now, scene);
    if (locked_) unlock(now, scene);
    if (!rates_.empty()) {
      const Task& task = desk_.who.role->tasks[rng().weighted(rates_)];
      do_task(scene, {now, desk_.who.index, nullptr}, desk_, task.name, *programs_);
    }
    return next_task(now);
  }

 private:
  Rng& rng() { return desk_.who.rng; }

  Micros at_hour(Micros midnight, double hour) const { return midnight + static_cast<Micros>(std::clamp(hour, 0.1, 23.8) * static_cast<double>(kHour)); }

  // At local midnight: what sort of day will it be?
  Micros plan(Micros now, Scene& scene) {
    const Calendar& c = scene.world.calendar;
    const Role& role = *desk_.who.role;
    const Micros midnight = c.midnight(now), tomorrow = c.next_midnight(now);
    if (!desk_.who.employed.holds(midnight + 12 * kHour)) return tomorrow;
    const bool week_begins = c.weekday(now) == 1 || !week_known_;
    if (week_begins) on_leave_ = rng().chance(0.06);  // some 25 days a year, taken by the week
    week_known_ = true;
    if (trip_days_ > 0) {
      --trip_days_;
    } else if (rng().chance(role.travels)) {
      trip_days_ = 1 + static_cast<int>(rng().below(4));
      abroad_ = &kAbroad[rng().below(std::size(kAbroad))];
      desk_.who.rng.next();
    } else {
      abroad_ = nullptr;
    }
    if (!c.workday(now) || on_leave_ || rng().chance(0.02)) return tomorrow;  // 2 % of days: ill
    home_ = abroad_ == nullptr && rng().chance(role.from_home);
    // A computer belongs to one person; whoever shares it comes when it is free.
    const double shift = desk_.machine.owner == desk_.who.index ? 0 : 0.4;
    arrives_ = at_hour(midnight, rng().normal(role.arrives + shift, role.deviation));
    leaves_ = std::max(arrives_ + 2 * kHour, at_hour(midnight, rng().normal(role.leaves, role.deviation)));
    lunch_ = at_hour(midnight, rng().normal(12.4, 0.4));
    lunch_end_ = lunch_ + static_cast<Micros>(rng().normal(40, 12) * static_cast<double>(kMinute));
    planned_ = true;
    evening_ = false;
    return std::max(arrives_, now + 1);
  }

  Micros next_task(Micros now) {
    const double all = rates_.empty() ? 1 : rates_.back();
    const Micros next = now + static_cast<Micros>(rng().exponential(static_cast<double>(kHour) / all));
    if (now < lunch_ && next >= lunch_) return std::max(lunch_, now + 1);
    return std::min(next, leaves_);
  }

  Micros arrive(Micros now, Scene& scene) {
    Machine& m = desk_.machine;
    const Act act{now, desk_.who.index, nullptr};
    if (m.user != kNobody) return now + 30 * kMinute < leaves_ ? now + 30 * kMinute : give_up(now, scene);
    there_ = true;
    m.user = desk_.who.index;
    place(act, scene);
    if (!m.powered) {
      m.powered = true;
      m.booted = now;
      scene.windows.started(act, m, false);
    }
    return next_task(now + 2 * kMinute + log_on(act.then(30 * kSecond), scene));
  }

  Micros give_up(Micros now, Scene& scene) {
    planned_ = false;
    return scene.world.calendar.next_midnight(now);
  }

  // In the building, at home or abroad: which address, and how the logs reach the collector.
  void place(const Act& act, Scene& scene) {
    Machine& m = desk_.machine;
    desk_.country = abroad_ != nullptr ? abroad_->country : "NL";
    desk_.city = abroad_ != nullptr ? abroad_->city : "The Hague";
    if (!m.laptop || (!home_ && abroad_ == nullptr)) {
      const bool was_away = !m.inside();
      m.remote_address.clear();
      m.cut_off_until = std::min(m.cut_off_until, act.at);
      if (was_away || rng().chance(m.laptop ? 0.6 : 0.15)) scene.network.lease(act, m, 0);
      return;
    }
    m.remote_address = abroad_ == nullptr ? desk_.who.home_address : address_text(abroad_->network + static_cast<std::uint32_t>(rng().below(1u << 18)));
    scene.cloud.sign_in(act, *desk_.who.user, sign_in("Virtual private network", "Browser"));
    for (std::uint32_t n = 0; n < scene.world.nets.size(); ++n) {
      if (scene.world.nets[n].kind == "vpn") scene.network.lease(act.then(5 * kSecond), m, n);
    }
  }

  SignIn sign_in(std::string_view application, std::string_view client) {
    SignIn s;
    s.from = desk_.machine.inside() ? std::string_view("203.0.113.10") : std::string_view(desk_.machine.remote_address);
    s.application = application;
    s.client = client;
    s.agent = desk_.who.browser;
    s.country = desk_.country;
    s.city = desk_.city;
    return s;
  }

  // How long it took.
  Micros log_on(const Act& act, Scene& scene) {
    Machine& m = desk_.machine;
    const User& user = *desk_.who.user;
    const Micros typing = type_password(scene, act, desk_, 2);
    const Act now = act.then(8 * kSecond + typing);
    get_tickets(scene, now, desk_);
    desk_.session =
        scene.windows.logon(now.then(60'000), m, user, {.type = m.inside() ? 2 : 11, .from = "127.0.0.1", .workstation = m.name, .package = "Negotiate"});
    const auto start = [&](std::string_view name, Micros later) -> Process {
      const Program* p = programs_->find(name);
      return p == nullptr ? Process{} : programs_->run(scene, now.then(later), m, &desk_.session, *p);
    };
    m.explorer = scene.windows.start(now.then(900'000), m, &desk_.session, scene.windows.system_process(m, "C:\\Windows\\System32\\userinit.exe"),
                                     {.image = "C:\\Windows\\explorer.exe", .command = "C:\\Windows\\Explorer.EXE", .description = "Windows Explorer"});
    const Process script = start("logon-script", 2 * kSecond);
    if (const Program* net = programs_->find("net-use")) programs_->run(scene, now.then(2'400'000), m, &desk_.session, *net, &script);
    desk_.outlook = start("outlook", 25 * kSecond);
    desk_.browser = start("browser", 50 * kSecond);
    start("teams", 12 * kSecond);
    ask_names(now, scene);
    if (desk_.who.role->cases > 0) start("case-client", 100 * kSecond);
    scene.cloud.sign_in(now.then(20 * kSecond), user, sign_in("Microsoft Teams", "Mobile Apps and Desktop clients"));
    scene.cloud.sign_in(now.then(40 * kSecond), user, sign_in("Office 365 Exchange Online", "Mobile Apps and Desktop clients"));
    if (rng().chance(0.03)) {
      SignIn wrong = sign_in("Office 365 SharePoint Online", "Browser");
      wrong.error = 50126;
      scene.cloud.sign_in(now.then(60 * kSecond), user, wrong);
    }
    return typing;
  }

  // A computer that comes up looks for its domain and a proxy; browsers of Chromium's kind ask for three names that can't be, to see who lies.
  void ask_names(const Act& act, Scene& scene) {
    locate_domain(scene, act.then(-5 * kSecond), desk_.machine);
    if (rng().chance(names_figure(scene, "wpad_at_start"))) look_for_proxy(scene, act.then(52 * kSecond), desk_.machine, &desk_.browser);
    if (!rng().chance(names_figure(scene, "browser_probes"))) return;
    for (int i = 0; i < 3; ++i) {
      std::string name;
      for (std::uint64_t n = 7 + rng().below(9); n > 0; --n) name += static_cast<char>('a' + rng().below(26));
      scene.network.look_up_own(act.then(55 * kSecond + i * 700), desk_.machine, name + "." + scene.world.parameters->domain, "", &desk_.browser);
    }
  }

  Micros pause(Micros now, Scene& scene) {
    scene.windows.locked({now, desk_.who.index, nullptr}, desk_.session, false);
    locked_ = true;
    desk_.machine.user = kNobody;
    return std::min(lunch_end_, leaves_);
  }

  void unlock(Micros now, Scene& scene) {
    scene.windows.locked({now, desk_.who.index, nullptr}, desk_.session, true);
    Act then{now, desk_.who.index, nullptr};
    then.at += std::min(type_password(scene, then, desk_, 7), kMinute);
    get_tickets(scene, then, desk_);
    const Session unlocking = scene.windows.logon(then.then(40'000), desk_.machine, *desk_.who.user,
                                                  {.type = 7, .from = "127.0.0.1", .workstation = desk_.machine.name, .package = "Negotiate"});
    scene.windows.logoff(then.then(60'000), unlocking);
    locked_ = false;
    desk_.machine.user = desk_.who.index;
  }

  void leave(Micros now, Scene& scene) {
    Machine& m = desk_.machine;
    const Act act{now, desk_.who.index, nullptr};
    there_ = locked_ = planned_ = false;
    m.user = kNobody;
    scene.windows.logoff(act, desk_.session);
    if (m.laptop || rng().chance(0.5)) {
      scene.windows.started(act.then(30 * kSecond), m, true);
      m.powered = false;
      // A laptop that leaves the building with unsent logs sends them when it is back.
      if (m.laptop && rng().chance(0.3)) m.cut_off_until = now + 14 * kHour;
    }
    const Micros midnight = scene.world.calendar.midnight(now);
    if (rng().chance(desk_.who.role->evening)) {
      planned_ = evening_ = true;
      arrives_ = std::max(now + kHour, at_hour(midnight, rng().normal(20.8, 0.8)));
    }
  }

  // Mail from the telephone or from home.
  Micros evening(Micros now, Scene& scene) {
    const Act act{now, desk_.who.index, nullptr};
    SignIn s = sign_in("Office 365 Exchange Online", rng().chance(0.6) ? "Mobile Apps and Desktop clients" : "Browser");
    s.from =
        abroad_ == nullptr || desk_.machine.remote_address.empty() ? std::string_view(desk_.who.home_address) : std::string_view(desk_.machine.remote_address);
    s.agent = desk_.who.phone_agent;
    scene.cloud.sign_in(act, *desk_.who.user, s);
    Micros later = 20 * kSecond;
    for (unsigned n = 1 + rng().poisson(3); n > 0; --n, later += static_cast<Micros>(rng().exponential(2 * kMinute))) {
      scene.cloud.mail(act.then(later), *desk_.who.user, rng().chance(0.25) ? "Send" : "MailItemsAccessed", s.from, "Client=REST;Client=RESTSystem",
                       1 + rng().poisson(2));
    }
    planned_ = evening_ = false;
    return scene.world.calendar.next_midnight(now);
  }

  Desk desk_;
  Software programs_;
  std::vector<double> rates_;
  bool there_ = false, planned_ = false, locked_ = false, evening_ = false, home_ = false, on_leave_ = false, week_known_ = false;
  int trip_days_ = 0;
  const Place* abroad_ = nullptr;
  Micros arrives_ = 0, leaves_ = 0, lunch_ = 0, lunch_end_ = 0;
};

}  // namespace

void add_people(Scene& scene, Actors& actors, const Software& programs) {
  for (Colleague& c : scene.world.people) actors.push_back(std::make_unique<Working>(c, scene.world.machines[c.machine], programs));
}

}  // namespace custos::simulate
