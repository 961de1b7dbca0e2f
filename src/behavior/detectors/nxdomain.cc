// D2b: names that were made up by a program: the distinct registered domains a host asked for that do not exist, each weighed by the surprise of its
// trigrams against domains that do. Null: a host's next window is like its own and everybody's windows before: typing errors, dead links, stale settings.
//
//   y = ln(1 + sum over distinct failed domains of surprise / c) = ln(1 + number * mean surprise / c), c = 10 nats: one made-up name
//   score = max(0, y - expected of this host)
//
// Only logs that tell of answers have failures: Zeek's, Sysmon's; Suricata's answers are not facts.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/hash.h"
#include "behavior/detector.h"
#include "behavior/dns/names.h"
#include "behavior/dns/telling.h"
#include "behavior/dns/usual.h"
#include "behavior/sketch/bloom.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/statistics/trigrams.h"

namespace custos::behavior::nxdomain {
namespace {

constexpr double kScale = 10;        // nats; c above
constexpr double kGrain = 1024;      // parts of a nat
constexpr double kStep = 0.05;
constexpr double kLeastUrgent = 1;
constexpr std::size_t kMostBloom = 4u << 20;
constexpr std::size_t kMostLessons = 1u << 16;  // new domains learned of a window

struct Unit {
  ActorId host = kNoActor;
  std::uint32_t missing = 0;
  std::uint64_t surprise = 0;
  Micros first = kNoTime, last = kNoTime;
  Telling<32> told;
  std::uint64_t weight() const { return surprise; }
  void save(Packer&) const {}
  bool load(Unpacker&) { return true; }
};

struct Habit {
  Usual usual;
  int weight() const { return usual.known() ? 1 : 0; }
  void merge(const Habit& other) { usual.merge(other.usual); }
  void save(Packer& out) const { usual.save(out); }
  bool load(Unpacker& in) { return usual.load(in); }
};

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster),
        outside_(roster),
        memory_(memory),
        units_(memory / 2),
        habits_(memory / 8),
        seen_(std::min(memory / 8, kMostBloom)),
        known_(std::min(memory / 8, kMostBloom)),
        model_(Trigrams::Size{0, 16, 16}) {}

  void observe(const Fact& f, const Cast& c, Judge& judge) override {
    if (f.kind != Kind::Lookup || c.host == kNoActor || f.object == kNoText) return;
    const std::uint64_t host = roster_.at(c.host).key;
    // Of the same name a sensor may say that it is there, and another that it is not.
    if (!seen_.insert(mix(mix(host, roster_.key(f.object)), f.failed ? 1 : 2))) return;
    const auto outside = outside_.of(f.object);
    if (!outside) return;
    Unit& u = units_.touch(host, 0);
    u.host = c.host;
    const std::uint64_t domain = hash64(outside->domain);
    if (!f.failed) return lesson(domain, outside->domain);
    if (!seen_.insert(mix(mix(host, domain), 3))) return;
    const auto surprise = static_cast<std::uint64_t>(std::lround(model_.score(0, outside->domain) * kGrain));
    ++u.missing;
    u.surprise += surprise;
    u.first = u.first == kNoTime ? f.time : std::min(u.first, f.time);
    u.last = std::max(u.last, f.time);
    u.told.add({f.where(), f.time, static_cast<std::uint32_t>(surprise), f.object});
    const double s = score(u, host);
    if (s >= kLeastUrgent) judge.urgent(number, c.host, roster_, s, 1, [&](Why& why) { explain(u, why); });
  }

  void close(const Window& window, Judge& judge) override {
    units_.each([&](std::uint64_t host, std::int32_t, const Unit& u) {
      const double p = judge.score(u.host, roster_, score(u, host), [&](Why& why) { explain(u, why); });
      if (p > Judge::kTooOdd) habits_.touch(host, static_cast<std::int32_t>(window.number)).usual.learn(logarithm(u));
    });
    // What is asked for and there teaches what names look like; in an order that no run changes, for counters may halve in between.
    std::sort(lessons_.begin(), lessons_.end());
    for (const auto& [key, domain] : lessons_) {
      if (known_.fill() < 0.5 && known_.insert(key)) model_.learn(0, domain);
    }
    lessons_.clear();
    forgotten_ += units_.evictions();
    units_ = EntityTable<Unit>(memory_ / 2);
    seen_.clear();
  }

  void save(Packer& out) const override {
    habits_.save(out);
    known_.save(out);
    out.varint(forgotten_);
    model_.save(out);
  }
  bool load(Unpacker& in) override {
    if (!habits_.load(in) || !known_.load(in)) return false;
    forgotten_ = in.varint();
    return model_.load(in);
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    habits_.merge(of.habits_);
    forgotten_ += of.forgotten_;
    return known_.merge(of.known_) && model_.merge(of.model_);
  }
  std::size_t bytes() const override {
    const std::size_t model = (model_.own().size() + model_.common().size()) * sizeof(model_.own()[0]);
    return outside_.bytes() + units_.bytes() + habits_.bytes() + seen_.bytes() + known_.bytes() + model + lessons_.size() * 64;
  }
  std::uint64_t evictions() const override { return forgotten_ + units_.evictions() + habits_.evictions(); }

 private:
  static double logarithm(const Unit& u) { return std::log1p(static_cast<double>(u.surprise) / kGrain / kScale); }

  double score(const Unit& u, std::uint64_t host) const {
    if (u.surprise == 0) return 0;
    const Habit* h = habits_.find(host);
    const double tie = fraction(mixed(host, 0xBB67AE8584CAA73Bu));
    return std::max(0.0, logarithm(u) - (h == nullptr ? 0 : h->usual.expected())) + kStep * tie;
  }

  void lesson(std::uint64_t key, std::string_view domain) {
    if (lessons_.size() < kMostLessons && !known_.contains(key)) lessons_.emplace_back(key, domain);
  }

  void explain(const Unit& u, Why& why) const {
    std::vector<Told> told(u.told.begin(), u.told.end());
    std::sort(told.begin(), told.end(), tells_more);
    const double each = static_cast<double>(u.surprise) / kGrain / std::max(1u, u.missing);
    std::string list;
    for (std::size_t i = 0; i < std::min<std::size_t>(told.size(), 3); ++i) {
      list += fmt::format("{}{}", i == 0 ? "" : ", ", outside_name(roster_.text(told[i].what), {})->domain);
    }
    const Habit* h = habits_.find(roster_.at(u.host).key);
    const double usual = h == nullptr ? 0 : std::expm1(h->usual.expected()) * kScale / std::max(each, 0.1);
    why.sentence = fmt::format("{} domain{} that do not exist were asked for in {}, {:.1f} nats of surprise each ({}); of this host some {:.0f} are usual",
                               say_count(u.missing), u.missing == 1 ? "" : "s", say_span(u.last - u.first), each, list, usual);
    why.first = u.first;
    why.last = u.last;
    why.chart = {"surprise of names that do not exist", "nats", {}};
    for (const Told& t : told) {
      why.evidence.push_back(t.where);
      if (why.chart.bars.size() < 8) why.chart.bars.emplace_back(std::string(outside_name(roster_.text(t.what), {})->domain), t.weight / kGrain);
    }
  }

  Roster& roster_;
  OutsideNames outside_;
  std::size_t memory_;
  EntityTable<Unit> units_;    // of the open window, by host
  EntityTable<Habit> habits_;  // by host
  GrowingBloom seen_;          // of the open window
  BlockedBloom known_;         // domains that are there
  Trigrams model_;
  std::vector<std::pair<std::uint64_t, std::string>> lessons_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace

extern const Detector detector;
const Detector detector{"nxdomain", "Names that do not exist", "command and control", "T1568.002",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::nxdomain
