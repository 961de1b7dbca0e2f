// Scores to calibrated p-values: what a detector's score of a window is worth, by the scores of ordinary windows.
// Called by detectors when a window closes; feeds fusion.h. Conformal p with a Pareto tail, per detector and role (statistics/tail.h).
// Verdicts live until the analysis takes them.
// One thread.
// Refuses to judge without calibration: p is 1 then.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "behavior/fact.h"
#include "behavior/roster.h"
#include "behavior/statistics/tail.h"
#include "model/finding.h"

namespace custos::behavior {

// Why a window is odd: a sentence made of numbers, and the records behind it.
struct Why {
  std::string sentence;
  std::vector<Where> evidence;  // at most kMostEvidence are kept
  Chart chart;
  Micros first = kNoTime, last = kNoTime;
  std::vector<std::string> outside;  // names and addresses outside that it is about, the telling one first
};

struct Verdict {
  ActorId actor = kNoActor;
  std::uint16_t detector = 0;
  double score = 0, p = 1;
  std::uint32_t units = 0;  // how many of the detector's scores of this actor p was taken from
  bool known = false;       // judged without calibration, so also while others only learn
  std::unique_ptr<Why> why;  // none where p is no news: nearly everywhere, among a million actors
};

enum class Phase : std::uint8_t { Learn, Calibrate, Judge };

class Judge {
 public:
  static constexpr double kNews = 0.02;      // from here on a verdict explains itself
  static constexpr double kTooOdd = 1e-4;    // a window below it must not be learned from as if it were ordinary
  static constexpr std::size_t kMostEvidence = 64;
  static constexpr std::uint64_t kEnough = 200;              // scores of a stratum that it can be judged by alone
  static constexpr std::uint32_t kEverybody = 0xFFFFFFFF;    // the stratum of all

  // Before a detector closes its window.
  void begin(std::uint16_t detector, Phase phase);
  void end();

  // Score of an actor's window, or of one of the units it consists of (a pair, a domain): p then is the smallest times their number.
  // `stratum` parts units that can't be compared. `explain(Why&)` is called where the p is news. Returns the unit's p.
  template <class Explain>
  double score(ActorId actor, const Roster& roster, double score, Explain&& explain, std::uint32_t stratum = 0) {
    const double p = weigh(static_cast<std::uint32_t>(roster.at(actor).role) + 16 * stratum, score);
    Verdict& v = verdict(actor);
    ++v.units;
    if (p >= v.p) return p;
    v.p = p;
    v.score = score;
    if (p <= kNews) v.why = told(explain);
    return p;
  }
  // For an actor of which something is known without any history.
  template <class Explain>
  void known(ActorId actor, double p, Explain&& explain) {
    Verdict& v = verdict(actor);
    ++v.units;
    v.known = true;
    if (p >= v.p) return;
    v.p = p;
    if (p <= kNews) v.why = told(explain);
  }
  // Of an actor's score so far, in an open window, where it can only grow: whether it is enough to be raised at once. `units` as they will
  // be at most when the window closes. To be called when the score has grown; asks little.
  template <class Explain>
  void urgent(std::uint16_t detector, ActorId actor, const Roster& roster, double score, std::uint32_t units, Explain&& explain, std::uint32_t stratum = 0) {
    if (urgent_p_ <= 0 || !crosses(detector, static_cast<std::uint32_t>(roster.at(actor).role) + 16 * stratum, score, units)) return;
    Verdict v;
    v.actor = actor;
    v.detector = detector;
    v.score = score;
    v.units = units;
    v.p = std::min(1.0, p_of(detector, static_cast<std::uint32_t>(roster.at(actor).role) + 16 * stratum, score) * units);
    v.why = told(explain);
    urgent_.push_back(std::move(v));
  }
  // For the analysis: the p from which on something is urgent (0: nothing is), and what was.
  void set_urgent(double p);
  std::vector<Verdict>& urgents() { return urgent_; }
  // Windows that only teach; from calibration on, what a detector learns must be what it will learn while it judges.
  bool learning() const { return phase_ == Phase::Learn; }
  bool judging() const { return phase_ == Phase::Judge; }

  // Verdicts of the window, by detector then in the order they came.
  std::vector<Verdict> take();

  using Strata = std::map<std::pair<std::uint16_t, std::uint32_t>, Tail>;  // by detector and stratum
  const Strata& strata() const { return strata_; }
  Strata& strata() { return strata_; }

 private:
  static constexpr std::uint32_t kNoPlace = 0xFFFFFFFF;
  double weigh(std::uint32_t stratum, double score);
  double p_of(std::uint16_t detector, std::uint32_t stratum, double score) const;
  bool crosses(std::uint16_t detector, std::uint32_t stratum, double score, std::uint32_t units);
  Verdict& verdict(ActorId actor);
  template <class Explain>
  static std::unique_ptr<Why> told(Explain&& explain) {
    auto why = std::make_unique<Why>();
    explain(*why);
    if (why->evidence.size() > kMostEvidence) why->evidence.resize(kMostEvidence);
    return why;
  }

  std::uint16_t detector_ = 0;
  Phase phase_ = Phase::Learn;
  Strata strata_;
  std::vector<std::pair<std::uint32_t, double>> fresh_;  // scores that calibrate, once the window is closed
  std::vector<std::uint32_t> places_;                    // by actor, of the open detector's verdicts; kNoPlace: none
  std::size_t first_ = 0;                                // of the open detector's verdicts
  std::vector<Verdict> verdicts_, urgent_;
  double urgent_p_ = 0;
  std::map<std::pair<std::uint16_t, std::uint32_t>, double> lines_;  // the least score seen so far that was urgent for one unit
};

}  // namespace custos::behavior
