#include "correlate/attribution/hold_out.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

namespace custos::correlate {
namespace holding_out {

constexpr std::uint32_t kThinnings = 20;
constexpr auto kSeen = std::to_array<std::size_t>({5, 10, 20});
constexpr std::size_t kFamilyTechniques = 5;  // fewest of a malware family that stands for an operation

struct Variant {
  const char *name, *what;
  Formula formula;
};

std::vector<Variant> variants() {
  Formula no_software, no_family, none, full;
  no_software.by_software = 0;
  no_family.by_family = false;
  none.correction = 0;
  full.correction = 1;
  return {{"consistency", "the formula", Formula{}},
          {"without software", "a variant: groups' software counts for nothing", no_software},
          {"without families", "a variant: T1003.001 and T1003 are strangers", no_family},
          {"no correction", "a variant: nothing is taken off for long lists", none},
          {"full correction", "a variant: all that chance gives is taken off", full}};
}

// What is to be found out: of a held-out campaign, or of a malware family.
struct Question {
  std::vector<Ordinal> observed, truth;
  Withheld withheld;
};

// 1 is the best; equal scores share the middle of their ranks; without anything known the last of all.
double rank_of(const Known& known, const std::vector<double>& scores, const std::vector<Ordinal>& truth) {
  double best = static_cast<double>(known.groups());
  for (const Ordinal t : truth) {
    if (!known.anything(t)) continue;
    std::size_t above = 0, equal = 0;
    for (Ordinal g = 0; g < known.groups(); ++g) {
      if (g == t || !known.anything(g)) continue;
      above += scores[g] > scores[t] ? 1 : 0;
      equal += scores[g] == scores[t] ? 1 : 0;
    }
    best = std::min(best, 1 + static_cast<double>(above) + static_cast<double>(equal) / 2);
  }
  return best;
}

void count(RankFigures& f, double rank) {
  ++f.of;
  f.top1 += rank <= 1 ? 1 : 0;
  f.top5 += rank <= 5 ? 1 : 0;
  f.mean_reciprocal_rank += 1 / rank;
}

// What a lot among all groups finds: P(best rank of `right` groups > r) is the product of (all - right - i) / (all - i), i < r.
void count_chance(RankFigures& f, std::size_t all, std::size_t right) {
  double none_before = 1;
  ++f.of;
  for (std::size_t r = 1; r + right <= all + 1; ++r) {
    const double none_yet = none_before * static_cast<double>(all - right - (r - 1)) / static_cast<double>(all - (r - 1));
    const double here = none_before - none_yet;
    f.top1 += r <= 1 ? here : 0;
    f.top5 += r <= 5 ? here : 0;
    f.mean_reciprocal_rank += here / static_cast<double>(r);
    none_before = none_yet;
  }
}

using Baseline = std::function<double(const Known& known, const Question& q, Ordinal group)>;

double shared(const Known& known, const Question& q, Ordinal group) {
  return static_cast<double>(
      std::count_if(q.observed.begin(), q.observed.end(), [&](Ordinal t) { return std::binary_search(known.own(group).begin(), known.own(group).end(), t); }));
}

double attributions(const Known& known, const Question& q, Ordinal group) {
  double n = static_cast<double>(known.own(group).size()) / static_cast<double>(known.techniques() + 1);  // settles ties
  for (Ordinal c = 0; c < known.facts().campaigns.size(); ++c) {
    const auto& to = known.facts().campaigns[c].attributed_to;
    if (q.withheld.campaign != c && std::binary_search(to.begin(), to.end(), group)) ++n;
  }
  return n;
}

struct NamedBaseline {
  const char *name, *what;
  Baseline score;
};

std::vector<NamedBaseline> baselines() {
  return {{"overlap", "techniques in common", shared},
          {"Jaccard", "techniques in common, of those of either",
           [](const Known& k, const Question& q, Ordinal g) {
             const double both = shared(k, q, g);
             return both / std::max(1.0, static_cast<double>(q.observed.size() + k.own(g).size()) - both);
           }},
          {"most techniques", "always the groups of which most is known",
           [](const Known& k, const Question&, Ordinal g) { return static_cast<double>(k.own(g).size()); }},
          {"most campaigns", "always the groups with most other campaigns", attributions}};
}

std::vector<RankFigures> rank_all(const AttackFacts& facts, const std::vector<Question>& questions) {
  std::vector<RankFigures> out;
  for (const Variant& v : variants()) out.push_back({v.name, v.what});
  for (const NamedBaseline& b : baselines()) out.push_back({b.name, b.what});
  out.push_back({"random", "a lot among all groups"});
  out.back().expected = true;
  std::vector<double> scores;
  for (const Question& q : questions) {
    std::size_t row = 0;
    Known known(facts, Formula{}, q.withheld);
    for (const Variant& v : variants()) {
      known.weigh(v.formula);
      known.score(q.observed, scores);
      count(out[row++], rank_of(known, scores, q.truth));
    }
    for (const NamedBaseline& b : baselines()) {
      for (Ordinal g = 0; g < known.groups(); ++g) scores[g] = b.score(known, q, g);
      count(out[row++], rank_of(known, scores, q.truth));
    }
    count_chance(out.back(), facts.groups.size(), q.truth.size());
  }
  for (RankFigures& f : out) f.mean_reciprocal_rank /= std::max<double>(1, static_cast<double>(f.of));
  return out;
}

void count(VerdictFigures& f, const Judgement& j, const std::vector<Ordinal>& truth) {
  const auto among = [&](std::size_t first) {
    return std::any_of(j.ranked.begin(), j.ranked.begin() + static_cast<std::ptrdiff_t>(std::min(first, j.ranked.size())),
                       [&](Ordinal g) { return std::find(truth.begin(), truth.end(), g) != truth.end(); });
  };
  ++f.of;
  if (j.verdict == Verdict::One) {
    ++f.one;
    f.one_right += among(1) ? 1 : 0;
  } else if (j.verdict == Verdict::Several) {
    ++f.several;
    f.several_holding += among(j.alike) ? 1 : 0;
  }
}

std::vector<ThinnedFigures> thin(const AttackFacts& facts, const std::vector<Question>& questions, std::uint64_t seed) {
  std::vector<ThinnedFigures> out;
  for (const std::size_t seen : kSeen) out.push_back({seen});
  Lots lots(seed);
  std::vector<double> scores;
  for (const Question& q : questions) {
    const Known known(facts, Formula{}, q.withheld);
    for (ThinnedFigures& f : out) {
      if (q.observed.size() < f.seen) continue;
      ++f.campaigns;
      std::vector<Ordinal> left = q.observed;
      for (std::uint32_t i = 0; i < kThinnings; ++i) {
        for (std::size_t k = 0; k < f.seen; ++k) std::swap(left[k], left[k + lots.below(left.size() - k)]);
        known.score({left.data(), f.seen}, scores);
        const double rank = rank_of(known, scores, q.truth);
        f.top1 += rank <= 1 ? 1 : 0;
        f.top5 += rank <= 5 ? 1 : 0;
        f.mean_reciprocal_rank += 1 / rank;
      }
    }
  }
  for (ThinnedFigures& f : out) {
    const double all = std::max<double>(1, static_cast<double>(f.campaigns) * kThinnings);
    f.top1 /= all;
    f.top5 /= all;
    f.mean_reciprocal_rank /= all;
  }
  return out;
}

std::vector<Question> campaigns(const AttackFacts& facts, const Known& whole, Leak leak) {
  std::vector<Question> out;
  for (Ordinal c = 0; c < facts.campaigns.size(); ++c) {
    if (facts.campaigns[c].attributed_to.empty()) continue;
    Question q{whole.usable(facts.campaigns[c].techniques), facts.campaigns[c].attributed_to, {}};
    q.withheld.campaign = c;
    q.withheld.traces = leak == Leak::Pessimistic;
    if (!q.observed.empty()) out.push_back(std::move(q));
  }
  return out;
}

std::vector<Question> families(const AttackFacts& facts, const Known& whole) {
  std::vector<std::vector<Ordinal>> users(facts.software.size());
  std::vector<char> in_campaign(facts.software.size(), 0);
  for (Ordinal g = 0; g < facts.groups.size(); ++g) {
    for (const Ordinal s : facts.groups[g].software) users[s].push_back(g);
  }
  for (const AttackCampaign& c : facts.campaigns) {
    if (c.attributed_to.empty()) continue;
    for (const Ordinal s : c.software) in_campaign[s] = 1;
  }
  std::vector<Question> out;
  for (Ordinal s = 0; s < facts.software.size(); ++s) {
    Question q{whole.usable(facts.software[s].techniques), users[s], {}};
    q.withheld.software = s;
    if (users[s].size() == 1 && in_campaign[s] == 0 && q.observed.size() >= kFamilyTechniques) out.push_back(std::move(q));
  }
  return out;
}

LeakFigures measure(const AttackFacts& facts, const std::vector<Question>& questions, const ConsistencyOptions& options) {
  LeakFigures f;
  f.methods = rank_all(facts, questions);
  f.thinned = thin(facts, questions, options.seed);
  for (const Question& q : questions) {
    const Known known(facts, Formula{}, q.withheld);
    const Judgement j = judge(known, q.observed, options);
    count(f.verdicts, j, q.truth);
    HeldOut one{facts.campaigns[*q.withheld.campaign].id, q.observed.size(), rank_of(known, j.scores, q.truth), {}, {}, j.verdict};
    if (j.verdict != Verdict::NothingToGoBy) {
      one.p_random = j.p_random(j.ranked.front());
      one.p_stranger = j.p_stranger(j.ranked.front());
    }
    f.campaigns.push_back(std::move(one));
    Withheld absent = q.withheld;
    absent.groups = q.truth;
    count(f.absent, judge(Known(facts, Formula{}, absent), q.observed, options), {});
  }
  return f;
}

}  // namespace holding_out

Result<HoldOutFigures> hold_out(const AttackFacts& facts, const ConsistencyOptions& options) {
  using namespace holding_out;
  HoldOutFigures f;
  f.source = facts.source;
  f.groups = facts.groups.size();
  f.unknown = facts.unknown_count;
  for (const AttackCampaign& c : facts.campaigns) f.attributed += c.attributed_to.empty() ? 0 : 1;
  const Known whole(facts, Formula{});
  const auto optimistic = campaigns(facts, whole, Leak::Optimistic);
  f.judged = optimistic.size();
  if (f.judged == 0) return fail(Code::Malformed, "holds no campaign that is attributed to a group and shows a technique that logs can show", "campaigns");
  f.optimistic = measure(facts, optimistic, options);
  f.pessimistic = measure(facts, campaigns(facts, whole, Leak::Pessimistic), options);
  f.families = rank_all(facts, families(facts, whole));
  return f;
}

}  // namespace custos::correlate
