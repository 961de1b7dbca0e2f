// The parsed form of a Sigma document: what the text says, before any modifier is applied.
// Made by parse/ from the YAML tree; changed by pipeline/; read by lower/, which applies the modifiers.
// Plain owned values.
// One thread while being made; then immutable.
// Refuses nothing itself: parse/document.cc refuses documents, with a line number.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "model/finding.h"

namespace custos::rules {

// `field|modifier|modifier: values`; field is empty for keywords.
struct Item {
  std::string field;
  std::vector<std::string> modifiers;
  std::vector<Scalar> values;
  std::size_t line = 0;
  // Names of pipeline items that have already been applied to it (pySigma's processing_item_applied conditions).
  std::vector<std::string> applied;
};

// A search identifier's content: a map is AllOf, a list is AnyOf, leaves are items.
struct Detection {
  enum class Kind : std::uint8_t { Leaf, AllOf, AnyOf };
  Kind kind = Kind::AllOf;
  Item item;                         // Leaf
  std::vector<Detection> children;   // AllOf, AnyOf
};

// Empty: not given.
struct LogSourceRef {
  std::string product, category, service;
  bool operator==(const LogSourceRef&) const = default;
};

// The condition grammar, parsed. `OneOf` and `AllOf` hold a pattern ("selection_*") or "them" in `name`.
struct Condition {
  enum class Kind : std::uint8_t { And, Or, Not, Name, OneOf, AllOf, True };
  Kind kind = Kind::True;
  std::string name;
  std::size_t at_least = 1;  // OneOf: "2 of selection_*" asks for two
  std::vector<Condition> children;
};

struct Correlation {
  enum class Type : std::uint8_t { EventCount, ValueCount, Temporal, TemporalOrdered, ValueSum, ValueAvg, ValuePercentile, ValueMedian };
  enum class Op : std::uint8_t { Gt, Gte, Lt, Lte, Eq, Neq };
  struct Limit {
    Op op;
    double value;
  };
  Type type = Type::EventCount;
  std::vector<std::string> rules;                               // ids or names
  std::map<std::string, std::map<std::string, std::string>> aliases;  // alias -> rule name or id -> field
  std::vector<std::string> group_by;
  std::int64_t timespan = 0;                                    // microseconds
  std::vector<std::string> fields;                              // condition.field
  double percentile = 50;
  std::vector<Limit> limits;                                    // joined with AND
  bool generate = false;
};

struct Rule {
  enum class Kind : std::uint8_t { Detection, Correlation, Filter };
  Kind kind = Kind::Detection;
  std::shared_ptr<RuleFacts> facts = std::make_shared<RuleFacts>();
  std::string name;                                             // Sigma's `name`, by which correlations refer
  LogSourceRef log_source;
  std::vector<std::pair<std::string, Detection>> detections;    // search identifiers in document order
  Condition condition;                                          // a list of conditions is their Or
  std::vector<std::string> fields;                              // `fields:` of the rule
  Correlation correlation;                                      // Kind::Correlation
  std::vector<std::string> filter_rules;                        // Kind::Filter: ids or names, or {"any"}
  std::map<std::string, std::string> custom;                    // custom attributes
  std::vector<std::string> pipeline;                            // names of the pipelines applied so far
};

}  // namespace custos::rules
