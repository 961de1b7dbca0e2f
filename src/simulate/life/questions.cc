// What computers ask the name service by themselves, what they call out to their neighbours, and how they set their clocks.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "simulate/life/life.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

constexpr std::string_view kSvchost = "C:\\Windows\\System32\\svchost.exe", kLsass = "C:\\Windows\\System32\\lsass.exe";
constexpr std::string_view kGuard = "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe";


std::string upper(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

// Windows asks its neighbours for what the name service does not know: LLMNR, then NetBIOS.
void ask_neighbours(Scene& scene, const Act& act, Machine& m, std::string_view name) {
  scene.network.call_out(act.then(20'000), m, 5'355, name, "A", 0);
  scene.network.call_out(act.then(440'000), m, 137, upper(name), "NB", 50);
}

class Asking : public Actor {
 public:
  Asking(Machine& m, Rng rng, const Scene& scene) : m_(m), rng_(std::move(rng)) {
    const auto figure = [&](const char* name) { return names_figure(scene, name); };
    const bool desk = m.kind == Kind::Workstation, linux_ = !m.windows;
    const double there = desk ? 1 : 0, remembers = m.windows && rng_.chance(figure("gone_share")) ? 1 : 0;
    const double idle[] = {m.windows ? figure("reputation") / 5 : 0,
                           remembers * figure("gone") / 4,
                           0,
                           m.windows ? figure("locator") : 0,
                           desk ? figure("mdns") / 4 : m.kind == Kind::Printer ? figure("mdns") : 0,
                           desk ? figure("ssdp") / 4 : 0,
                           m.windows ? figure("netbios") : 0,
                           m.kind == Kind::Printer ? 0 : m.windows ? figure("clock_windows") : figure("clock_linux"),
                           linux_ && m.kind != Kind::Printer ? figure("suffix") : 0,
                           m.kind == Kind::Scanner ? figure("reverse") : 0};
    const double more[] = {there * figure("reputation"), remembers * figure("gone"), there * figure("wpad"), 0, there * figure("mdns"),
                           there * figure("ssdp"),       0,                          0,                      there * figure("suffix") / 4, 0};
    for (std::size_t i = 0; i < kWays; ++i) {
      idle_[i] = (i == 0 ? 0 : idle_[i - 1]) + idle[i];
      awake_[i] = (i == 0 ? 0 : awake_[i - 1]) + idle[i] + more[i];
    }
  }

  Micros wake(Micros now, Scene& scene) override {
    const bool on = m_.powered || !m_.windows;
    if (on && now >= next_) ask({now}, scene, rng_.weighted(was_awake_ ? awake_ : idle_));
    was_awake_ = m_.user != kNobody;
    const double rate = (was_awake_ ? awake_ : idle_).back();
    if (!on || rate <= 0) {
      next_ = kNever;
      return rate <= 0 && m_.kind != Kind::Workstation ? kNever : now + 20 * kMinute;
    }
    next_ = now + static_cast<Micros>(rng_.exponential(static_cast<double>(kHour) / rate));
    return std::min(next_, now + 20 * kMinute);
  }

 private:
  static constexpr std::size_t kWays = 10;
  void ask(const Act& act, Scene& scene, std::size_t what) {
    switch (what) {
      case 0: return reputation(act, scene);
      case 1: return gone(act, scene);
      case 2: return wpad(act, scene);
      case 3: return locate_domain(scene, act, m_);
      case 4: return multicast(act, scene);
      case 5: return ssdp(act, scene);
      case 6: return scene.network.call_out(act, m_, 138, m_.name, "", 201);
      case 7: return clock(act, scene);
      case 8: return suffix(act, scene);
      default: return reverse(act, scene);
    }
  }

  // What the makers of virus scanners know of a file: its hash in base 32 is a label below their zone.
  void reputation(const Act& act, Scene& scene) {
    const auto& zones = words_of(scene, "reputation_zones");
    if (zones.empty()) return;
    const std::string name = fill_name(rng_.pick(zones), rng_, scene.world, &m_);
    const Process guard = scene.windows.system_process(m_, kGuard);
    const bool heard_of = rng_.chance(names_figure(scene, "reputation_known"));
    Answer a = no_such_name(300);
    if (heard_of) a = {.rcode = "NOERROR", .values = {fmt::format("127.0.1.{}", 1 + rng_.below(4))}, .ttl = 3'600, .aliases = {}};
    scene.network.look_up(act, m_, name, a, "A", &guard);
  }

  // A printer or a share that the computer still remembers.
  void gone(const Act& act, Scene& scene) {
    const auto& names = words_of(scene, "gone");
    if (names.empty()) return;
    const std::string& name = names[(m_.index + rng_.below(2)) % names.size()];
    const Process by = scene.windows.system_process(m_, "C:\\Windows\\System32\\spoolsv.exe");
    if (scene.network.look_up_own(act, m_, name + "." + scene.world.parameters->domain, "", &by) > 0) ask_neighbours(scene, act, m_, name);
  }

  void wpad(const Act& act, Scene& scene) {
    const Process by = scene.windows.system_process(m_, kSvchost);
    look_for_proxy(scene, act, m_, &by);
  }

  void multicast(const Act& act, Scene& scene) {
    const auto& names = words_of(scene, "multicast");
    if (!names.empty()) scene.network.call_out(act, m_, 5'353, rng_.pick(names), "PTR", 0);
  }

  void ssdp(const Act& act, Scene& scene) { scene.network.call_out(act, m_, 1'900, m_.name, "", 4 * 173); }

  // Members of the domain ask a controller, the others the world's pool.
  void clock(const Act& act, Scene& scene) {
    World& w = scene.world;
    if (m_.kind != Kind::DomainController && m_.windows) {
      return scene.network.internal(act, m_, w.first(Kind::DomainController), 123, "ntp", 68, 68, 400 + static_cast<Micros>(rng_.below(900)));
    }
    const Site* pool = w.site("time-pool.example");
    if (pool == nullptr) return;
    const std::string host = site_host(*pool, rng_, w, &m_);
    const std::string address = w.site_address(*pool, host);
    if (rng_.chance(0.1)) scene.network.look_up(act, m_, host, {.rcode = "NOERROR", .values = {address}, .ttl = pool->ttl, .aliases = {}});
    Flow f{.from = m_.address, .to = address, .from_port = m_.next_port(), .to_port = 123, .transport = "udp", .service = "ntp"};
    f.duration = 6'000 + static_cast<Micros>(rng_.exponential(14'000));
    f.out = f.in = 48;
    if (rng_.chance(0.03)) f.state = "S0";
    scene.network.flow(act.then(90'000), m_, std::move(f));
  }

  // A name of the world's that failed, or was asked for in short, with the search list's domain behind it.
  void suffix(const Act& act, Scene& scene) {
    const auto& sites = scene.world.parameters->sites;
    const std::string host = site_host(sites[rng_.below(sites.size())], rng_, scene.world, &m_);
    scene.network.look_up_own(act, m_, host + "." + scene.world.parameters->domain, "");
  }

  // Monitoring wants names for the addresses of its reports; not every leased one has one.
  void reverse(const Act& act, Scene& scene) {
    World& w = scene.world;
    const Machine& about = w.machines[rng_.below(w.machines.size())];
    const bool nameless = w.nets[about.net].dhcp && rng_.chance(0.15);
    const Answer a = nameless ? no_such_name(900) : Answer{.rcode = "NOERROR", .values = {about.fqdn}, .ttl = 1'200, .aliases = {}};
    scene.network.look_up(act, m_, reverse_name(about.address), a, "PTR");
  }

  Machine& m_;
  Rng rng_;
  std::array<double, kWays> idle_{}, awake_{};
  Micros next_ = kNever;
  bool was_awake_ = false;
};

}  // namespace

std::string ask_reverse(Scene& scene, const Act& act, Machine& from, std::string_view address) {
  const std::string name = stranger_name(address);
  scene.network.look_up(act, from, reverse_name(address),
                        name.empty() ? no_such_name(3'600) : Answer{.rcode = "NOERROR", .values = {name}, .ttl = 14'400, .aliases = {}}, "PTR");
  return name;
}

// DsGetDcName asks for the site first, then for the domain ([MS-ADTS] 6.3.2).
void locate_domain(Scene& scene, const Act& act, Machine& m) {
  if (names_figure(scene, "locator") <= 0) return;
  World& w = scene.world;
  Answer a{.rcode = "NOERROR", .values = {}, .ttl = 600, .aliases = {}};
  for (const Machine* dc : w.all(Kind::DomainController)) a.values.push_back(dc->fqdn);
  const Process lsass = scene.windows.system_process(m, kLsass);
  const std::string& domain = w.parameters->domain;
  const std::string_view service = act.at % 3 == 0 ? "_kerberos" : "_ldap";
  scene.network.look_up(act, m, fmt::format("{}._tcp.Default-First-Site-Name._sites.dc._msdcs.{}", service, domain), a, "SRV", &lsass);
  if (act.at % 5 == 0) scene.network.look_up(act.then(2'000), m, fmt::format("{}._tcp.dc._msdcs.{}", service, domain), a, "SRV", &lsass);
  const Machine& dc = w.first(Kind::DomainController);
  scene.network.look_up_own(act.then(3'000), m, dc.fqdn, dc.address, &lsass);
}

void look_for_proxy(Scene& scene, const Act& act, Machine& m, const Process* by) {
  if (scene.network.look_up_own(act, m, "wpad." + scene.world.parameters->domain, "", by) > 0) ask_neighbours(scene, act, m, "wpad");
}

void add_questions(Scene& scene, Actors& actors) {
  for (Machine& m : scene.world.machines) actors.push_back(std::make_unique<Asking>(m, Rng(scene.world.seed, "asking/" + m.name), scene));
}

}  // namespace custos::simulate
