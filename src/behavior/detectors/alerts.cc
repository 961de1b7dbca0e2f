// Alerts of other tools, by hours of an actor: kinds that it never or seldom had, as many or few as never, and several such at once.
// Null: an actor's alerts are of the kinds and numbers that it, its peers or everybody had in earlier hours (alerts/oddness.h for the formula).
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "behavior/alerts/oddness.h"
#include "behavior/detector.h"

namespace custos::behavior::alerts {
namespace {

constexpr Micros kHour = 3600 * kSecond;
constexpr std::size_t kOpenShare = 4;         // of the memory: the hour that is open
constexpr std::size_t kBytesOfGroup = 2048;   // at most, while it is open
constexpr std::size_t kShown = 20;             // groups of an hour that are shown
constexpr double kNotable = 4;                // 1 / p from which a group is shown beside the oddest: the evidence speaks for it
constexpr std::size_t kSaid = 4, kBars = 8;

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster), hour_(std::max<std::size_t>(64, memory / kOpenShare / kBytesOfGroup)), oddness_(roster, memory - memory / kOpenShare) {}

  void observe(const Fact& f, const Cast& c, Judge&) override {
    const auto now = static_cast<std::int32_t>(std::max<Micros>(f.time, 0) / kHour);
    if (open_ && now != at_) end_hour();
    at_ = now;
    open_ = true;
    if (f.kind != Kind::Alert) return;
    const std::uint64_t kind = mix(roster_.key(f.log), roster_.key(f.object) + (f.failed ? 1 : 0));
    for (const ActorId who : {c.host, c.user}) {
      if (who != kNoActor) hour_.add(who, roster_.at(who).key, kind, f);
    }
  }

  void close(const Window&, Judge& judge) override {
    if (open_) end_hour();
    for (const auto& entry : stories_) {
      const Story& s = entry.second;
      judge.score(s.actor, roster_, s.score, [&](Why& why) { explain(s, why); });
    }
    stories_.clear();
  }

  void save(Packer& out) const override { oddness_.save(out); }
  bool load(Unpacker& in) override { return oddness_.load(in); }
  bool merge(const Watch& other, const Overlap& overlap) override {
    oddness_.merge(static_cast<const Run&>(other).oddness_, overlap.share);
    return true;
  }
  std::size_t bytes() const override { return oddness_.bytes() + hour_.bytes() + stories_.size() * (sizeof(Story) + 2048); }
  std::uint64_t evictions() const override { return oddness_.evictions() + hour_.left_out(); }

 private:
  struct Shown {
    TextId what = kNoText;
    std::uint64_t count = 0;
    std::uint32_t hours = 0, anybody = 0;
    double usual = 0, own = 0;
  };
  // An actor's oddest hour of the window.
  struct Story {
    ActorId actor = kNoActor;
    double score = -1;
    std::int32_t hour = 0;
    std::uint32_t clock = 0;
    std::size_t groups = 0;
    double own = 0, context = 0;
    std::vector<Shown> shown;
    std::vector<Where> evidence;
    Micros first = kNoTime, last = kNoTime;
  };

  void end_hour() {
    const std::uint32_t clock = oddness_.clock();
    const auto groups = hour_.in_order();
    auto odd = oddness_.weigh(groups, at_);
    for (std::size_t first = 0, last = 0; first < odd.size(); first = last) {
      while (last < odd.size() && odd[last].group->actor == odd[first].group->actor) ++last;
      const std::span of(odd.data() + first, last - first);
      Story& s = stories_[of.front().group->actor_key];
      if (of.front().score > s.score) s = story(of, clock);
    }
    hour_.clear();
    open_ = false;
  }

  Story story(std::span<const AlertOddness::Odd> odd, std::uint32_t clock) const {
    const AlertOddness::Odd& worst = odd.front();
    Story s{worst.group->actor, worst.score, at_, clock, odd.size(), worst.own, worst.context, {}, {}, kNoTime, kNoTime};
    std::vector<const AlertHour::Group*> groups;
    for (const auto& o : odd) {
      if (groups.size() == kShown) break;
      if (&o != &worst && o.own <= std::log(kNotable)) continue;
      groups.push_back(o.group);
      s.shown.push_back({o.group->what, o.group->count, o.hours, o.anybody, o.usual, o.own});
      const Micros begin = o.group->places.front().time;
      s.first = s.first == kNoTime ? begin : std::min(s.first, begin);
      s.last = s.last == kNoTime ? o.group->last : std::max(s.last, o.group->last);
    }
    // Of each its first, then of each its second: a flood must not hide what came with it.
    for (std::size_t k = 0; k < AlertHour::kMostPlaces && s.evidence.size() < Judge::kMostEvidence; ++k) {
      for (const auto* g : groups) {
        if (k < g->places.size() && s.evidence.size() < Judge::kMostEvidence) s.evidence.push_back(g->places[k].where);
      }
    }
    return s;
  }

  std::string say(const Shown& g, std::uint32_t clock) const {
    const std::string_view what = roster_.text(g.what).substr(0, 160);
    if (g.anybody == 0) return fmt::format("\"{}\" {}x (nobody had it before)", what, g.count);
    if (g.hours == 0) return fmt::format("\"{}\" {}x (first time here; {} hours of others had it, {:.3g} at a time)", what, g.count, g.anybody, g.usual);
    return fmt::format("\"{}\" {}x (before in {} of {} hours, {:.3g} at a time)", what, g.count, g.hours, clock, g.usual);
  }

  void explain(const Story& s, Why& why) const {
    std::string list;
    for (std::size_t k = 0; k < std::min(s.shown.size(), kSaid); ++k) list += (k == 0 ? "" : "; ") + say(s.shown[k], s.clock);
    why.sentence = fmt::format("{} had {} kind{} of alerts in the hour from {}, {} of them odd: {}{}; chance of the first by itself {:.1g}, of what came "
                               "with it {:.1g}",
                               roster_.text(roster_.at(s.actor).name), s.groups, s.groups == 1 ? "" : "s", to_rfc3339(s.hour * kHour).substr(0, 16),
                               s.shown.size(), list, s.shown.size() > kSaid ? "; and more" : "", std::exp(-s.own), std::exp(-s.context));
    why.evidence = s.evidence;
    why.first = s.first;
    why.last = s.last;
    why.chart = {"how odd by itself", "nats", {}};
    for (std::size_t k = 0; k < std::min(s.shown.size(), kBars); ++k) {
      why.chart.bars.emplace_back(std::string(roster_.text(s.shown[k].what).substr(0, 80)), s.shown[k].own);
    }
  }

  Roster& roster_;
  AlertHour hour_;
  AlertOddness oddness_;
  bool open_ = false;
  std::int32_t at_ = 0;                       // the hour that is open, since 1970
  std::map<std::uint64_t, Story> stories_;    // of the open window, by Actor::key
};

}  // namespace

extern const Detector detector;
const Detector detector{"alerts", "Alerts of other tools", "any", "",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::alerts
