// An opportunistic precursor of ransomware: a bought password, a burst of questions, defences down, papers packed, every machine at once. It stops there.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/intruder/credentials.h"
#include "simulate/intruder/exfiltration.h"
#include "simulate/intruder/foothold.h"
#include "simulate/intruder/movement.h"
#include "simulate/intruder/people.h"
#include "simulate/intruder/taking.h"

namespace custos::simulate::ransomware {
namespace {

constexpr Command kBurst[] = {
    {"discovery", "T1033", "C:\\Windows\\System32\\whoami.exe", "whoami /all"},
    {"discovery", "T1018", "C:\\Windows\\System32\\nltest.exe", "nltest /dclist:"},
    {"discovery", "T1482", "C:\\Windows\\System32\\nltest.exe", "nltest /domain_trusts /all_trusts"},
    {"discovery", "T1069.002", "C:\\Windows\\System32\\net.exe", "net group \"Domain Admins\" /domain"},
    {"discovery", "T1087.002", "C:\\Windows\\System32\\net.exe", "net user /domain"},
    {"discovery", "T1018", "C:\\Windows\\System32\\net.exe", "net group \"Domain Computers\" /domain"},
    {"discovery", "T1018", "C:\\Windows\\System32\\net.exe", "net view /all /domain"},
    {"discovery", "T1016", "C:\\Windows\\System32\\ipconfig.exe", "ipconfig /all"},
    {"discovery", "T1082", "C:\\Windows\\System32\\systeminfo.exe", "systeminfo"},
    {"discovery", "T1049", "C:\\Windows\\System32\\quser.exe", "quser"},
};

class Ransomware : public Operation {
 public:
  Ransomware(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 3));
    keys_ = keys(*this);
    sold_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    if (sold_.empty()) return;
    from_ = outsider(*this);
    out_ = {Channel::CloudDrive, known_service(*this, "storage", "big-file-transfer.example")};
    at(between(begins(), 17.5, 23), [this](Micros now) { enter(now); });
  }

 private:
  Machine& first() { return world().first(Kind::AppServer); }

  // Remote desktop to a server that the bought account may use.
  void enter(Micros now) {
    begun(now);
    who_ = one_who_stays(world(), sold_);
    if (who_ == nullptr) return;
    const User& u = *who_->user;
    const Act bought = act("initial-access", "T1133", now, &u, {user_entity(u), {"address", from_.address}});
    address_ = vpn_address(*this, bought, u, from_, static_cast<unsigned>(rng().below(3)));
    const Act desktop = act("initial-access", "T1078.002", now + 4 * kMinute, &u, {user_entity(u), host_entity(first()), {"address", address_}});
    place_ = desktop_from(*this, desktop, address_, first(), u, 3 * kHour);
    at(now + 8 * kMinute + pause(200), [this](Micros t) { look(t); });
  }

  void look(Micros now) {
    const auto some = std::min<std::size_t>(std::size(kBurst), count("questions", 7, 4));
    const Micros done = run_commands(*this, now, place_, std::span(kBurst).first(some), 3 * stretch(), true);
    at(done + kMinute, [this](Micros t) { scan(t); });
  }

  // Who answers on the ports that matter.
  void scan(Micros now) {
    const std::string image = fmt::format("C:\\Users\\{}\\Downloads\\netscan.exe", who_->user->name);
    const Act swept = act("discovery", "T1046", now, who_->user, {host_entity(first()), user_entity(*who_->user), {"process", image}});
    scene().windows.file(swept, first(), place_.by, image);
    const Process scanner = launch(*this, swept.then(20 * kSecond), place_, image, fmt::format("\"{}\"", image), 20 * kMinute);
    Micros later = 40 * kSecond;
    const double share = 1 - 0.7 * stealth();
    for (const Machine& m : world().machines) {
      if (&m == &first() || !rng().chance(share)) continue;
      for (const std::uint16_t port : {std::uint16_t{445}, std::uint16_t{3'389}, std::uint16_t{135}}) {
        const bool open = m.powered && m.inside() && m.windows;
        Flow f{.from = first().address, .to = m.address, .from_port = first().next_port(), .to_port = port};
        f.state = open ? "RSTO" : m.powered ? "REJ" : "S0";
        f.out = open ? 90 : 0;
        f.in = open ? 200 : 0;
        f.duration = open ? 40'000 : 900;
        scene().network.flow(swept.then(later), first(), f, &scanner);
        later += 30'000 + pause(0.4 * stretch());
      }
    }
    at(now + later + 10 * kMinute, [this](Micros t) { steal(t); });
  }

  // After that an administrator's account is theirs; they come back with it.
  void steal(Micros now) {
    const Micros done = read_lsass(*this, now, place_, quietly());
    at(std::max(done, between(now + dwell("rest_hours", 14), 18, 24, true)), [this](Micros t) { come_back(t); });
  }

  void come_back(Micros now) {
    const User& u = *keys_.account;
    const Act again = act("persistence", "T1133", now, &u, {user_entity(u), {"address", from_.address}});
    address_ = vpn_address(*this, again, *who_->user, from_, 0);
    place_ = desktop_from(*this, again.then(3 * kMinute), address_, first(), u, 9 * kHour);
    const Act help = act("command-and-control", "T1219", now + 9 * kMinute, &u, {host_entity(first()), user_entity(u)});
    const std::string image = "C:\\ProgramData\\RemoteHelp\\remotehelp.exe";
    scene().windows.file(help, first(), place_.by, image);
    const Process tool = launch(*this, help.then(8 * kSecond), place_, image, fmt::format("\"{}\" --install --silent", image), 8 * kHour);
    scene().windows.service(help.then(20 * kSecond), first(), &place_.session, "RemoteHelp", image);
    Place through = place_;
    through.by = tool;
    contact(*this, help.then(25 * kSecond), through, new_server(*this), {.path = "/relay", .out = 90'000, .in = 400'000, .lasts = 3 * kHour, .proxy = false});
    at(now + 20 * kMinute + pause(300), [this](Micros t) { take(t); });
  }

  // Papers first: they are the second lever.
  void take(Micros now) {
    const User& u = *keys_.account;
    const auto folders = case_folders(world(), kNobody);
    Micros done = now;
    const unsigned documents = count("documents", 60, 10);
    const unsigned visits = count("folders", 4, 2);
    for (unsigned i = 0; i < visits && !folders.empty(); ++i) {
      const Folder& f = *folders[rng().below(folders.size())];
      const Act read = act("collection", "T1039", done, &u, {host_entity(first()), user_entity(u), {"file", f.share + "\\" + f.path}});
      Micros end = read_folder(*this, read, first(), u, f, static_cast<std::uint32_t>(rng().below(f.documents)), documents, 0.6 * stretch());
      done = end + 10 * kSecond;
    }
    std::string archive;
    done = pack_up(*this, done, place_, 2 + visits * documents / 40, false, archive);
    done = send_out(*this, done + kMinute, place_, out_, size_of(*this, visits * documents), 100);
    at(done + 5 * kMinute, [this](Micros t) { disarm(t, place_, false); });
  }

  void disarm(Micros now, const Place& p, bool everywhere) {
    Windows& windows = scene().windows;
    Machine& m = *p.machine;
    const Act off = act("defense-evasion", "T1562.001", now, p.user(), {host_entity(m)});
    launch(*this, off, p, kPowerShell, "powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true", 2 * kSecond);
    constexpr std::string_view kServices[] = {"SafeKeep Agent", "SQL Server", "Volume Shadow Copy", "Microsoft Defender Antivirus Service"};
    const auto services = everywhere ? 2u : std::min(4u, count("services", 3, 2));
    const Act stopped = act("impact", "T1489", now + 20 * kSecond, p.user(), {host_entity(m)});
    for (unsigned i = 0; i < services; ++i) {
      launch(*this, stopped.then(static_cast<Micros>(i) * 2 * kSecond), p, system32("net.exe"), fmt::format("net stop \"{}\" /y", kServices[i]), kSecond, true);
      windows.service_state(stopped.then(static_cast<Micros>(i) * 2 * kSecond + 900'000), m, kServices[i], "stopped");
    }
    const Act copies = act("impact", "T1490", now + 40 * kSecond, p.user(), {host_entity(m)});
    launch(*this, copies, p, system32("vssadmin.exe"), "vssadmin delete shadows /all /quiet", 3 * kSecond, true);
    if (!everywhere || !quietly())
      launch(*this, copies.then(6 * kSecond), p, system32("bcdedit.exe"), "bcdedit /set {default} recoveryenabled no", kSecond, true);
    if (!everywhere) at(now + 3 * kMinute + pause(120), [this](Micros t) { spread(t); });
  }

  // Every machine that is on, within the hour. What would follow is not simulated.
  void spread(Micros now) {
    std::vector<Machine*> targets;
    for (Machine& m : world().machines) {
      if (m.windows && &m != &first() && reachable(m)) targets.push_back(&m);
    }
    for (std::size_t i = targets.size(); i > 1; --i) std::swap(targets[i - 1], targets[rng().below(i)]);
    targets.resize(
        std::max<std::size_t>(std::min<std::size_t>(targets.size(), 3), static_cast<std::size_t>(static_cast<double>(targets.size()) * (1 - 0.4 * stealth()))));
    const Micros each = 50 * kMinute / static_cast<Micros>(targets.size() + 1);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      at(now + static_cast<Micros>(i) * each, [this, to = targets[i]](Micros t) {
        if (!reachable(*to)) return;
        const Arrival there = move(*this, t, place_, *to, *keys_.account, Way::Service);
        disarm(t + 10 * kSecond, there.place, true);
      });
    }
  }

  std::vector<Colleague*> sold_;  // whose passwords are for sale
  Colleague* who_ = nullptr;
  Keys keys_;
  Outsider from_;
  WayOut out_;
  std::string address_;
  Place place_;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Ransomware>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{
    "ransomware", "an opportunistic precursor: bought password, burst of questions, defences down, many machines in an hour; it stops before encryption", make};

}  // namespace custos::simulate::ransomware
