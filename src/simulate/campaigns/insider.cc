// Somebody who leaves copies ever more of what they may read: shares, cloud, printer, to a drive of their own.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "simulate/intruder/outside.h"
#include "simulate/intruder/people.h"
#include "simulate/intruder/taking.h"

namespace custos::simulate::insider {
namespace {

class Insider : public Operation {
 public:
  Insider(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 12), 3, 4);
    const auto all = regulars(*this, [&](const Colleague& c) { return c.admin == nullptr && !c.cases.empty() && reach(world(), c) > 5; });
    if (all.empty()) return;
    who_ = all.front();
    drive_ = known_service(*this, "storage", "big-file-transfer.example");
    // Notice was given before it began; the last working day is the campaign's last.
    const Calendar& c = world().calendar;
    std::vector<Micros> days;
    for (Micros day = c.midnight(begins()); day <= ends() && c.next_midnight(day) <= world().end; day = c.next_midnight(day)) {
      if (c.workday(day + kHour)) days.push_back(day);
    }
    if (days.empty()) return;
    last_ = c.next_midnight(days.back());
    who_->employed.until = last_;
    for (const Micros day : days) plan(day);
    at(between(last_, 8.5, 12), [this](Micros now) { close_account(now); });
  }

 private:
  // How much of the growth has happened: a tenth on the first day, all of it on the last.
  double growth(Micros now) const {
    const double share = std::clamp(static_cast<double>(now - begins()) / static_cast<double>(std::max<Micros>(last_ - begins(), 1)), 0.0, 1.0);
    return 0.1 + 0.9 * share * share;
  }

  void plan(Micros day) {
    const unsigned visits = 1 + rng().poisson(amount("visits", 2) * growth(day));
    for (unsigned i = 0; i < visits; ++i) {
      // Loudly at any hour of work; quietly in between what one does anyway.
      const double opens = i + 1 == visits && !quietly() ? 16.5 : 9.2;
      at(day + static_cast<Micros>((opens + rng().unit() * 1.5 + (opens < 10 ? 5 * rng().unit() : 0)) * static_cast<double>(kHour)),
         [this](Micros now) { take(now); });
    }
    if (rng().chance(figure("send_chance", 0.45) + 0.4 * growth(day)))
      at(day + 15 * kHour + static_cast<Micros>(rng().below(2 * kHour)), [this](Micros now) { send(now); });
    if (rng().chance(figure("print_chance", 0.25))) at(day + 14 * kHour + static_cast<Micros>(rng().below(3 * kHour)), [this](Micros now) { print(now); });
    // On the last evening at home whatever the cloud still gives.
    if (world().calendar.next_midnight(day) >= last_)
      at(day + 19 * kHour + static_cast<Micros>(rng().below(2 * kHour)), [this](Micros now) { share_outside(now); });
  }

  unsigned documents(Micros now) { return std::max(1u, static_cast<unsigned>(rng().draw({amount("documents", 25) * growth(now), 0.5}))); }

  bool there() { return at_work(world(), *who_); }

  // Not there at this moment: a little later; false means that the day is over.
  bool later(Micros now, void (Insider::*what)(Micros)) {
    if (world().calendar.hour(now) >= 18.5) return false;
    at(now + 15 * kMinute + pause(600), [this, what](Micros t) { (this->*what)(t); });
    return true;
  }

  void take(Micros now) {
    if (!there() && later(now, &Insider::take)) return;
    if (!there() || rng().chance(0.35)) return take_from_cloud(now, documents(now));
    const Folder& f = world().folders[rng().pick(who_->folders)];
    if (f.documents == 0) return;
    const unsigned n = documents(now);
    const Act read = act("collection", "T1039", now, who_->user, {user_entity(*who_->user), host_entity(desk()), {"file", f.share + "\\" + f.path}});
    const Micros done = read_folder(*this, read, desk(), *who_->user, f, static_cast<std::uint32_t>(rng().below(f.documents)), n, 3 * stretch());
    held_ += n;
    copied_ += n;
    if (n >= 20 && !quietly()) {
      std::string archive;
      pack_up(*this, done, desk_of(world(), *who_), 1 + n / 40, false, archive);
    }
  }

  void take_from_cloud(Micros now, unsigned n) {
    const std::string from = !there() ? who_->home_address : desk().inside() ? world().egress : desk().remote_address;
    const Act read = act("collection", "T1213.002", now, who_->user, {user_entity(*who_->user), {"address", from}});
    if (!there()) sign_in(read, from);
    Micros later = 20 * kSecond;
    for (unsigned i = 0; i < n; ++i, later += 300'000 + pause(3 * stretch())) {
      scene().cloud.document(read.then(later), *who_->user, "FileDownloaded", from, site(), document(), who_->browser);
    }
    held_ += n;
    copied_ += n;
  }

  // To a drive of one's own, with the browser, as anybody sends a large file.
  void send(Micros now) {
    if (held_ == 0 || (!there() && later(now, &Insider::send))) return;
    if (!there()) return share_outside(now);
    const Act sent = act("exfiltration", "T1567.002", now, who_->user, {user_entity(*who_->user), host_entity(desk()), {"domain", drive_.host}});
    const Place p = desk_of(world(), *who_);
    std::uint64_t bytes = size_of(*this, held_);
    for (Micros later = 0; bytes > 0; later += 4 * kSecond + pause(15)) {
      const std::uint64_t piece = std::min<std::uint64_t>(bytes, 8'000'000);
      contact(*this, sent.then(later), p, drive_, {.path = "/upload", .method = "POST", .agent = who_->browser, .out = piece + 900, .in = 800});
      bytes -= piece;
    }
    held_ = 0;
  }

  void print(Micros now) {
    if (copied_ == 0) return;
    if (!at_desk(world(), *who_)) {
      later(now, &Insider::print);
      return;
    }
    const Act paper = act("exfiltration", "T1052", now, who_->user, {user_entity(*who_->user), host_entity(desk())});
    Machine& printer = world().any(Kind::Printer, rng());
    const unsigned sheets = std::max(1u, static_cast<unsigned>(amount("prints", 4) * growth(now)));
    for (unsigned i = 0; i < sheets; ++i) {
      const Act one = paper.then(static_cast<Micros>(i) * 50 * kSecond);
      scene().network.internal(one, desk(), printer, 9'100, "", 900'000 + rng().below(6'000'000), 400, 12 * kSecond);
      launch(*this, one, desk_of(world(), *who_), "C:\\Windows\\splwow64.exe", "C:\\Windows\\splwow64.exe 8192", 90 * kSecond);
    }
  }

  // A link that anybody may open, from home.
  void share_outside(Micros now) {
    const Act shared = act("exfiltration", "T1567.002", now, who_->user, {user_entity(*who_->user), {"address", who_->home_address}});
    sign_in(shared, who_->home_address);
    for (unsigned i = 0; i < count("links", 3); ++i) {
      scene().cloud.document(shared.then(kMinute + static_cast<Micros>(i) * 40 * kSecond), *who_->user, "AnonymousLinkCreated", who_->home_address, site(),
                             document(), who_->browser);
    }
  }

  void sign_in(const Act& at_home, std::string_view from) {
    SignIn s;
    s.from = from;
    s.application = "Office 365 SharePoint Online";
    s.agent = who_->browser;
    scene().cloud.sign_in(at_home, *who_->user, s);
  }

  // What an administrator does for everybody who leaves: no part of the campaign.
  void close_account(Micros now) {
    const Keys by = keys(*this);
    Machine& dc = world().first(Kind::DomainController);
    const Act ordinary{now, by.person, nullptr};
    const Session s = scene().windows.logon(ordinary, dc, *by.account, {.type = 3, .from = by.desk->address, .port = 51'200});
    scene().windows.account(ordinary.then(30 * kSecond), dc, s, *who_->user, Windows::AccountChange::Disabled);
    scene().windows.logoff(ordinary.then(4 * kMinute), s);
  }

  Machine& desk() { return machine_of(world(), *who_); }
  std::string site() const {
    std::string out;
    for (const char c : who_->unit) out += c == ' ' ? '-' : ascii_lower(c);
    return out;
  }
  std::string document() { return fmt::format("{}-{:03}.docx", rng().chance(0.5) ? "memo" : "filing", rng().below(400)); }

  Colleague* who_ = nullptr;
  Server drive_;
  Micros last_ = 0;
  unsigned held_ = 0, copied_ = 0;  // not sent yet; ever
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Insider>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"insider", "somebody who leaves copies ever more of what they may read, to a drive of their own", make};

}  // namespace custos::simulate::insider
