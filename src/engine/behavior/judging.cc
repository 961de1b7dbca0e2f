#include "engine/behavior/judging.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/behavior/earlier_files.h"
#include "engine/behavior/unusual.h"

namespace custos::engine {
namespace judging_behavior {

constexpr Micros kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr Micros kFewest = 5;  // windows to learn from, to calibrate on and to judge in
constexpr double kLearnShare = 0.4, kCalibrateShare = 0.2;

// The longest window of which the logs have enough; 0: none.
Micros window_for(Micros span) {
  for (const Micros w : {kDay, kHour, 10 * kMinute}) {
    if (span >= kFewest * w) return w;
  }
  return 0;
}

struct Stretch {
  Micros first = kNoTime, last = kNoTime;
};

Stretch stretch_of(const std::vector<behavior::FactLog*>& logs) {
  Stretch s;
  for (const auto* log : logs) {
    if (log->added() == 0) continue;
    s.first = s.first == kNoTime ? log->first() : std::min(s.first, log->first());
    s.last = s.last == kNoTime ? log->last() : std::max(s.last, log->last());
  }
  return s;
}

// Without a baseline the first part of the logs serves as one.
void split(const Stretch& s, behavior::Settings& settings, BehaviorCoverage& coverage) {
  const Micros span = s.last - s.first, window = window_for(span);
  if (window == 0) {
    coverage.why_not = fmt::format("the logs span {} minute{}; without a baseline at least 50 minutes are needed, the first part of which serves as one",
                                   span / kMinute, span / kMinute == 1 ? "" : "s");
    settings.calibrate_from = settings.judge_from = std::numeric_limits<Micros>::max();
    return;
  }
  settings.window = window;
  const Micros begin = s.first / window * window, n = (s.last - begin) / window + 1;
  const auto learn = static_cast<Micros>(static_cast<double>(n) * kLearnShare);
  const auto calibrate = std::max<Micros>(1, static_cast<Micros>(static_cast<double>(n) * kCalibrateShare));
  settings.calibrate_from = begin + learn * window;
  settings.judge_from = settings.calibrate_from + calibrate * window;
  coverage.learned_from = s.first;
  coverage.learned_until = coverage.calibrated_from = settings.calibrate_from;
  coverage.judged_from = settings.judge_from;
}

void count(const behavior::Analysis& analysis, BehaviorCoverage& coverage) {
  const behavior::Counts& c = analysis.counts();
  coverage.window = analysis.window();
  coverage.actors = c.actors;
  coverage.windows = c.windows;
  coverage.facts = c.facts;
  coverage.late = c.late;
  coverage.evictions = analysis.evictions();
  for (const auto& [at, tail] : analysis.judge().strata()) {
    if (at.second != behavior::Judge::kEverybody || tail.count() >= behavior::Tail::kLeast) continue;
    coverage.thin.emplace(analysis.detector(at.first), tail.count());
  }
}

}  // namespace judging_behavior

Result<BehaviorOutcome> judge_behavior(const BehaviorOptions& options, const BehaviorInput& input, const std::string& baseline_body,
                                       Dictionary& texts) {
  using namespace judging_behavior;
  BehaviorOutcome out;
  BehaviorCoverage& coverage = out.coverage;
  coverage.on = true;
  coverage.baseline = options.baseline;
  coverage.budget = options.budget;
  const Stretch stretch = stretch_of(input.logs);
  behavior::Settings settings;
  settings.budget = options.budget;
  settings.memory = options.memory;
  if (stretch.first == kNoTime) {
    coverage.why_not = "no record says when something happened that a detector looks at";
    return out;
  }
  if (options.baseline.empty()) split(stretch, settings, coverage);
  behavior::Roster roster(input.known, texts);
  behavior::Analysis analysis(settings, roster);
  EarlierFiles files(input.file_of);
  if (!options.baseline.empty()) {
    Unpacker in(baseline_body);
    auto remarks = analysis.load(in, [&](const std::string& name) { return files.number(name); });
    if (!remarks) return fail(remarks.error().code, remarks.error().text, options.baseline);
    coverage.learned_from = analysis.first();
    coverage.learned_until = coverage.judged_from = analysis.until();
    if (stretch.last < analysis.until()) {
      coverage.why_not = fmt::format("all of it lies before {}, until when the baseline has learned", to_rfc3339(analysis.until()));
    }
    for (const std::string& r : *remarks) coverage.why_not += (coverage.why_not.empty() ? "" : "; ") + r;
  }
  if (auto ok = feed(input, texts, std::numeric_limits<Micros>::max(), analysis); !ok) return tl::unexpected<Error>(ok.error());
  analysis.finish();
  count(analysis, coverage);
  if (coverage.judged_from != kNoTime) coverage.judged_until = std::max(coverage.judged_from, stretch.last);
  for (const behavior::Anomaly& a : analysis.anomalies()) out.findings.push_back(unusual(a, [&](std::uint32_t s) { return files.name(s); }));
  coverage.findings = out.findings.size();
  return out;
}

Result<Learned> learn_behavior(const BehaviorOptions& options, const BehaviorInput& input, const std::string& baseline_body) {
  using namespace judging_behavior;
  Learned out;
  out.coverage.on = true;
  const Stretch stretch = stretch_of(input.logs);
  if (stretch.first == kNoTime) return fail(Code::Malformed, "no record says when something happened that a detector looks at: there is nothing to learn");
  behavior::Settings settings;
  settings.memory = options.memory;
  settings.judge_from = std::numeric_limits<Micros>::max();
  settings.calibrate_from = std::numeric_limits<Micros>::min() + 1;
  if (baseline_body.empty()) {
    const Micros window = window_for(stretch.last - stretch.first);
    if (window == 0) return fail(Code::Usage, "the logs span less than 50 minutes: too little to learn from");
    settings.window = window;
    // What is new to a baseline that knows nothing is no measure of what is new later: the first part only teaches.
    const Micros begin = stretch.first / window * window, n = (stretch.last - begin) / window;
    settings.calibrate_from = begin + static_cast<Micros>(static_cast<double>(n) * kLearnShare / (kLearnShare + kCalibrateShare)) * window;
  }
  Dictionary texts;
  behavior::Roster roster(input.known, texts);
  behavior::Analysis analysis(settings, roster);
  EarlierFiles files(input.file_of);
  if (!baseline_body.empty()) {
    Unpacker in(baseline_body);
    auto remarks = analysis.load(in, [&](const std::string& name) { return files.number(name); });
    if (!remarks) return tl::unexpected<Error>(remarks.error());
    out.remarks = std::move(*remarks);
  }
  const Micros known_until = analysis.until();
  // The last window has not ended yet, as far as these logs know.
  const Micros until = stretch.last / analysis.window() * analysis.window();
  if (auto ok = feed(input, texts, until, analysis); !ok) return tl::unexpected<Error>(ok.error());
  analysis.finish();
  count(analysis, out.coverage);
  out.coverage.learned_from = analysis.first();
  out.coverage.learned_until = analysis.until();
  out.anything = analysis.until() != known_until;
  out.coverage.calibrated_from = std::max(settings.calibrate_from, analysis.first());
  Packer packer(out.body);
  analysis.save(packer, [&](std::uint32_t s) { return files.name(s); });
  return out;
}

}  // namespace custos::engine
