// The compiled rules as the layer itself sees them; rules.h shows the rest of custos only the abstract Program.
// Made by load.cc; read by matcher.cc and explain.cc.
// Immutable but for the plans, which are built on the first event of a log source and then kept.
// Any thread.
// Refuses nothing.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rules/correlation/plan.h"
#include "rules/match/plan.h"
#include "rules/rules.h"

namespace custos::rules {

class CompiledProgram final : public Program {
 public:
  struct LoadedRule {
    std::shared_ptr<const RuleFacts> facts;
    LogSourceRef log_source;
    bool reports = true;
    bool correlation = false;
    std::uint32_t base = correlation::kNone;      // number among the correlations' base rules
    std::uint32_t correlator = correlation::kNone;  // number among the correlations
  };

  std::size_t size() const override { return rules.size(); }
  const std::shared_ptr<const RuleFacts>& facts(std::size_t rule) const override { return rules[rule].facts; }
  std::string log_source(std::size_t rule) const override;
  bool reports(std::size_t rule) const override { return rules[rule].reports; }
  std::string explain(std::size_t rule, const Event& event) const override;

  std::shared_ptr<const Plan> plan_for(const LogSource& source) const;

  std::vector<LoadedRule> rules;
  std::vector<Variant> variants;
  RegexTable regexes;
  correlation::CorrelationPlan correlations;
  std::vector<std::size_t> correlation_rules;  // correlation number -> rule
  std::vector<std::vector<std::string>> group_names;  // correlation number -> group-by as written

 private:
  mutable std::mutex mutex_;
  mutable tsl::robin_map<std::string, std::shared_ptr<const Plan>> plans_;
  mutable std::uint32_t next_uid_ = 0;
};

// The variants that speak of such events, in load order.
std::vector<const Variant*> variants_for(const std::vector<Variant>& variants, const LogSource& source);

}  // namespace custos::rules
