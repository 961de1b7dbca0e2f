// One transformation of a pipeline with its conditions, and what is remembered while a rule runs through.
// Made by step.cc from YAML; called by pipeline.cc; changes rule.h's Rule.
// A Step is immutable and may be shared; a Run lives as long as one rule's way through the pipelines.
// Step: any thread. Run: one thread.
// Refuses rules (an Error says why) and steps that nobody knows (by name).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/pipeline/logic.h"
#include "rules/rule.h"
#include "rules/rules.h"

namespace custos::rules::pipeline {

struct Run {
  std::map<std::string, Scalar> state;                         // set_state
  std::set<std::string> applied;                               // ids of the steps that have been applied to the rule
  std::map<std::string, std::set<std::string>> field_applied;  // field name -> ids of the steps that led to it
  const std::map<std::string, std::vector<Scalar>>* vars = nullptr;
  const Placeholders* outside = nullptr;  // placeholders that the institution's file supplies
  std::span<const Rule* const> referred;  // the rules that a correlation speaks of
  std::size_t budget = 100'000;           // items and values that steps may still add

  // Takes `n` from the budget.
  Result<void> spend(std::size_t n);
};

// Conditions joined with `and`, `or` or an expression over their names.
template <class Condition>
struct Conditions {
  std::vector<Condition> list;
  bool any = false;  // `or`
  bool negated = false;
  std::optional<Logic> logic;  // the expression, where one was given

  // `ask` gives Result<bool> for one condition.
  template <class Ask>
  Result<bool> hold(const Ask& ask) const;
  template <class Ask>
  Result<bool> hold(const Logic& node, const Ask& ask) const;
};

using RuleCondition = std::function<Result<bool>(const Rule&, const Run&)>;
using ItemCondition = std::function<Result<bool>(const Item&, const Run&)>;
// `item` is null where a name stands alone: the rule's `fields`, a field reference, a correlation. An empty name is a
// keyword's.
using FieldCondition = std::function<Result<bool>(const std::string& name, const Item* item, const Run&)>;

struct Step;
using Apply = std::function<Result<void>(Rule&, const Step&, Run&)>;

struct Step {
  std::string id, type;
  std::size_t line = 0;
  Conditions<RuleCondition> rule;
  Conditions<ItemCondition> item;
  Conditions<FieldCondition> field;
  Apply apply;

  Result<bool> takes(const Rule& rule, const Run& run) const;
  Result<bool> takes(const Item& item, const Run& run) const;
  Result<bool> takes_field(const std::string& name, const Run& run) const;
  // Applies the step where its conditions hold; says whether they did.
  Result<bool> run_on(Rule& rule, Run& run) const;
  void mark(Item& item) const;
};

// `number` counts from 1, for messages; `depth` counts the `nest` steps around it.
Result<std::shared_ptr<const Step>> read_step(const Yaml& map, std::size_t number, std::size_t depth);

template <class Condition>
template <class Ask>
Result<bool> Conditions<Condition>::hold(const Ask& ask) const {
  bool held = !any;
  if (logic) {
    auto said = hold(*logic, ask);
    if (!said) return said;
    held = *said;
  } else {
    for (const Condition& condition : list) {
      const Result<bool> said = ask(condition);
      if (!said) return said;
      held = any ? held || *said : held && *said;
    }
  }
  return held != negated;
}

template <class Condition>
template <class Ask>
Result<bool> Conditions<Condition>::hold(const Logic& node, const Ask& ask) const {
  if (node.kind == Logic::Kind::Leaf) return ask(list[node.leaf]);
  bool held = node.kind != Logic::Kind::Or;
  for (const Logic& child : node.children) {
    const Result<bool> said = hold(child, ask);
    if (!said) return said;
    if (node.kind == Logic::Kind::Not) return !*said;
    held = node.kind == Logic::Kind::Or ? held || *said : held && *said;
  }
  return held;
}

}  // namespace custos::rules::pipeline
