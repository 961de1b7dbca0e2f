// D5: credentials that are tried out. For every actor that logs on or asks for tickets, counts of a window against what its own past and everybody's
// make likely: who tried many names, whose name was tried from many places, who asked for many services with a weak cipher, who got in after failing.
//
//   score = min(-ln P(X >= x | own), -ln P(X >= x | everybody)), X negative binomial (statistics/counts.h)
//
// Everybody: prior_of_peers of all actors' rates of that count, as of the last window that taught: nearly all counts above 0 are 1, so their scores lie
// close together, and if everybody's rate moved on a little, the next 1 would be odder than every one that calibrated. Own: that prior after the
// actor's windows, which halve in weight every 30; never the greater score, so it can't do the same.
// Each count is a stratum of its own, with zeros: an actor's p is the least times their number. Nothing depends on the order of equal times.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "behavior/detector.h"
#include "behavior/dns/telling.h"
#include "behavior/sketch/bloom.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/statistics/counts.h"

namespace custos::behavior::credentials {
namespace {

enum Sort : std::uint8_t {
  Sprays,   // a computer of ours: names that failed from there
  Sprayed,  // a computer of ours: names that failed there, from outside
  Sought,   // a user: places it failed from
  Roasts,   // a user: services it got weakly encrypted tickets for
  Breaks,   // a user: failures before a success from the same place
  kSorts
};
constexpr std::size_t kMostBloom = 4u << 20;
constexpr double kHalf = 0.97716;      // 2^(-1/30): a window's weight after one more
constexpr double kStep = 0.05;         // what tells equal scores apart
constexpr double kLeastUrgent = 5;     // nats

// A count of an actor in the open window.
struct Unit {
  ActorId actor = kNoActor;
  Sort sort = Sprays;
  std::uint32_t n = 0, all = 0;  // distinct things; records
  Micros first = kNoTime, last = kNoTime;
  Telling<16> told;
  std::uint64_t weight() const { return n; }
  void save(Packer&) const {}
  bool load(Unpacker&) { return true; }
};

// Failures of a user from one place since its last success there, in the open window.
struct Streak {
  std::uint32_t failures = 0, latest = 0;  // latest: of those, the ones at `last`
  Micros last = kNoTime;
  std::uint32_t weight() const { return failures; }
  void save(Packer&) const {}
  bool load(Unpacker&) { return true; }
};

struct Past {
  float sum = 0, windows = 0;
  std::uint8_t sort = 0;
  bool got_in = false;  // of users: a name that never logged on may be anybody's invention
  double weight() const { return static_cast<double>(windows) + (got_in ? 1e6 : 0); }
  void merge(const Past& other) {
    sum += other.sum;
    windows += other.windows;
    sort = other.windows > 0 ? other.sort : sort;
    got_in = got_in || other.got_in;
  }
  void save(Packer& out) const {
    out.f32(sum);
    out.f32(windows);
    out.u8(static_cast<std::uint8_t>(sort * 2 + (got_in ? 1 : 0)));
  }
  bool load(Unpacker& in) {
    sum = in.f32();
    windows = in.f32();
    const std::uint8_t both = in.u8();
    sort = both / 2;
    got_in = both % 2 != 0;
    return in.ok() && (sort < kSorts && sum >= 0 && windows >= 0 && std::isfinite(sum + windows) ? true : in.refuse());
  }
};

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster), memory_(memory), units_(memory / 2), streaks_(memory / 16), seen_(std::min(memory / 16, kMostBloom)), pasts_(memory / 4) {}

  void observe(const Fact& f, const Cast& c, Judge& judge) override {
    if (f.kind == Kind::Logon) return logon(f, c, judge);
    if (f.kind == Kind::Ticket) return ticket(f, c, judge);
  }

  void close(const Window& window, Judge& judge) override {
    // By key of actor and count: the same in every run.
    units_.each([&](std::uint64_t key, std::int32_t, const Unit& u) {
      if (!counts(u)) return;
      const double s = score(u, key);
      const double p = judge.score(u.actor, roster_, s, [&](Why& why) { explain(u, key, why); }, u.sort);
      scored_.push_back({key, u.sort, u.n, p > Judge::kTooOdd});
    });
    for (const Scored& s : scored_) learn(s, window.number);
    for (const std::uint64_t key : got_in_) pasts_.touch(key, static_cast<std::int32_t>(window.number)).got_in = true;
    scored_.clear();
    got_in_.clear();
    taught_ = taught_ || judge.learning();
    // Where nothing taught before, what calibrates teaches too.
    if (judge.learning() || (!taught_ && !judge.judging())) priors();
    forgotten_ += units_.evictions() + streaks_.evictions();
    units_ = EntityTable<Unit>(memory_ / 2);
    streaks_ = EntityTable<Streak>(memory_ / 16);
    seen_.clear();
  }

  void save(Packer& out) const override {
    pasts_.save(out);
    out.varint(forgotten_);
    out.u8(taught_ ? 1 : 0);
    for (const GammaRate& r : priors_) out.f64(r.a), out.f64(r.b);
  }
  bool load(Unpacker& in) override {
    if (!pasts_.load(in)) return false;
    forgotten_ = in.varint();
    taught_ = in.u8() != 0;
    for (GammaRate& r : priors_) {
      r = {in.f64(), in.f64()};
      if (!(r.a > 0 && r.b > 0 && std::isfinite(r.a + r.b))) return in.refuse();
    }
    return in.ok();
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    for (std::size_t i = 0; i < kSorts; ++i) priors_[i] = both(priors_[i], known(static_cast<Sort>(i)), of.priors_[i], of.known(static_cast<Sort>(i)));
    taught_ = taught_ || of.taught_;
    pasts_.merge(of.pasts_);
    forgotten_ += of.forgotten_;
    return true;
  }
  std::size_t bytes() const override { return units_.bytes() + streaks_.bytes() + pasts_.bytes() + seen_.bytes() + got_in_.size() * 16; }
  std::uint64_t evictions() const override { return forgotten_ + units_.evictions() + streaks_.evictions() + pasts_.evictions(); }

 private:
  struct Scored {
    std::uint64_t key;
    Sort sort;
    std::uint32_t n;
    bool ordinary;
  };
  std::uint64_t key_of(ActorId actor, Sort sort) const { return mix(roster_.at(actor).key, 0xC0DEu + sort); }

  Unit& unit(ActorId actor, Sort sort, const Fact& f) {
    Unit& u = units_.touch(key_of(actor, sort), 0);
    u.actor = actor;
    u.sort = sort;
    if (u.first == kNoTime || f.time < u.first) u.first = f.time;
    u.last = std::max(u.last, f.time);
    return u;
  }
  // Present with nothing to say, too.
  void active(ActorId actor, bool user, const Fact& f) {
    if (actor == kNoActor) return;
    const std::uint64_t key = mix(roster_.at(actor).key, 0xAC71Fu);
    if (!seen_.insert(key)) return;
    for (const Sort s : {Sprays, Sprayed, Sought, Roasts, Breaks}) {
      if ((s >= Sought) == user) unit(actor, s, f);
    }
  }
  void distinct(ActorId actor, Sort sort, std::uint64_t thing, TextId what, const Fact& f, Judge& judge) {
    if (actor == kNoActor) return;
    const std::uint64_t key = key_of(actor, sort);
    const bool fresh = seen_.insert(mix(key, thing));
    Unit& u = unit(actor, sort, f);
    ++u.all;
    if (!fresh) return;
    ++u.n;
    u.told.add({f.where(), f.time, 1, what});
    urge(u, key, judge);
  }
  void urge(const Unit& u, std::uint64_t key, Judge& judge) {
    if (u.n < 3 || !counts(u)) return;
    const double s = score(u, key);
    if (s < kLeastUrgent) return;
    judge.urgent(number, u.actor, roster_, s, roster_.at(u.actor).who == Who::Host ? 2 : 3, [&](Why& why) { explain(u, key, why); }, u.sort);
  }

  void logon(const Fact& f, const Cast& c, Judge& judge) {
    if (c.user == kNoActor) return;
    const std::uint64_t user = roster_.at(c.user).key;
    const TextId from = f.peer != kNoText ? f.peer : f.host;
    const ActorId ours = f.peer != kNoText && f.peer_ours ? roster_.host(f.peer) : kNoActor;
    active(c.user, true, f);
    active(ours, false, f);
    active(c.host, false, f);
    if (f.failed) {
      failure(c.user, user, from, f, judge);
      if (ours != kNoActor) distinct(ours, Sprays, user, f.user, f, judge);
      else if (f.peer != kNoText) distinct(c.host, Sprayed, user, f.user, f, judge);
      return;
    }
    got_in_of(c.user);
    success(c.user, from, f, judge);
  }

  void ticket(const Fact& f, const Cast& c, Judge& judge) {
    if (c.user == kNoActor) return;
    active(c.user, true, f);
    active(c.host, false, f);
    if (f.failed) {
      failure(c.user, roster_.at(c.user).key, f.host, f, judge);
      distinct(c.host, Sprays, roster_.at(c.user).key, f.user, f, judge);
      return;
    }
    got_in_of(c.user);
    const std::string_view service = roster_.text(f.peer), cipher = roster_.text(f.object);
    if (f.peer == kNoText || service.ends_with('$') || service.starts_with("krbtgt") || f.object == kNoText) return;
    if (cipher == "0x17" || cipher == "0x18") distinct(c.user, Roasts, roster_.key(f.peer), f.peer, f, judge);
  }

  void failure(ActorId who, std::uint64_t user, TextId from, const Fact& f, Judge& judge) {
    if (from == kNoText) return;
    distinct(who, Sought, roster_.key(from), from, f, judge);
    Streak& s = streaks_.touch(mix(user, roster_.key(from)), 0);
    if (s.last != f.time) s.latest = 0;
    ++s.failures;
    ++s.latest;
    s.last = f.time;
  }
  // Failures at the very time of the success may have come after it, and stay for the next.
  void success(ActorId who, TextId from, const Fact& f, Judge& judge) {
    if (from == kNoText) return;
    const std::uint64_t user = roster_.at(who).key;
    Streak* s = streaks_.find(mix(user, roster_.key(from)));
    if (s == nullptr) return;
    const std::uint32_t same = s->last == f.time ? s->latest : 0, before = s->failures - same;
    s->failures = same;
    if (before == 0) return;
    Unit& u = unit(who, Breaks, f);
    u.all += before;
    u.told.add({f.where(), f.time, before, from});
    if (before <= u.n) return;
    u.n = before;
    urge(u, key_of(who, Breaks), judge);
  }
  void got_in_of(ActorId user) {
    const std::uint64_t key = key_of(user, Sought);
    if (seen_.insert(mix(key, 0x601u))) got_in_.push_back(key);
  }

  // A name that never logged on was made up, by whoever tried it: that says nothing of its owner, for there is none.
  bool counts(const Unit& u) const {
    const Actor& a = roster_.at(u.actor);
    if (a.who == Who::Host || a.role != Role::Unknown) return true;
    const std::uint64_t key = key_of(u.actor, Sought);
    const Past* past = pasts_.find(key);
    return (past != nullptr && past->got_in) || seen_.contains(mix(key, 0x601u));
  }

  double score(const Unit& u, std::uint64_t key) const {
    if (u.n == 0) return 0;
    const GammaRate& everybody = priors_[u.sort];
    const Past* past = pasts_.find(key);
    const GammaRate own = past == nullptr ? everybody : everybody.after(past->sum, past->windows);
    const double tie = fraction(mixed(mix(key, u.n), 0x3C6EF372FE94F82Bu));
    return std::min(-log_tail(own, u.n), -log_tail(everybody, u.n)) + kStep * tie;
  }

  void learn(const Scored& s, std::uint32_t window) {
    Past& past = pasts_.touch(s.key, static_cast<std::int32_t>(window));
    past.sort = s.sort;
    if (!s.ordinary) return;
    past.sum = static_cast<float>(past.sum * kHalf + s.n);
    past.windows = static_cast<float>(past.windows * kHalf + 1);
  }

  // What everybody's rates are, from all that is remembered.
  void priors() {
    std::array<std::vector<double>, kSorts> rates;
    std::array<double, kSorts> windows{};
    pasts_.each([&](std::uint64_t, std::int32_t, const Past& p) {
      if (p.windows <= 0) return;
      rates[p.sort].push_back(static_cast<double>(p.sum) / static_cast<double>(p.windows));
      windows[p.sort] += static_cast<double>(p.windows);
    });
    for (std::size_t i = 0; i < kSorts; ++i) {
      priors_[i] = rates[i].empty() ? GammaRate{} : prior_of_peers(rates[i], windows[i] / static_cast<double>(rates[i].size()));
    }
  }

  // Whose rates of a sort are remembered.
  double known(Sort sort) const {
    double n = 0;
    pasts_.each([&](std::uint64_t, std::int32_t, const Past& p) { n += p.sort == sort && p.windows > 0 ? 1 : 0; });
    return n;
  }
  // The rates of two groups of so many, as one: the mean and variance of the mixture. Not made anew from what is remembered by now, since the scores
  // that calibrated, which are merged too, were made with these.
  static GammaRate both(const GammaRate& a, double of_a, const GammaRate& b, double of_b) {
    if (!(of_a > 0) || !(of_b > 0)) return of_b > 0 ? b : a;
    const double n = of_a + of_b, mean = (of_a * a.mean() + of_b * b.mean()) / n;
    const auto square = [](const GammaRate& r) { return r.variance() + r.mean() * r.mean(); };
    const double variance = std::max((of_a * square(a) + of_b * square(b)) / n - mean * mean, mean * mean * 1e-6);
    return {mean * mean / variance, mean / variance};
  }

  std::string what(const Unit& u, std::string_view name) const {
    const char* of_records = u.all == 1 ? "" : "s";
    switch (u.sort) {
      case Sprays: return fmt::format("from {} {} different names failed to log on ({} failure{})", name, u.n, u.all, of_records);
      case Sprayed: return fmt::format("at {} {} different names failed to log on from outside ({} failure{})", name, u.n, u.all, of_records);
      case Sought: return fmt::format("{} failed to log on from {} different places ({} failure{})", name, u.n, u.all, of_records);
      case Roasts: return fmt::format("{} got tickets for {} different services encrypted with RC4 ({} ticket{})", name, u.n, u.all, of_records);
      default: return fmt::format("{} logged on after {} failures from the same place", name, u.n);
    }
  }
  void explain(const Unit& u, std::uint64_t key, Why& why) const {
    const Past* past = pasts_.find(key);
    std::vector<Told> told(u.told.begin(), u.told.end());
    std::sort(told.begin(), told.end(), tells_more);
    std::string list;
    for (std::size_t i = 0; i < std::min<std::size_t>(told.size(), 4); ++i) list += fmt::format("{}{}", i == 0 ? "" : ", ", roster_.text(told[i].what));
    if (told.size() > 4) list += " and more";
    why.sentence = fmt::format("{}: {}; ", what(u, roster_.text(roster_.at(u.actor).name)), list);
    if (past == nullptr || past->windows <= 0) why.sentence += "no history of its own";
    else why.sentence += fmt::format("its own mean is {:.2g}", static_cast<double>(past->sum) / static_cast<double>(past->windows));
    const GammaRate& everybody = priors_[u.sort];
    why.sentence += fmt::format(", everybody's {:.2g} (chance {:.1g})", everybody.mean(), tail_p(everybody, u.n));
    why.first = u.first;
    why.last = u.last;
    for (const Told& t : told) why.evidence.push_back(t.where);
    why.chart = {"counted in the window, and means", "", {{"here", u.n}, {"everybody", everybody.mean()}}};
    if (past == nullptr || past->windows <= 0) return;
    why.chart.bars.insert(why.chart.bars.begin() + 1, {"own", static_cast<double>(past->sum) / static_cast<double>(past->windows)});
  }

  Roster& roster_;
  std::size_t memory_;
  // Of the open window.
  EntityTable<Unit> units_;      // by actor and sort
  EntityTable<Streak> streaks_;  // by user and place
  GrowingBloom seen_;
  std::vector<std::uint64_t> got_in_;
  std::vector<Scored> scored_;
  // For longer.
  EntityTable<Past> pasts_;  // by actor and sort
  std::array<GammaRate, kSorts> priors_{};
  bool taught_ = false;  // there was a window that only taught
  std::uint64_t forgotten_ = 0;
};

}  // namespace

extern const Detector detector;
const Detector detector{"credentials", "Failed and odd credentials", "credential access", "T1110",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::credentials
