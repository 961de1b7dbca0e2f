#include "behavior/analysis.h"

#include <algorithm>
#include <cmath>

#include "behavior/statistics/combine.h"

namespace custos::behavior {
namespace analysing {

constexpr std::uint32_t kVersion = 1;
// With few actors the budget alone would let chance speak daily: never more than one false alarm in so many windows of an actor.
constexpr double kLeastThreshold = 100;
// A window in which a detector saw nothing odd says nothing for or against: it must neither hide nor help the others.
constexpr double kNoNews = 0.5;
constexpr std::size_t kMostParts = 12;
constexpr std::uint32_t kPartsFor = 30;   // windows
constexpr std::uint32_t kQuietFor = 64;   // windows of silence after which the odds are where they would always be

bool left_out(const Settings& s, std::string_view name) { return std::find(s.without.begin(), s.without.end(), name) != s.without.end(); }

std::uint32_t number_of(Micros t, Micros length) { return static_cast<std::uint32_t>(std::max<Micros>(t, 0) / length); }

}  // namespace analysing

Analysis::Analysis(const Settings& settings, Roster& roster) : settings_(settings), roster_(roster) {
  std::size_t used = 0;
  for (const Detector* d : detectors()) used += analysing::left_out(settings, d->name) ? 0 : 1;
  for (const Detector* d : detectors()) {
    if (!analysing::left_out(settings, d->name)) running_.push_back({d, d->open(roster, settings.memory / used)});
  }
}

Phase Analysis::phase() const {
  if (settings_.calibrate_from != kNoTime && open_->begin < settings_.calibrate_from) return Phase::Learn;
  if (settings_.judge_from != kNoTime && open_->begin < settings_.judge_from) return Phase::Calibrate;
  return Phase::Judge;
}

void Analysis::take(const Fact& fact) {
  ++counts_.facts;
  const std::uint32_t number = analysing::number_of(fact.time, settings_.window);
  if (open_ && number < open_->number) {
    ++counts_.late;
    return;
  }
  if (open_ && number > open_->number) close();
  if (!open_ || number > open_->number) open_ = Window{number, static_cast<Micros>(number) * settings_.window, settings_.window};
  const Cast cast{roster_.host(fact.host), roster_.user(fact.user)};
  for (Running& r : running_) r.watch->observe(fact, cast);
}

void Analysis::finish() {
  if (open_) close();
}

void Analysis::close() {
  const Phase now = phase();
  for (std::size_t i = 0; i < running_.size(); ++i) {
    judge_.begin(static_cast<std::uint16_t>(i), now);
    running_[i].watch->close(*open_, judge_);
    judge_.end();
  }
  auto verdicts = judge_.take();
  ++counts_.windows;
  counts_.evictions = 0;
  for (const Running& r : running_) counts_.evictions += r.watch->evictions();
  if (now == Phase::Judge) fuse(std::move(verdicts));
}

void Analysis::fuse(std::vector<Verdict>&& verdicts) {
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const Verdict& a, const Verdict& b) { return a.actor < b.actor; });
  std::vector<std::pair<std::size_t, std::size_t>> actors;  // [first, last) of each in verdicts
  for (std::size_t i = 0; i < verdicts.size();) {
    std::size_t j = i;
    while (j < verdicts.size() && verdicts[j].actor == verdicts[i].actor) ++j;
    actors.emplace_back(i, j);
    i = j;
  }
  const double judged = static_cast<double>(counts_.windows);
  counts_.actors += (static_cast<double>(actors.size()) - counts_.actors) / std::max(1.0, judged);
  const double per_window = settings_.budget * static_cast<double>(settings_.window) / static_cast<double>(kDay);
  const double threshold = std::max(analysing::kLeastThreshold, alarm_threshold(static_cast<double>(actors.size()), per_window));
  std::vector<double> p(running_.size());
  const std::vector<double> weights(running_.size(), 1.0);
  for (const auto& [first, last] : actors) {
    std::fill(p.begin(), p.end(), analysing::kNoNews);
    for (std::size_t i = first; i < last; ++i) p[verdicts[i].detector] = std::min(verdicts[i].p, analysing::kNoNews);
    const double together = cauchy(p, weights);
    const ActorId actor = verdicts[first].actor;
    Standing& s = standings_[roster_.at(actor).key];
    const std::uint32_t quiet = s.odds > 0 ? std::min(open_->number - s.window - 1, analysing::kQuietFor) : 0;
    ShiryaevRoberts sr(s.odds);
    sr.add_quiet(static_cast<int>(quiet));
    sr.add(together);
    s.odds = sr.value();
    s.window = open_->number;
    std::erase_if(s.parts, [&](const Part& x) { return x.window + analysing::kPartsFor * settings_.window < open_->begin; });
    for (std::size_t i = first; i < last; ++i) {
      if (verdicts[i].p > Judge::kNews) continue;
      const Detector& d = *running_[verdicts[i].detector].detector;
      s.parts.push_back({d.name.data(), d.title.data(), d.stage.data(), d.attack.data(), open_->begin, verdicts[i].p, std::move(verdicts[i].reason)});
    }
    std::stable_sort(s.parts.begin(), s.parts.end(), [](const Part& a, const Part& b) { return a.p < b.p; });
    if (s.parts.size() > analysing::kMostParts) s.parts.resize(analysing::kMostParts);
    weighed_.push_back({actor, open_->number, together, s.odds});
    if (s.odds >= threshold && !s.parts.empty()) raise(actor, s, together, threshold);
  }
}

void Analysis::raise(ActorId actor, Standing& s, double p, double threshold) {
  Anomaly a;
  const Actor& who = roster_.at(actor);
  a.who = who.who;
  a.actor = std::string(roster_.text(who.name));
  a.p = p;
  a.odds = s.odds;
  a.threshold = threshold;
  a.raised = open_->end();
  a.parts = std::move(s.parts);
  for (const Part& part : a.parts) {
    if (part.reason.first != kNoTime) a.first = a.first == kNoTime ? part.reason.first : std::min(a.first, part.reason.first);
    if (part.reason.last != kNoTime) a.last = a.last == kNoTime ? part.reason.last : std::max(a.last, part.reason.last);
  }
  anomalies_.push_back(std::move(a));
  s.parts.clear();
  s.odds = 0;  // told: what follows must speak for itself
}

std::size_t Analysis::bytes() const {
  std::size_t n = standings_.size() * (sizeof(Standing) + 32);
  for (const Running& r : running_) n += r.watch->bytes();
  return n;
}

}  // namespace custos::behavior
