// Patient espionage: one computer, a few questions, an administrator's password, the papers of one case over many days, quietly out.
#include <optional>

#include "simulate/intruder/beacon.h"
#include "simulate/intruder/credentials.h"
#include "simulate/intruder/exfiltration.h"
#include "simulate/intruder/movement.h"
#include "simulate/intruder/people.h"
#include "simulate/intruder/taking.h"
#include "simulate/intruder/traces.h"

namespace custos::simulate::espionage {
namespace {

constexpr Command kQuestions[] = {
    {"discovery", "T1033", "C:\\Windows\\System32\\whoami.exe", "whoami /all"},
    {"discovery", "T1016", "C:\\Windows\\System32\\ipconfig.exe", "ipconfig /all"},
    {"discovery", "T1082", "C:\\Windows\\System32\\systeminfo.exe", "systeminfo"},
    {"discovery", "T1018", "C:\\Windows\\System32\\nltest.exe", "nltest /dclist:"},
    {"discovery", "T1069.002", "C:\\Windows\\System32\\net.exe", "net group \"Domain Admins\" /domain"},
    {"discovery", "T1135", "C:\\Windows\\System32\\net.exe", "net view \\\\files-01"},
    {"discovery", "T1057", "C:\\Windows\\System32\\tasklist.exe", "tasklist /v"},
    {"discovery", "T1049", "C:\\Windows\\System32\\NETSTAT.EXE", "netstat -ano"},
    {"discovery", "T1087.002", "C:\\Windows\\System32\\net.exe", "net user /domain"},
    {"discovery", "T1083", kCmd, "cmd.exe /c dir S:\\ /b"},
    {"discovery", "T1482", "C:\\Windows\\System32\\nltest.exe", "nltest /domain_trusts"},
    {"discovery", "T1018", kPowerShell, "([adsisearcher]'(&(objectCategory=computer)(operatingSystem=*server*))').FindAll() | % { $_.Properties.dnshostname }"},
    {"discovery", "T1087.002", kPowerShell, "([adsisearcher]'(&(objectCategory=person)(description=*case*))').FindAll() | select -First 40"},
};

class Espionage : public Operation {
 public:
  Espionage(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 16));
    by_mail_ = rng().chance(figure("by_mail", 0.65));
    // People whose work is papers: whoever may read more is looked for first.
    targets_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    std::stable_sort(targets_.begin(), targets_.end(), [&](const Colleague* a, const Colleague* b) { return (a->cases.size() > 1) > (b->cases.size() > 1); });
    if (targets_.size() > 6) targets_.resize(6);
    keys_ = keys(*this);
    if (targets_.empty()) return;
    at(begins(), [this](Micros now) { enter(now); });
  }

 private:
  // Mail goes to several, one opens it; a stolen password is used in the evening, where the computer was left on.
  void enter(Micros now) {
    if (now > begins() + 20 * kHour) by_mail_ = true;  // no computer was left on
    const double hour = world().calendar.hour(now);
    for (Colleague* c : targets_) {
      const Machine& m = machine_of(world(), *c);
      if (!stays(world(), *c)) continue;
      if (by_mail_ ? at_desk(world(), *c) : reachable(m) && m.user == kNobody && m.booted != kNoTime && (hour > 18.5 || hour < 6)) {
        begun(now);
        const Micros done = by_mail_ ? open_attachment(*this, now, *c, foothold_) : come_by_vpn(*this, now, *c, foothold_);
        beacon_.emplace(*this, foothold_);
        beacon_->run(done, ends());
        out_ = way_out(*this);
        choose_case();
        return question(done + dwell("first_look_hours", 3), 0);
      }
    }
    at(now + 23 * kMinute, [this](Micros t) { enter(t); });
  }

  void choose_case() {
    std::vector<std::uint32_t> of;
    for (const std::uint32_t c : foothold_.who->cases) of.push_back(c);
    case_ = !of.empty() && quietly() ? rng().pick(of) : static_cast<std::uint32_t>(rng().below(world().cases.size()));
  }

  bool on() const { return foothold_.alive(); }  // at home too: the way in is the loader
  void when_on(Micros from, Step step) {
    when(
        from, [this](Micros) { return on(); }, std::move(step));
  }

  // Few commands at a time, spread over days.
  void question(Micros from, std::size_t asked) {
    when_on(from, [this, asked](Micros now) {
      const auto all = std::min<std::size_t>(std::size(kQuestions), count("questions", 8, 4));
      const auto some = std::min(all - asked, 1 + static_cast<std::size_t>(rng().below(stealth() > 0.7 ? 2 : 5)));
      const Micros done = run_commands(*this, now, foothold_.place, std::span(kQuestions).subspan(asked, some), 20 * stretch(), !quietly());
      if (asked + some < all) return question(done + dwell("question_hours", 10), asked + some);
      steal(std::max(done, point(0.3)));
    });
  }

  void steal(Micros from) {
    when_on(from, [this](Micros now) {
      const bool quiet = quietly();
      const Micros done =
          rng().chance(figure("by_tickets", 0.4)) ? ask_for_tickets(*this, now, foothold_.place, quiet) : read_lsass(*this, now, foothold_.place, quiet);
      cross(std::max(done + 10 * kMinute, point(0.4)), 0);
    });
  }

  // To the file server, then to an administrator's computer if it is on.
  void cross(Micros from, unsigned moved) {
    when_on(from, [this, moved](Micros now) {
      Machine& desk = *keys_.desk;
      Machine& to = moved == 0 ? world().first(Kind::FileServer) : reachable(desk) && &desk != foothold_.place.machine ? desk : world().first(Kind::AppServer);
      const Way way = quietly() ? (rng().chance(0.5) ? Way::RemoteDesktop : Way::Wmi) : Way::Service;
      const Arrival arrived = move(*this, now, foothold_.place, to, *keys_.account, way);
      constexpr Command kThere[] = {{"discovery", "T1083", kCmd, "cmd.exe /c dir D:\\Cases /s /b"},
                                    {"discovery", "T1033", "C:\\Windows\\System32\\quser.exe", "quser"}};
      const Micros done = run_commands(*this, arrived.done, arrived.place, std::span(kThere).subspan(moved, 1), 20, false);
      if (moved == 0) server_ = arrived;
      if (moved == 0) return cross(done + dwell("move_hours", 20), 1);
      collect(std::max(done, point(0.5)), 0);
    });
  }

  // Small portions of the case's folders, day by day; every few portions leave.
  void collect(Micros from, unsigned portions) {
    when_on(stealth() > 0.3 ? between(from, 9, 17, true) : from, [this, portions](Micros now) {
      const auto folders = case_folders(world(), case_);
      if (folders.empty()) return;
      const Folder& f = *folders[portions % folders.size()];
      // With the person's own account where it may read that; else with the administrator's.
      const User& as = may_read(world(), *foothold_.who, f) && quietly() ? *foothold_.who->user : *keys_.account;
      const unsigned documents = std::max(2u, static_cast<unsigned>(rng().draw({amount("documents", 12), 0.4})));
      const Act read = act("collection", "T1039", now, &as, {host_entity(*foothold_.place.machine), user_entity(as), {"file", f.share + "\\" + f.path}});
      const Micros done = read_folder(*this, read, *foothold_.place.machine, as, f, read_, documents, 4 * stretch());
      read_ += documents;
      unsent_ += documents;
      const bool last = now >= point(0.92);
      if (last || (portions >= 2 && portions % 3 == 2 && now >= point(0.6))) return send(done + dwell("send_hours", 4), portions + 1, last);
      collect(done + dwell("portion_hours", 14), portions + 1);
    });
  }

  void send(Micros from, unsigned portions, bool last) {
    when_on(from, [this, portions, last](Micros now) {
      std::string archive;
      const Micros packed = pack_up(*this, now, foothold_.place, 1 + unsent_ / 40, quietly(), archive);
      const Micros sent = send_out(*this, packed + dwell("pack_hours", 0.3), foothold_.place, out_, size_of(*this, unsent_), count("dns_questions", 500, 40));
      unsent_ = 0;
      archives_ = archive;
      if (!last && now < point(0.9)) return collect(sent + dwell("portion_hours", 14), portions);
      at(std::max(sent + 5 * kMinute, point(0.96)), [this](Micros t) { leave(t); });
    });
  }

  void leave(Micros from) {
    const auto somewhere = [this](Micros now) { return on() || server_.until > now; };
    when(from, somewhere, [this](Micros now) {
      const Micros done = on() ? cover_up(*this, now, foothold_.place, archives_, quietly()) : now;
      if (server_.until > done) cover_up(*this, done + kMinute, server_.place, server_.place.by.image, quietly());
    });
  }

  bool by_mail_ = true;
  std::vector<Colleague*> targets_;
  Keys keys_;
  Foothold foothold_;
  std::optional<Beacon> beacon_;
  Arrival server_;
  WayOut out_;
  std::uint32_t case_ = 0, read_ = 0, unsent_ = 0;
  std::string archives_;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Espionage>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"espionage", "patient espionage: foothold, quiet discovery, an administrator's password, a case's papers in small portions, out", make};

}  // namespace custos::simulate::espionage
