// The intern with a false identity: the least access, ordinary work, and each day a little beyond the cases that are theirs.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/intruder/outside.h"
#include "simulate/intruder/people.h"
#include "simulate/intruder/taking.h"
#include "simulate/life/work.h"

namespace custos::simulate::intern {
namespace {

class Intern : public Operation {
 public:
  Intern(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 14), 5, 4);
    // Beginners get the desk with the least behind it.
    auto all = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    if (all.empty()) return;
    std::stable_sort(all.begin(), all.end(), [&](const Colleague* a, const Colleague* b) { return reach(world(), *a) < reach(world(), *b); });
    who_ = all[rng().below(std::min<std::size_t>(3, all.size()))];
    mail_ = known_service(*this, "webmail", "post-box.example");
    for (const Folder* f : case_folders(world(), kNobody)) {
      if (!may_read(world(), *who_, *f)) wanted_.push_back(f);
    }
    for (std::size_t i = wanted_.size(); i > 1; --i) std::swap(wanted_[i - 1], wanted_[rng().below(i)]);
    if (wanted_.size() > 12) wanted_.resize(12);
    const Micros first = world().calendar.midnight(begins());
    who_->employed.from = first;
    // The account is made the working day before; on the first day of the run, that morning.
    at(std::max(first - 8 * kHour, world().begin + 7 * kHour) + pause(1'800), [this](Micros now) { join(now); });
    for (Micros day = first; day < std::min(ends() + 12 * kHour, world().end); day = world().calendar.next_midnight(day)) {
      if (world().calendar.workday(day + kHour)) plan(day);
    }
  }

 private:
  double progress(Micros now) const { return std::clamp(static_cast<double>(now - begins()) / static_cast<double>(ends() - begins()), 0.0, 1.0); }

  void plan(Micros day) {
    const double share = progress(day + 12 * kHour);
    const auto at_hour = [&](double hour) { return day + static_cast<Micros>(hour * static_cast<double>(kHour)); };
    if (share < figure("settling", 0.12)) return;  // first the work, and where things are
    for (unsigned n = 1 + rng().poisson(0.6); n > 0; --n) at(at_hour(9.5 + 6.5 * rng().unit()), [this](Micros now) { look_around(now); });
    if (share < figure("settling", 0.12) * 1.5) return;
    const double more = 1 + figure("growth", 2.5) * share;
    for (unsigned n = 1 + rng().poisson(amount("visits", 1) * more - 1); n > 0; --n) at(at_hour(9.5 + 7 * rng().unit()), [this](Micros now) { read(now); });
    // When most have gone.
    if (rng().chance(figure("late_chance", 0.2) * (1.2 - stealth()))) at(at_hour(17.6 + 1.5 * rng().unit()), [this](Micros now) { read(now); });
    // Now and then, and before it ends.
    const bool last = world().calendar.next_midnight(day) > ends() - kDay;
    if (last || rng().chance(figure("send_chance", 0.35))) at(at_hour(12 + 4.5 * rng().unit()), [this](Micros now) { send(now); });
  }

  bool there() { return at_work(world(), *who_); }
  Machine& desk() { return machine_of(world(), *who_); }

  // Not there at this moment: a little later; who did not come at all that day does it from home.
  bool later(Micros now, void (Intern::*what)(Micros)) {
    if (there()) return false;
    if (world().calendar.hour(now) < 18.5) {
      at(now + 15 * kMinute + pause(600), [this, what](Micros t) { (this->*what)(t); });
    } else if (what == &Intern::read) {
      read_at_home(now);
    } else if (what == &Intern::send) {
      send_from_home(now);
    }
    return true;
  }

  void sign_in(const Act& at_home, std::string_view application) {
    SignIn s;
    s.from = who_->home_address;
    s.application = application;
    s.agent = who_->browser;
    scene().cloud.sign_in(at_home, *who_->user, s);
  }

  void read_at_home(Micros now) {
    if (known_ == 0) {
      const Act search = act("discovery", "T1213.002", now, who_->user, {user_entity(*who_->user), {"address", who_->home_address}});
      sign_in(search, "Office 365 SharePoint Online");
      scene().cloud.document(search.then(20 * kSecond), *who_->user, "SearchQueryPerformed", who_->home_address, "cases", "-", who_->browser);
      known_ = 1;
      now += 2 * kMinute;
    }
    const Folder& f = *wanted_[rng().below(known_)];
    const unsigned n = 1 + rng().poisson(amount("documents", 3) * (0.5 + progress(now)));
    const Act taken = act("collection", "T1213.002", now, who_->user, {user_entity(*who_->user), {"address", who_->home_address}, {"file", f.path}});
    sign_in(taken, "Office 365 SharePoint Online");
    Micros after = 30 * kSecond;
    for (unsigned i = 0; i < n; ++i, after += pause(70)) {
      const std::string path = document_path(f, static_cast<std::uint32_t>(rng().below(f.documents)));
      scene().cloud.document(taken.then(after), *who_->user, "FileAccessed", who_->home_address, "cases", path.substr(path.rfind('\\') + 1), who_->browser);
    }
    held_ += n;
  }

  void send_from_home(Micros now) {
    if (held_ == 0) return;
    const Act sent = act("exfiltration", "T1048", now, who_->user, {user_entity(*who_->user), {"address", who_->home_address}});
    sign_in(sent, "Office 365 Exchange Online");
    scene().cloud.mail(sent.then(3 * kMinute), *who_->user, "Send", who_->home_address, who_->browser, 1,
                       {{"Recipients", fmt::format("{}.{}@{}", who_->first, rng().below(90), mail_.site.domain)}});
    held_ = 0;
  }

  void join(Micros now) {
    const Keys by = keys(*this);
    Machine& dc = world().first(Kind::DomainController);
    Act made = act("initial-access", "T1078.002", now, by.account, {user_entity(*who_->user)});
    const Session s = scene().windows.logon(made, dc, *by.account, {.type = 3, .from = by.desk->address, .port = 51'300});
    using What = Windows::AccountChange;
    scene().windows.account(made.then(20 * kSecond), dc, s, *who_->user, What::Created);
    scene().windows.account(made.then(21 * kSecond), dc, s, *who_->user, What::Enabled);
    scene().windows.account(made.then(22 * kSecond), dc, s, *who_->user, What::PasswordReset);
    scene().windows.member(made.then(40 * kSecond), dc, s, *who_->user, "GG-" + who_->unit, true);
    scene().windows.logoff(made.then(4 * kMinute), s);
  }

  // Searching is everybody's work: the case system first, then the folders' lists.
  void look_around(Micros now) {
    if (wanted_.empty() || later(now, &Intern::look_around)) return;
    const Folder& f = *wanted_[rng().below(std::min<std::size_t>(known_ + 2, wanted_.size()))];
    known_ = std::min(known_ + 1, wanted_.size());
    const Act search = act("discovery", "T1083", now, who_->user, {user_entity(*who_->user), host_entity(desk()), {"file", f.share + "\\" + f.path}});
    search_cases(*this, search, desk());
    search_cases(*this, search.then(25 * kSecond + pause(60)), desk());
    read_folder(*this, search.then(3 * kMinute), desk(), *who_->user, f, 0, 0, 1);
  }

  void read(Micros now) {
    if (wanted_.empty() || later(now, &Intern::read)) return;
    if (known_ == 0) return look_around(now);
    const Folder& f = *wanted_[rng().below(known_)];
    const unsigned n = 1 + rng().poisson(amount("documents", 3) * (0.5 + progress(now)));
    const Act taken = act("collection", "T1039", now, who_->user, {user_entity(*who_->user), host_entity(desk()), {"file", f.share + "\\" + f.path}});
    read_folder(*this, taken, desk(), *who_->user, f, static_cast<std::uint32_t>(rng().below(f.documents)), n, 70);
    held_ += n;
  }

  // Little, by a mail service that has nothing to do with the institution.
  void send(Micros now) {
    if ((held_ == 0 && world().calendar.hour(now) > 17) || later(now, &Intern::send)) return;
    if (held_ == 0) return at(now + 50 * kMinute, [this](Micros t) { send(t); });
    const Act sent = act("exfiltration", "T1567", now, who_->user, {user_entity(*who_->user), host_entity(desk()), {"domain", mail_.host}});
    const Place p = desk_of(world(), *who_);
    const unsigned n = std::min(held_, 1 + rng().poisson(amount("sent_documents", 2)));
    contact(*this, sent, p, mail_, {.path = "/inbox", .agent = who_->browser, .out = 2'400, .in = 60'000});
    contact(*this, sent.then(50 * kSecond), p, mail_,
            {.path = "/compose/attach", .method = "POST", .agent = who_->browser, .out = size_of(*this, n), .in = 900});
    held_ -= n;
  }

  Colleague* who_ = nullptr;
  Server mail_;
  std::vector<const Folder*> wanted_;
  std::size_t known_ = 0;
  unsigned held_ = 0;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Intern>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"intern", "a false identity with the least access: reads beyond the assigned cases, a little more each day", make};

}  // namespace custos::simulate::intern
