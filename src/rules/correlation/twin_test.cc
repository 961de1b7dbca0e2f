// The running correlator equals the naive definition on random rules and streams, also when cut and resumed anywhere.
#include <gtest/gtest.h>

#include "rules/correlation/scenario.h"

namespace custos::rules::correlation::naive {
namespace {

std::string describe(const Scenario& s) {
  std::string out;
  for (std::size_t c = 0; c < s.correlations.size(); ++c) {
    const Correlation& r = s.correlations[c];
    out += "c" + std::to_string(c) + " type " + std::to_string(static_cast<int>(r.type)) + " span " + std::to_string(r.timespan) + " rules";
    for (const auto& rule : r.rules) out += " " + rule;
    out += " by";
    for (const auto& name : r.group_by) out += " " + name;
    out += " fields";
    for (const auto& name : r.fields) out += " " + name;
    for (const auto& l : r.limits) out += " [" + std::to_string(static_cast<int>(l.op)) + " " + std::to_string(l.value) + "]";
    for (const auto& [alias, rules] : r.aliases) {
      for (const auto& [rule, field] : rules) out += " alias " + alias + "(" + rule + ")=" + field;
    }
    out += "\n";
  }
  for (const Event& e : s.events) {
    out += std::to_string(e.time - 1'000'000) + " rules";
    for (const auto rule : e.rules) out += " " + std::to_string(rule);
    for (const auto& [name, text] : e.fields) out += " " + name + "=" + text;
    out += "\n";
  }
  return out;
}

TEST(CorrelationTwin, EqualsTheDefinition) {
  std::size_t episodes = 0, chained = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    Choices choose(seed * 7919);
    const Scenario s = make_scenario(choose, 5 + choose.below(60));
    Twin twin(s.correlations);
    for (const Event& e : s.events) twin.feed(e);
    const auto expected = twin.finish();
    ASSERT_EQ(run(s), expected) << "seed " << seed << "\n" << describe(s);
    episodes += expected.size();
    for (const auto& line : expected) chained += line.find(" E") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(episodes, 3'000u);
  EXPECT_GT(chained, 100u);
}

TEST(CorrelationTwin, ResumesAnywhere) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Choices choose(seed * 104729);
    const Scenario s = make_scenario(choose, 30);
    const auto whole = run(s);
    for (std::size_t cut = 0; cut < s.events.size(); ++cut) ASSERT_EQ(run(s, cut), whole) << "seed " << seed << " cut " << cut << "\n" << describe(s);
  }
}

}  // namespace
}  // namespace custos::rules::correlation::naive
