#include "behavior/judge.h"

#include <algorithm>

namespace custos::behavior {

void Judge::begin(std::uint16_t detector, Phase phase) {
  detector_ = detector;
  phase_ = phase;
  fresh_.clear();
  first_ = verdicts_.size();
}

void Judge::end() {
  if (phase_ == Phase::Calibrate) {
    for (const auto& [stratum, score] : fresh_) {
      strata_[{detector_, stratum}].add(score);
      strata_[{detector_, kEverybody}].add(score);
    }
  }
  for (std::size_t i = first_; i < verdicts_.size(); ++i) {
    Verdict& v = verdicts_[i];
    v.p = std::min(1.0, v.p * std::max<std::uint32_t>(v.units, 1));
    places_[v.actor] = kNoPlace;
  }
}

// A role of which little was seen is compared with everybody.
double Judge::weigh(std::uint32_t stratum, double score) {
  if (phase_ != Phase::Judge) {
    fresh_.emplace_back(stratum, score);
    return 1;
  }
  return p_of(detector_, stratum, score);
}

double Judge::p_of(std::uint16_t detector, std::uint32_t stratum, double score) const {
  const auto own = strata_.find({detector, stratum});
  if (own != strata_.end() && own->second.count() >= kEnough) return own->second.p(score);
  const auto all = strata_.find({detector, kEverybody});
  return all == strata_.end() ? 1 : all->second.p(score);
}

void Judge::set_urgent(double p) {
  urgent_p_ = p;
  lines_.clear();
}

// Most scores are ordinary: what was too little for one unit before is not looked up again.
bool Judge::crosses(std::uint16_t detector, std::uint32_t stratum, double score, std::uint32_t units) {
  double& too_little = lines_[{detector, stratum}];
  if (score <= too_little) return false;
  const double p = p_of(detector, stratum, score);
  if (p > urgent_p_) too_little = score;
  return p * units <= urgent_p_;
}

Verdict& Judge::verdict(ActorId actor) {
  if (actor >= places_.size()) places_.resize(std::size_t{actor} + actor / 2 + 1, kNoPlace);
  if (places_[actor] == kNoPlace) {
    places_[actor] = static_cast<std::uint32_t>(verdicts_.size());
    Verdict v;
    v.actor = actor;
    v.detector = detector_;
    verdicts_.push_back(std::move(v));
  }
  return verdicts_[places_[actor]];
}

std::vector<Verdict> Judge::take() { return std::exchange(verdicts_, {}); }

}  // namespace custos::behavior
