// One password against many accounts, low and slow, from several addresses, at the cloud and at the VPN; one fits; then that mail is read.
#include <algorithm>

#include "simulate/intruder/outside.h"
#include "simulate/intruder/people.h"

namespace custos::simulate::spraying {
namespace {

class Spraying : public Operation {
 public:
  Spraying(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 9));
    for (const Colleague& c : world().people) names_.push_back(c.user);
    for (std::size_t i = names_.size(); i > 1; --i) std::swap(names_[i - 1], names_[rng().below(i)]);
    weak_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    if (weak_.empty()) return;
    // The fewer tries an address makes, the more addresses it takes: patience has more of them.
    const auto doors = static_cast<unsigned>(std::max(1.0, figure("addresses", 6) * (0.5 + stealth())));
    for (unsigned i = 0; i < doors; ++i) from_.push_back(outsider(*this));
    at(begins(), [this](Micros now) {
      victim_ = one_who_stays(world(), weak_);
      if (victim_ != nullptr) round(now, 0);
    });
  }

 private:
  // One password, every account once; then a day of rest, so that nobody is locked out. In the last round one account has that password.
  void round(Micros now, unsigned number) {
    const auto rounds = static_cast<unsigned>(std::max(2.0, figure("rounds", 4)));
    // The rounds fill four fifths of the time.
    const Micros each = static_cast<Micros>(0.8 * static_cast<double>(ends() - begins()) / rounds);
    // A patient sprayer tries a part of the accounts only.
    const auto tried =
        std::max<std::size_t>(std::min<std::size_t>(names_.size(), 4), static_cast<std::size_t>(static_cast<double>(names_.size()) * (1 - 0.6 * stealth())));
    const Micros gap = each / static_cast<Micros>(tried + tried / 4 + 1);
    for (std::size_t i = 0; i < tried; ++i) {
      const User& who = *names_[(i + number * 7) % names_.size()];
      if (&who == victim_->user && number + 1 == rounds) continue;
      at(now + static_cast<Micros>(i) * gap + static_cast<Micros>(rng().below(static_cast<std::uint64_t>(gap) + 1)),
         [this, &who](Micros t) { attempt(t, who); });
    }
    const Micros next = now + each;
    if (number + 1 < rounds) return at(next, [this, number](Micros t) { round(t, number + 1); });
    at(next, [this](Micros t) { succeed(t); });
  }

  void attempt(Micros now, const User& who) {
    const Outsider& from = from_[turn_++ % from_.size()];
    const bool vpn = rng().chance(figure("vpn_share", 0.25));
    const Act tried = act("credential-access", "T1110.003", now, &who, {user_entity(who), {"address", from.address}});
    SignIn s = sign_in_from(from, vpn ? "Virtual private network" : "Office 365 Exchange Online", vpn || quietly() ? "Browser" : "IMAP4");
    s.error = rng().chance(0.03) ? 50053 : 50126;
    s.second_factor = false;
    scene().cloud.sign_in(tried, who, s);
  }

  // An old protocol asks for no second factor.
  void succeed(Micros now) {
    const User& who = *victim_->user;
    home_ = from_[rng().below(from_.size())];
    const Act in = act("initial-access", "T1078.004", now, &who, {user_entity(who), {"address", home_.address}});
    SignIn s = sign_in_from(home_, "Office 365 Exchange Online", quietly() ? "Browser" : "IMAP4");
    s.second_factor = false;
    scene().cloud.sign_in(in, who, s);
    const unsigned visits = count("visits", 4, 2);
    for (unsigned i = 0; i < visits; ++i) {
      const double share = 0.82 + 0.17 * (i + rng().unit()) / visits;
      at(std::max(now + 10 * kMinute, point(share)), [this](Micros t) { read(t); });
    }
  }

  void read(Micros now) {
    const User& who = *victim_->user;
    const Act taken = act("collection", "T1114.002", now, &who, {user_entity(who), {"address", home_.address}});
    SignIn s = sign_in_from(home_, "Office 365 Exchange Online");
    s.second_factor = false;
    s.interactive = false;
    scene().cloud.sign_in(taken, who, s);
    Micros later = 30 * kSecond;
    for (unsigned left = count("messages", 60, 4); left > 0; later += 2 * kSecond + pause(30 * stretch())) {
      const unsigned some = std::min(left, 1 + rng().poisson(6));
      scene().cloud.mail(taken.then(later), who, "MailItemsAccessed", home_.address, "Client=OWA;Action=ViaProxy", some);
      left -= some;
    }
  }

  std::vector<const User*> names_;
  std::vector<Outsider> from_;
  std::vector<Colleague*> weak_;  // whose password might be the one
  Colleague* victim_ = nullptr;
  Outsider home_;
  std::size_t turn_ = 0;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Spraying>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"spraying", "one password against many accounts, low and slow; one fits; its mail is read", make};

}  // namespace custos::simulate::spraying
