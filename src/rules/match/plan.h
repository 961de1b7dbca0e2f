// All rules that speak of one log source, compiled together: fields to slots, literals to indexes, rules to candidates.
// Built by Program on the first event of a log source; used by matcher.cc.
// Immutable and shared once built.
// Any thread.
// Refuses nothing: every variant that was loaded can be planned.
//
// How a rule is found: it has necessary conditions, sets of leaves of which at least one must hold whenever the rule matches
// (one set for each operand of its topmost And). It is evaluated when a leaf of the set in use holds (triggers.h), and
// always if it has no such set.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/hash.h"
#include "rules/match/regex.h"
#include "rules/match/value_index.h"
#include "rules/variant.h"

namespace custos::rules {

inline constexpr std::uint32_t kNoSlot = 0xFFFFFFFF;
inline constexpr std::uint32_t kAnyField = 0;  // the slot of keywords

struct Plan {
  struct Slot {
    std::string field;
    ValueIndex folded, dashed;               // literals on the folded value; on the value with one kind of dash
    std::size_t shortest = 0;                // values below hold no literal of either
    bool cheap = false;                      // to search: not worth the cache
    std::uint32_t uid = 0;                   // of this slot among all plans, for the value cache
  };
  struct Atom {
    const Leaf* leaf = nullptr;
    std::shared_ptr<const Regex> regex;
    std::uint32_t slot = 0;
    bool indexed = false;                    // the index alone decides it
  };
  // The expression as a flat tree: an operator's operands stand in `operands`.
  struct Node {
    Expr::Kind kind = Expr::Kind::True;
    std::uint32_t atom = 0;                  // Leaf
    std::uint32_t first = 0, last = 0;       // of operands
    std::uint32_t count = 1;                 // AtLeast
  };
  struct Condition {
    std::uint32_t node = 0;                  // an operand of the root, or the root itself
    std::vector<std::uint32_t> atoms;        // one of them holds,
    std::vector<std::uint32_t> fields;       // or the field of one of these slots has a value
  };
  struct Entry {
    const Variant* variant = nullptr;
    std::uint32_t root = 0;                  // node
    std::uint32_t first_condition = 0, last_condition = 0;
    std::uint32_t cheapest = 0;              // condition that is likely to hold least often
  };

  std::vector<Slot> slots;                   // slots[kAnyField] is the keyword slot
  tsl::robin_map<std::string, std::uint32_t, TextHash, TextEqual> slot_of;
  std::vector<Atom> atoms;
  std::vector<Node> nodes;
  std::vector<std::uint32_t> operands;
  std::vector<Condition> conditions;
  std::vector<Entry> rules;                  // in load order
  std::vector<std::uint32_t> always;
  bool keywords = false;
};

// `regexes` is shared between plans: an expression is compiled once.
using RegexTable = tsl::robin_map<std::string, std::shared_ptr<const Regex>, TextHash, TextEqual>;
std::string regex_key(const Leaf& leaf);

std::shared_ptr<const Plan> build_plan(const std::vector<const Variant*>& variants, const RegexTable& regexes, std::uint32_t first_uid);

}  // namespace custos::rules
