// Correlation rules made ready to run: references resolved, aliases applied, inner ones first, the fields to extract
// listed. Built once from the loaded rules; read by the matcher (which fields?) and by Correlator. Immutable; shared.
// Any thread.
// Refuses correlations one by one, each with a reason: unknown or ambiguous references, cycles, conditions that make no
// sense.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/rule.h"

namespace custos::rules::correlation {

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;
inline constexpr std::size_t kMaxDepth = 32;          // correlations of correlations
inline constexpr std::size_t kMaxReferences = 4'096;  // rules of one correlation
inline constexpr std::size_t kMaxSteps = 128;         // rules of one temporal_ordered

// By what a rule can be referred to; either may be empty.
struct RuleName {
  std::string id, name;
};

struct CorrelationRule {
  RuleName name;
  const Correlation* correlation = nullptr;  // read while building only
};

// A referred rule: a base rule or another correlation, by its index in the vectors given to build().
struct Reference {
  bool correlation = false;
  std::uint32_t index = 0;
  bool operator==(const Reference&) const = default;
};

// An alias of one correlation, for one of its rules.
struct ResolvedAlias {
  std::string alias;
  Reference rule;
  std::string field;
};

// What resolve() found out about one correlation; `refused` is empty when it can run.
struct Resolution {
  std::vector<Reference> references;  // in the order of Correlation::rules
  std::vector<ResolvedAlias> aliases;
  std::string refused;
};

// References by id (letter case aside) or name, aliases, cycles, depth, and whether the condition suits the type.
// Results stand in the order of `correlations`.
std::vector<Resolution> resolve(std::span<const RuleName> bases, std::span<const CorrelationRule> correlations);

class CorrelationPlan {
 public:
  // A field number for each group-by name or condition field, for one referred rule.
  struct Position {
    Reference reference;
    std::vector<std::uint32_t> group, values;
    bool operator==(const Position&) const = default;
  };
  struct Use {
    std::uint32_t correlation, position;
  };
  struct Node {
    Correlation::Type type = Correlation::Type::EventCount;
    std::int64_t timespan = 0;
    std::vector<Correlation::Limit> limits;
    double percentile = 50;
    std::vector<Position> positions;
    std::vector<std::uint32_t> group_names;  // fields under which a firing offers its group values
    std::size_t different = 0;               // different referred rules
    std::uint64_t fingerprint = 0;
    std::vector<Use> used_by;
    bool running = false;                    // false: refused
  };
  struct Built;

  // Correlation numbers are indices into `correlations`, base rule numbers indices into `bases`.
  static Built build(std::span<const RuleName> bases, std::span<const CorrelationRule> correlations);

  std::size_t size() const { return nodes_.size(); }
  const Node& node(std::size_t correlation) const { return nodes_[correlation]; }
  // Inner ones first; refused ones are left out.
  const std::vector<std::uint32_t>& order() const { return order_; }
  std::uint32_t rank(std::size_t correlation) const { return rank_[correlation]; }
  // Whether another running correlation refers to it.
  bool is_inner(std::size_t correlation) const { return !nodes_[correlation].used_by.empty(); }

  // The names of all fields that any correlation asks for; FieldText::field is an index into this.
  const std::vector<std::string>& fields() const { return fields_; }
  // What to extract from an event that matched this base rule. Empty also where only its coming counts: see refers_to.
  std::span<const std::uint32_t> fields_of(std::uint32_t base) const;
  bool refers_to(std::uint32_t base) const { return !uses(base).empty(); }
  std::span<const Use> uses(std::uint32_t base) const;

 private:
  friend class PlanBuilder;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> order_, rank_;
  std::vector<std::string> fields_;
  std::vector<std::vector<std::uint32_t>> base_fields_;
  std::vector<std::vector<Use>> base_uses_;
};

struct CorrelationPlan::Built {
  CorrelationPlan plan;
  std::vector<std::string> refused;  // one a correlation; empty: it runs
};

}  // namespace custos::rules::correlation
