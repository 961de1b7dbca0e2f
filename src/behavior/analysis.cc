#include "behavior/analysis.h"

#include <algorithm>

#include "behavior/fusion.h"

namespace custos::behavior {
namespace analysing {

constexpr std::size_t kMostParts = 12;
constexpr std::uint32_t kPartsFor = 30;   // windows
constexpr Micros kToldFor = kDay;

bool left_out(const Settings& s, std::string_view name) { return std::find(s.without.begin(), s.without.end(), name) != s.without.end(); }

std::uint32_t number_of(Micros t, Micros length) { return static_cast<std::uint32_t>(std::max<Micros>(t, 0) / length); }

}  // namespace analysing

Analysis::Analysis(const Settings& settings, Roster& roster) : settings_(settings), roster_(roster) {
  std::size_t used = 0;
  for (const Detector* d : detectors()) used += analysing::left_out(settings, d->name) ? 0 : 1;
  for (const Detector* d : detectors()) {
    if (analysing::left_out(settings, d->name)) continue;
    running_.push_back({d, d->open(roster, settings.memory / used)});
    running_.back().watch->number = static_cast<std::uint16_t>(running_.size() - 1);
  }
}

// A window that reaches into the next phase belongs to it: what is to be judged must neither teach nor calibrate.
Phase Analysis::phase() const {
  if (settings_.calibrate_from != kNoTime && open_->end() <= settings_.calibrate_from) return Phase::Learn;
  if (settings_.judge_from != kNoTime && open_->end() <= settings_.judge_from) return Phase::Calibrate;
  return Phase::Judge;
}

void Analysis::take(const Fact& fact) {
  ++counts_.facts;
  const std::uint32_t number = analysing::number_of(fact.time, settings_.window);
  if (until_ != kNoTime && fact.time < until_) {
    ++counts_.late;
    return;
  }
  if (open_ && number > open_->number) close();
  if (!open_ || number > open_->number) {
    open_ = Window{number, static_cast<Micros>(number) * settings_.window, settings_.window};
    // What alone among so many others would be enough when the window closes.
    judge_.set_urgent(phase() == Phase::Judge ? line().p / counts_.voices : 0);
    std::erase_if(told_, [&](const auto& t) { return t.second.since + analysing::kToldFor < open_->begin; });
  }
  const Cast cast{roster_.host(fact.host), roster_.user(fact.user)};
  for (Running& r : running_) r.watch->observe(fact, cast, judge_);
  if (!judge_.urgents().empty()) tell_urgent();
}

void Analysis::finish() {
  if (open_) close();
  open_.reset();
}

void Analysis::close() {
  const Phase now = phase();
  if (first_ == kNoTime) first_ = open_->begin;
  until_ = open_->end();
  for (std::size_t i = 0; i < running_.size(); ++i) {
    judge_.begin(static_cast<std::uint16_t>(i), now);
    running_[i].watch->close(*open_, judge_);
    judge_.end();
  }
  auto verdicts = judge_.take();
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const Verdict& a, const Verdict& b) { return a.actor < b.actor; });
  double actors = 0;
  for (std::size_t i = 0; i < verdicts.size(); ++i) actors += i == 0 || verdicts[i].actor != verdicts[i - 1].actor ? 1 : 0;
  ++counts_.windows;
  // Weekends and holidays are quieter: a mean that follows within two weeks.
  const auto recent = static_cast<double>(std::min<std::uint64_t>(counts_.windows, 14));
  counts_.actors += (actors - counts_.actors) / recent;
  if (actors > 0) counts_.voices += (static_cast<double>(verdicts.size()) / actors - counts_.voices) / recent;
  if (now != Phase::Judge) std::erase_if(verdicts, [](const Verdict& v) { return !v.known; });
  fuse(std::move(verdicts), now == Phase::Judge);
}

Line Analysis::line() const { return line_of(settings_.budget, counts_.actors, settings_.window); }

void Analysis::add_part(Standing& s, Verdict& v) {
  const Detector& d = *running_[v.detector].detector;
  s.parts.push_back({std::string(d.name), std::string(d.title), std::string(d.stage), std::string(d.attack), open_->begin, v.p, std::move(*v.why)});
}

void Analysis::tell_urgent() {
  for (Verdict& v : std::exchange(judge_.urgents(), {})) {
    const auto told = told_.find(v.actor);
    if (told != told_.end() && told->second.window == open_->number) continue;
    if (told != told_.end() && told->second.detector == v.detector && v.why->last < told->second.since + analysing::kToldFor) {
      told->second.window = open_->number;  // completed when the window closes
      continue;
    }
    told_[v.actor] = {anomalies_.size(), open_->number, v.why->last, v.detector};
    Standing& s = standings_[roster_.at(v.actor).key];
    s.course.count(v.p, open_->number);
    add_part(s, v);
    raise(v.actor, s, v.p, s.parts.back().why.last);
  }
}

void Analysis::fuse(std::vector<Verdict>&& verdicts, bool all) {
  std::vector<double> p;
  for (std::size_t first = 0, last = 0; first < verdicts.size(); first = last) {
    const ActorId actor = verdicts[first].actor;
    p.clear();
    // Detectors without a word about this actor had nothing to look at: they neither hide nor help the others.
    for (last = first; last < verdicts.size() && verdicts[last].actor == actor; ++last) p.push_back(verdicts[last].p);
    const double all_p = together(p);
    Standing& s = standings_[roster_.at(actor).key];
    s.course.count(all_p, open_->number);
    if (all && settings_.keep_weighed) weighed_.push_back({actor, open_->number, all_p, s.course.odds});
    std::erase_if(s.parts, [&](const Part& x) { return x.window < open_->begin - analysing::kPartsFor * settings_.window; });
    for (std::size_t i = first; i < last; ++i) {
      if (verdicts[i].p <= Judge::kNews) add_part(s, verdicts[i]);
    }
    std::stable_sort(s.parts.begin(), s.parts.end(), [](const Part& a, const Part& b) { return a.p < b.p; });
    if (s.parts.size() > analysing::kMostParts) s.parts.resize(analysing::kMostParts);
    const bool raised = line().crossed(all_p, s.course.odds);
    const auto told = told_.find(actor);
    const bool known = told != told_.end() && told->second.window == open_->number;
    if (known) {
      if (raised) s.course.odds = 0;
      complete(actor, std::exchange(s.parts, {}));
    }
    if (raised && !known && !s.parts.empty()) raise(actor, s, all_p, open_->end());
  }
}

// What could not wait was raised with what was known by then; the whole window knows more: another domain, later records.
void Analysis::complete(ActorId actor, std::vector<Part> parts) {
  const std::size_t at = told_.at(actor).anomaly;
  if (at >= anomalies_.size() || anomalies_[at].actor != roster_.text(roster_.at(actor).name)) return;
  Anomaly& a = anomalies_[at];
  for (Part& part : parts) {
    if (part.why.last != kNoTime) a.last = a.last == kNoTime ? part.why.last : std::max(a.last, part.why.last);
    a.parts.push_back(std::move(part));
  }
  std::stable_sort(a.parts.begin(), a.parts.end(), [](const Part& x, const Part& y) { return x.p < y.p; });
  if (a.parts.size() > analysing::kMostParts) a.parts.resize(analysing::kMostParts);
}

void Analysis::raise(ActorId actor, Standing& s, double p, Micros when) {
  Anomaly a;
  const Actor& who = roster_.at(actor);
  a.who = who.who;
  a.actor = std::string(roster_.text(who.name));
  a.p = p;
  a.odds = s.course.odds;
  a.threshold = line().odds;
  a.raised = when;
  a.parts = std::move(s.parts);
  for (const Part& part : a.parts) {
    if (part.why.first != kNoTime) a.first = a.first == kNoTime ? part.why.first : std::min(a.first, part.why.first);
    if (part.why.last != kNoTime) a.last = a.last == kNoTime ? part.why.last : std::max(a.last, part.why.last);
  }
  anomalies_.push_back(std::move(a));
  s.parts.clear();
  s.course.odds = 0;  // told: what follows must speak for itself
}

std::map<std::string, std::uint64_t> Analysis::evictions() const {
  std::map<std::string, std::uint64_t> out;
  for (const Running& r : running_) {
    if (const std::uint64_t n = r.watch->evictions(); n > 0) out.emplace(r.detector->name, n);
  }
  return out;
}

std::size_t Analysis::bytes() const {
  std::size_t n = standings_.size() * (sizeof(Standing) + 32);
  for (const Running& r : running_) n += r.watch->bytes();
  return n;
}

}  // namespace custos::behavior
