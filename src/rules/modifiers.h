// The contract of Sigma's modifiers: each changes the terms of one detection item.
// Called by lower.cc in the order of the chain; every file of modifiers/ defines one `extern const Modifiers family`.
// A Chain lives while one item is lowered.
// One thread.
// Refuses chains that make no sense (base64 of a wildcard, `re` after `contains` of a number ...) with a reason.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/lower/expr.h"
#include "rules/rule.h"

namespace custos::rules {

// One alternative of one value.
struct Term {
  Leaf leaf;              // kind Text unless a modifier changed it
  Scalar scalar;          // the value as written
  bool untyped = true;    // no modifier has given it a meaning yet
};

struct Chain {
  std::string field;
  std::vector<std::vector<Term>> values;  // outer: the item's values; inner: alternatives of one (OR)
  const std::map<std::string, std::vector<std::string>>* placeholders = nullptr;
  bool all = false, negate = false;

  // Runs `change` over every term; stops at its first error.
  template <class F>
  Result<void> each(F change) {
    for (auto& alternatives : values) {
      for (Term& t : alternatives) {
        if (Result<void> ok = change(t); !ok) return ok;
      }
    }
    return {};
  }
  // Replaces every term by several.
  template <class F>
  Result<void> expand(F change) {
    for (auto& alternatives : values) {
      std::vector<Term> out;
      for (Term& t : alternatives) {
        if (Result<void> ok = change(t, out); !ok) return ok;
      }
      alternatives = std::move(out);
    }
    return {};
  }
};

struct Modifier {
  std::string_view name;
  Result<void> (*apply)(Chain& chain);
};

struct Modifiers {
  std::span<const Modifier> list;
};

std::span<const Modifiers* const> modifiers();

inline tl::unexpected<Error> bad_chain(std::string text) { return fail(Code::Malformed, std::move(text)); }

}  // namespace custos::rules
