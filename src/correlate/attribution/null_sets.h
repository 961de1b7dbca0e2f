// What sets of techniques score that say nothing of any group: random ones, and those of groups that are not among the candidates.
// Called by consistency.cc; feeds its p-values.
// Owned values.
// Any thread.
// Refuses nothing; where too few groups are known well enough to stand for strangers, there is no such figure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "correlate/attribution/known.h"
#include "correlate/attribution/lots.h"

namespace custos::correlate {

// The best score over all groups in each of many draws. A scan statistic (Kulldorff 1997): a score that few of these reach is rare although every group was
// looked at.
struct NullScores {
  std::size_t size = 0;      // techniques a draw
  std::vector<double> best;  // a technique, ascending

  // (1 + draws that are at least as good) / (1 + draws)
  double p(double score_per_technique) const;
};

// As many techniques of each tactic as were observed, each as likely as it is known of groups. A technique of several tactics counts for the first of them.
class RandomSets {
 public:
  RandomSets(const Known& known, std::span<const Ordinal> observed);
  void draw(Lots& lots, std::vector<Ordinal>& out);

 private:
  struct Stratum {
    std::vector<Ordinal> members;
    std::vector<double> weights;
    double total = 0;
    std::size_t wanted = 0;
  };
  std::vector<Stratum> strata_;
  std::vector<char> taken_;
};

NullScores random_scores(const Known& known, std::span<const Ordinal> observed, std::uint32_t draws, Lots& lots);

// Techniques drawn from the list of one known group, which is then no candidate: an actor whom nobody knows, but who works as actors do. Random sets don't:
// techniques go together, so what any intrusion shows fits somebody better than a random set does. At least 20 groups must know as many techniques; else sets
// are as large as 20 groups can fill, which judges strictly, for small sets vary more.
std::optional<NullScores> stranger_scores(const Known& known, std::size_t size, std::uint32_t draws, Lots& lots);

}  // namespace custos::correlate
