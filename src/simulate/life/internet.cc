// The Internet at the door: readers of the public site, and strangers who try it every day. The strangers are the campaign "background" of the truth,
// of kind "background": neither an intrusion nor the institution's own work.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/life/life.h"

namespace custos::simulate {
namespace {

double internet_figure(const Scene& scene, const char* name) { return scene.world.parameters->internet.at(name); }

std::string stranger(Rng& rng) { return address_text((198u << 24) + (19u << 16) + static_cast<std::uint32_t>(rng.below(65'536))); }

Act background(Scene& scene, std::string_view stage, std::string_view technique, Micros at, std::string_view from) {
  auto d = std::make_shared<Deed>();
  d->campaign = "background";
  d->kind = "background";
  d->stage = stage;
  d->technique = technique;
  d->time = at;
  d->entities = {{"address", std::string(from)}};
  d->done = [truth = &scene.truth](const Deed& done) { (*truth)(done.row()); };
  return {at, kNobody, std::move(d)};
}

// Something that happens so many times a day, at any hour.
class Recurring : public Actor {
 public:
  using Happens = void (*)(Scene&, Rng&, Micros);
  Recurring(Rng rng, double per_day, Happens happens, bool by_day) : rng_(std::move(rng)), per_day_(per_day), happens_(happens), by_day_(by_day) {}
  Micros wake(Micros now, Scene& scene) override {
    if (began_ && (!by_day_ || awake(scene, now))) happens_(scene, rng_, now);
    began_ = true;
    return per_day_ > 0 ? now + static_cast<Micros>(rng_.exponential(static_cast<double>(kDay) / per_day_)) : kNever;
  }

 private:
  // Readers sleep: a cosine with its top at three in the afternoon.
  bool awake(Scene& scene, Micros now) {
    const double away = std::abs(scene.world.calendar.hour(now) - 15);
    return rng_.chance(1 - std::min(away, 24 - away) / 13);
  }
  Rng rng_;
  double per_day_;
  Happens happens_;
  bool by_day_, began_ = false;
};

// A datagram to a port that nobody listens at; some systems say so.
void probe_datagram(Scene& scene, Rng& rng, const Act& act, const std::string& from, Machine& door) {
  constexpr std::uint16_t kPorts[] = {53, 123, 161, 389, 1900, 3702, 5060, 11211};
  Flow f{.from = from, .to = door.address, .transport = "udp"};
  f.from_port = static_cast<std::uint16_t>(30'000 + rng.below(30'000));
  f.to_port = kPorts[rng.below(std::size(kPorts))];
  f.out = 20 + rng.below(60);
  f.state = "S0";
  scene.network.flow(act, door, std::move(f));
  if (!rng.chance(0.5)) return;
  Flow back{.from = door.address, .to = from, .from_port = 3, .to_port = 3, .transport = "icmp"};  // port unreachable
  back.out = 36;  // RFC 792: its header and eight bytes
  back.state = "S0";
  scene.network.flow(act.then(90), door, std::move(back));
}

void probe(Scene& scene, Rng& rng, Micros at) {
  constexpr std::uint16_t kPorts[] = {22, 23, 80, 443, 445, 1433, 3306, 3389, 5900, 6379, 8080, 8443};
  const std::string from = stranger(rng);
  const std::uint16_t port = rng.chance(0.6) ? kPorts[rng.below(std::size(kPorts))] : static_cast<std::uint16_t>(1 + rng.below(65'000));
  constexpr Kind kDoors[] = {Kind::Web, Kind::Bastion, Kind::Proxy, Kind::Mail};
  Machine& door = scene.world.first(kDoors[rng.below(std::size(kDoors))]);
  const Act act = background(scene, "reconnaissance", "T1595.001", at, from);
  if (rng.chance(internet_figure(scene, "probes_udp"))) return probe_datagram(scene, rng, act, from, door);
  if (rng.chance(internet_figure(scene, "pings"))) {
    Flow f{.from = from, .to = door.address, .transport = "icmp"};
    f.out = f.in = 8 + rng.below(57);
    f.duration = 60 + static_cast<Micros>(rng.below(200));
    return scene.network.flow(act, door, std::move(f));
  }
  const bool open = (door.kind == Kind::Web && (port == 80 || port == 443)) || (door.kind == Kind::Bastion && port == 22) ||
                    (door.kind == Kind::Mail && port == 25);
  const std::string_view state = open                                          ? "RSTO"
                                 : rng.chance(internet_figure(scene, "stray")) ? "OTH"
                                 : rng.chance(internet_figure(scene, "rejected")) ? "REJ"
                                                                                  : "S0";
  scene.network.inbound(act, from, door, port, "", state, 0, 0, 0);
}

void guess_ssh(Scene& scene, Rng& rng, Micros at) {
  constexpr std::string_view kNames[] = {"root", "admin", "ubuntu", "oracle", "test", "postgres", "git", "user", "deploy", "pi", "ftpuser", "hadoop"};
  const std::string from = stranger(rng);
  const Act act = background(scene, "credential-access", "T1110.001", at, from);
  Machine& door = scene.world.first(Kind::Bastion);
  const auto tries = 1 + static_cast<unsigned>(rng.draw({internet_figure(scene, "ssh_tries"), 0.9}));
  Micros later = 0;
  ask_reverse(scene, act.then(200'000), door, from);  // sshd's UseDNS; later connections are answered from its memory
  for (unsigned i = 0; i < tries && i < 500; ++i, later += static_cast<Micros>(rng.exponential(3 * kSecond))) {
    const std::string_view name = kNames[rng.below(std::size(kNames))];
    const auto port = static_cast<std::uint16_t>(30'000 + rng.below(30'000));
    const double luck = rng.unit();
    const std::string_view state = luck < 0.06 ? "RSTO" : luck < 0.09 ? "RSTR" : luck < 0.1 ? "S1" : "SF";
    scene.network.inbound(act.then(later), from, door, 22, "ssh", state, 1'900 + rng.below(400), 2'300 + rng.below(300), 2 * kSecond);
    scene.linux_.refused(act.then(later + 900'000), door, name, name == "root", from, port);
  }
}

void scan_web(Scene& scene, Rng& rng, Micros at) {
  constexpr std::string_view kPaths[] = {"/wp-login.php",
                                         "/.env",
                                         "/.git/config",
                                         "/phpmyadmin/",
                                         "/admin/login",
                                         "/cgi-bin/luci/;stok=/locale",
                                         "/actuator/health",
                                         "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
                                         "/solr/admin/info/system",
                                         "/owa/auth/logon.aspx",
                                         "/xmlrpc.php",
                                         "/boaform/admin/formLogin",
                                         "/server-status",
                                         "/backup.zip",
                                         "/?id=1%27%20OR%20%271%27=%271"};
  const std::string from = stranger(rng);
  const Act act = background(scene, "reconnaissance", "T1595.002", at, from);
  const std::string_view agent = rng.chance(0.5) ? "Mozilla/5.0 (compatible; CensysInspect/1.1)" : "python-requests/2.31.0";
  Micros later = 0;
  const auto requests = 1 + rng.poisson(internet_figure(scene, "web_scan_requests"));
  for (unsigned i = 0; i < requests; ++i, later += static_cast<Micros>(rng.exponential(kSecond))) {
    const std::string_view path = kPaths[rng.below(std::size(kPaths))];
    scene.network.web_request(act.then(later), from, "GET", path, rng.chance(0.95) ? 404 : 403, 200 + rng.below(300), agent, "-", i == 0 ? 40'000 : 0);
  }
  Flow f{.from = from, .to = scene.world.first(Kind::Web).address, .from_port = 40'000, .to_port = 80, .transport = "tcp", .service = "http"};
  scene.network.alert(act, scene.world.first(Kind::Web), f, 2'024'897, "ET SCAN Suspicious inbound scan of a web server", "Attempted Information Leak", 2);
}

void read_site(Scene& scene, Rng& rng, Micros at) {
  constexpr std::string_view kPages[] = {"/",
                                         "/cases",
                                         "/cases/2026",
                                         "/news",
                                         "/news/press-releases",
                                         "/about",
                                         "/legal-texts",
                                         "/careers",
                                         "/visits",
                                         "/search?q=hearing",
                                         "/documents/annual-report.pdf"};
  const std::string from = stranger(rng);
  const std::string agent =
      fmt::format("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36", 126 + rng.below(6));
  Micros later = 0;
  for (unsigned n = 1 + rng.poisson(2); n > 0; --n, later += static_cast<Micros>(rng.exponential(40 * kSecond))) {
    scene.network.web_request({at + later}, from, "GET", kPages[rng.below(std::size(kPages))], 200, 4'000 + rng.below(90'000), agent);
  }
}

void guess_cloud(Scene& scene, Rng& rng, Micros at) {
  const std::string from = stranger(rng);
  const Colleague& who = scene.world.people[rng.below(scene.world.people.size())];
  SignIn s;
  s.from = from;
  s.client = rng.chance(0.5) ? "Authenticated SMTP" : "Browser";
  s.agent = "BAV2ROPC";
  s.country = rng.chance(0.5) ? "US" : "BR";
  s.city = "-";
  s.error = rng.chance(0.8) ? 50126 : 50053;
  s.second_factor = false;
  s.known_device = false;
  scene.cloud.sign_in(background(scene, "credential-access", "T1110.003", at, from), *who.user, s);
}

}  // namespace

void add_internet(Scene& scene, Actors& actors) {
  const std::uint64_t seed = scene.world.seed;
  const auto add = [&](std::string_view name, double per_day, Recurring::Happens happens, bool by_day = false) {
    actors.push_back(std::make_unique<Recurring>(Rng(seed, name), per_day, happens, by_day));
  };
  add("probes", internet_figure(scene, "probes") * 1'440, probe);
  add("ssh guesses", internet_figure(scene, "ssh_bursts"), guess_ssh);
  add("web scans", internet_figure(scene, "web_scans"), scan_web);
  add("readers", internet_figure(scene, "readers") * 1'440, read_site, true);
  add("cloud guesses", internet_figure(scene, "cloud_guesses"), guess_cloud);
}

}  // namespace custos::simulate
