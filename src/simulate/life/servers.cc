// What servers and services do by themselves: backups, vulnerability scans, monitoring, jobs, the pipeline in the cloud, guests' devices, leases.
#include <cmath>

#include <fmt/format.h>

#include "simulate/life/life.h"
#include "simulate/life/work.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

// The figures of `servers:` in the parameters.
double server_figure(const Scene& scene, const char* name) { return scene.world.parameters->servers.at(name); }

const User* service_account(const World& w, std::string_view name) {
  for (const User& u : w.users) {
    if (u.name == name) return &u;
  }
  return nullptr;
}

// Every night, one server after the other.
class Backups : public Actor {
 public:
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    Machine& from = w.first(Kind::Backup);
    const Micros night = w.calendar.midnight(now) + static_cast<Micros>(server_figure(scene, "backup_hour") * static_cast<double>(kHour));
    if (now < night) return night;
    const User* user = service_account(w, "svc-backup");
    Micros later = static_cast<Micros>(from.rng.below(5 * kMinute));
    for (const Kind kind : {Kind::FileServer, Kind::AppServer, Kind::DomainController}) {
      for (Machine* m : w.all(kind)) later += back_up(scene, {now + later}, from, *m, *user);
    }
    for (const Kind kind : {Kind::Web, Kind::Database}) {
      for (Machine* m : w.all(kind)) {
        const Shell s = scene.linux_.login({now + later}, *m, *user, from.address, from.next_port());
        scene.network.internal({now + later}, from, *m, 22, "ssh", 90'000, 200'000'000 + from.rng.below(400'000'000), 8 * kMinute);
        scene.linux_.run({now + later + 2 * kSecond}, s, {"rsync", "--server", "--sender", "-logDtpre.iLsfxC", ".", "/srv/"}, "/root", true);
        scene.linux_.logout({now + later + 8 * kMinute}, s);
        later += 10 * kMinute;
      }
    }
    return w.calendar.next_midnight(now);
  }

 private:
  static Micros back_up(Scene& scene, const Act& act, Machine& from, Machine& m, const User& user) {
    const auto bytes = from.rng.draw({server_figure(scene, "backup_bytes"), 0.4});
    const auto lasts = static_cast<Micros>(bytes / 60e6 * static_cast<double>(kSecond));  // 60 MB/s
    scene.windows.ticket(act, user.name, user.sid, from.address);
    scene.windows.service_ticket(act.then(20'000), user.name, m, from.address);
    const std::uint16_t port = from.next_port();
    const Session s = scene.windows.logon(act.then(50'000), m, user, {.type = 3, .from = from.address, .port = port});
    scene.network.internal(act, from, m, 445, "smb", static_cast<std::uint64_t>(bytes / 300), static_cast<std::uint64_t>(bytes), lasts);
    scene.windows.share(act.then(90'000), s, from.address, port, m.kind == Kind::FileServer ? "Cases" : "C$");
    if (m.kind == Kind::FileServer) {
      const auto& folders = scene.world.folders;
      const auto n = static_cast<std::uint64_t>(server_figure(scene, "backup_files"));
      for (std::uint64_t i = 0; i < n; ++i) {
        const Folder& f = folders[from.rng.below(folders.size())];
        scene.windows.shared_file(act.then(static_cast<Micros>(i + 1) * lasts / static_cast<Micros>(n + 1)), s, from.address, port, f.share,
                                  document_path(f, static_cast<std::uint32_t>(from.rng.below(f.documents))), Windows::Access::Read);
      }
    }
    scene.windows.logoff(act.then(lasts), s);
    return lasts + kMinute;
  }
};

// Once a week, every machine, many ports; and a logon where it has an account.
class Scans : public Actor {
 public:
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    const Calendar& c = w.calendar;
    const Micros midnight = c.midnight(now), begins = midnight + static_cast<Micros>(server_figure(scene, "scan_hour") * static_cast<double>(kHour));
    if (c.weekday(now) != static_cast<int>(server_figure(scene, "scan_weekday"))) return c.next_midnight(now);
    if (now < begins) return begins;
    if (next_ >= w.machines.size()) {
      next_ = 0;
      return c.next_midnight(now);
    }
    Machine& from = w.first(Kind::Scanner);
    Machine& m = w.machines[next_++];
    if (!m.powered || !m.inside() || &m == &from) return now + 5 * kSecond;
    const auto ports = static_cast<unsigned>(server_figure(scene, "scan_ports"));
    for (unsigned i = 0; i < ports; ++i) {
      constexpr std::uint16_t kPorts[] = {21,  22,  23,  25,  53,   80,   88,   110,  111,  135,  139,  143,  389,  443,  445,  465,
                                          587, 636, 993, 995, 1433, 1521, 2049, 3306, 3389, 5432, 5900, 5985, 8000, 8080, 8443, 9100};
      Flow f;
      f.from = from.address;
      f.to = m.address;
      f.from_port = from.next_port();
      f.to_port = i < std::size(kPorts) ? kPorts[i] : static_cast<std::uint16_t>(1'024 + from.rng.below(40'000));
      const bool open = (m.windows && (f.to_port == 135 || f.to_port == 445 || f.to_port == 3389)) || (!m.windows && f.to_port == 22);
      f.state = open ? "RSTO" : from.rng.chance(0.7) ? "REJ" : "S0";
      f.out = open ? 120 : 0;
      f.in = open ? 300 : 0;
      f.duration = open ? 200'000 : 0;
      scene.network.flow({now + static_cast<Micros>(i) * 40'000}, from, f);
    }
    if (m.windows) {
      const User* user = service_account(w, "svc-scan");
      const Act act{now + 20 * kSecond};
      const Session s =
          scene.windows.logon(act, m, *user, {.type = 3, .from = from.address, .port = from.next_port(), .workstation = "SCAN-01", .package = "NTLM"});
      scene.windows.ntlm(act, user->name, "SCAN-01", 0);
      scene.windows.share(act.then(100'000), s, from.address, from.next_port(), "ADMIN$");
      scene.windows.share(act.then(200'000), s, from.address, from.next_port(), "IPC$");
      scene.windows.shared_file(act.then(250'000), s, from.address, from.next_port(), "IPC$", "winreg", Windows::Access::Read);
      scene.windows.logoff(act.then(40 * kSecond), s);
    } else if (m.kind != Kind::Printer) {
      scene.linux_.refused({now + 20 * kSecond}, m, "root", true, from.address, from.next_port());
    }
    return now + 25 * kSecond;
  }

 private:
  std::size_t next_ = 0;
};

// Polls of every server: the most regular traffic there is.
class Monitoring : public Actor {
 public:
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    Machine& from = w.first(Kind::Scanner);
    for (Machine& m : w.machines) {
      if (m.kind == Kind::Workstation || &m == &from) continue;
      const std::uint16_t port = m.kind == Kind::Web ? 443 : m.windows ? 5'985 : m.kind == Kind::Printer ? 161 : 9'100;
      scene.network.internal({now + static_cast<Micros>(from.rng.below(2 * kSecond))}, from, m, port, "", 400 + from.rng.below(20), 900 + from.rng.below(300),
                             30'000 + static_cast<Micros>(from.rng.below(20'000)));
      if (from.rng.chance(server_figure(scene, "monitor_pings"))) ping(scene, {now + static_cast<Micros>(from.rng.below(2 * kSecond))}, from, m);
    }
    return now + static_cast<Micros>(server_figure(scene, "monitor_seconds")) * kSecond;
  }

 private:
  static void ping(Scene& scene, const Act& act, Machine& from, const Machine& m) {
    Flow f{.from = from.address, .to = m.address, .transport = "icmp"};
    f.out = f.in = 5 * 56;
    f.duration = 4 * kSecond + 200;
    scene.network.flow(act, from, std::move(f));
  }
};

// Jobs of Linux machines and of the domain: cron, directory synchronisation, the document pipeline's calls in the cloud.
class Jobs : public Actor {
 public:
  explicit Jobs(Rng rng) : rng_(std::move(rng)) {}
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    const Micros hour = now - now % kHour;
    for (Machine& m : w.machines) {
      if (m.windows || m.kind == Kind::Printer) continue;
      scene.linux_.cron({hour + 17 * kMinute + kSecond}, m, "root", "   cd / && run-parts --report /etc/cron.hourly");
      if (rng_.chance(0.08))
        scene.linux_.message({hour + static_cast<Micros>(rng_.below(kHour))}, m, "systemd", 1, "Started apt-daily.service - Daily apt download activities.");
      if (const Site* debian = w.site("debian.org"); debian != nullptr && rng_.chance(0.08))
        scene.network.direct({hour + 20 * kMinute}, m, *debian, "deb.debian.org");
    }
    synchronise(hour + 30 * kMinute, scene);
    // The application keeps a pool of connections to its database, each for hours.
    if (rng_.chance(server_figure(scene, "pool_renewals"))) {
      scene.network.internal({hour + static_cast<Micros>(rng_.below(kHour))}, w.any(Kind::AppServer, rng_), w.first(Kind::Database), 5'432, "postgresql",
                             static_cast<std::uint64_t>(rng_.draw({4e6, 1})), static_cast<std::uint64_t>(rng_.draw({6e7, 1})),
                             static_cast<Micros>(std::min(rng_.draw({30'000, 0.7}), 86'400.0) * kSecond));
    }
    const auto calls = rng_.poisson(server_figure(scene, "job_calls"));
    for (unsigned i = 0; i < calls; ++i) {
      const Act act{hour + static_cast<Micros>(rng_.below(kHour))};
      scene.cloud.call(act, nullptr,
                       {.source = "s3.amazonaws.com",
                        .name = rng_.chance(0.7) ? "GetObject" : "PutObject",
                        .from = "198.51.100.40",
                        .agent = "aws-sdk-java/2.25.11 Linux/5.10",
                        .role = "document-pipeline"},
                       {{"bucketName", "court-public-records"}, {"key", fmt::format("filings/{}.pdf", rng_.below(4'000))}});
    }
    return hour + kHour;
  }

 private:
  void synchronise(Micros at, Scene& scene) {
    World& w = scene.world;
    const User* user = service_account(w, "svc-sync");
    Machine& from = w.first(Kind::AppServer);
    Machine& dc = w.first(Kind::DomainController);
    const Act act{at};
    scene.windows.service_ticket(act, user->name, dc, from.address);
    const Session s = scene.windows.logon(act.then(30'000), dc, *user, {.type = 3, .from = from.address, .port = from.next_port()});
    scene.windows.replicated(act.then(60'000), dc, *user, s.id);
    scene.windows.logoff(act.then(9 * kSecond), s);
    if (const Site* login = w.site("microsoftonline.com")) scene.network.direct(act.then(10 * kSecond), from, *login, "login.microsoftonline.com");
  }
  Rng rng_;
};

// Telephones and visitors' computers: many behind changing addresses, nobody's accounts.
class Guests : public Actor {
 public:
  explicit Guests(Rng rng) : rng_(std::move(rng)) {}
  Micros wake(Micros now, Scene& scene) override {
    World& w = scene.world;
    const double devices = server_figure(scene, "guests") * static_cast<double>(w.machines.size()) / 100;
    const double hour = w.calendar.hour(now);
    if (w.calendar.workday(now) && hour > 8 && hour < 18.5) {
      const Net& net = w.net("guest");
      for (unsigned n = rng_.poisson(devices * 1.5); n > 0; --n) {
        const auto& sites = w.parameters->sites;
        const Site& s = sites[rng_.below(sites.size())];
        const std::string address = address_text(net.first + static_cast<std::uint32_t>(rng_.below(static_cast<std::uint64_t>(devices) + 2)));
        const std::string host = site_host(s, rng_, w, nullptr);
        scene.network.guest({now + static_cast<Micros>(rng_.below(5 * kMinute))}, address, s, host);
      }
    }
    return now + 5 * kMinute;
  }

 private:
  Rng rng_;
};

}  // namespace

void add_servers(Scene& scene, Actors& actors) {
  const std::uint64_t seed = scene.world.seed;
  actors.push_back(std::make_unique<Backups>());
  actors.push_back(std::make_unique<Scans>());
  actors.push_back(std::make_unique<Monitoring>());
  actors.push_back(std::make_unique<Jobs>(Rng(seed, "jobs")));
  actors.push_back(std::make_unique<Guests>(Rng(seed, "guests")));
}

}  // namespace custos::simulate
