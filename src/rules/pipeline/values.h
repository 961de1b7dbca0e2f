// An item's values as its modifiers make them: |contains foo is the text *foo*. Pipelines see and change these.
// Called by conditions.cc and the transformations; read from and written back to rule.h's Item.
// Owned values.
// Any thread.
// Refuses nothing: what no pipeline can change (cidr, windash, comparisons, encodings) passes through untouched.
#pragma once

#include <string>
#include <vector>

#include "rules/pipeline/sigma_text.h"
#include "rules/rule.h"

namespace custos::rules::pipeline {

struct Value {
  enum class Kind : std::uint8_t {
    Text,      // a string, with the wildcards that its modifiers add
    Regex,     // `text` is the expression, without wildcards
    FieldRef,  // scalar.text names the other field
    Number,
    Bool,
    Null,
    Opaque,  // anything else: keeps its modifiers
  };
  Kind kind = Kind::Text;
  SigmaText text;                      // Text, Regex
  bool cased = false;                  // Text
  Scalar scalar;                       // Number, Bool, Null, FieldRef, Opaque
  std::vector<std::string> modifiers;  // Regex (re and its flags), FieldRef, Opaque: as the rule has them
  bool operator==(const Value&) const = default;

  bool is_text() const { return kind == Kind::Text; }
  static Value of_text(SigmaText text, bool cased);
  // The type a plain YAML scalar has in a rule: text, number, bool or null.
  static Value of_scalar(const Scalar& scalar);
};

struct Values {
  std::vector<Value> list;
  bool all = false;      // |all
  bool negated = false;  // |neq
};

Values read_values(const Item& item);

// `base` with its values and modifiers replaced. Values that need different modifiers become several leaves.
Detection write_values(const Item& base, const Values& values);

// As the oracle prints a number: 0x1F is 31, 1.0 is 1. Text stays.
std::string number_text(const Scalar& scalar);

}  // namespace custos::rules::pipeline
