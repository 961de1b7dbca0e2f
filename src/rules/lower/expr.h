// A rule as a boolean expression over leaves, with every modifier applied: what plan.cc compiles and explain.cc prints.
// Made by lower.cc.
// Owned values.
// Any thread once made.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/net/address.h"
#include "rules/lower/pattern.h"

namespace custos::rules {

struct Leaf {
  enum class Kind : std::uint8_t {
    Text,      // pattern on the value
    Regex,     // `text` anywhere in the value
    Cidr,      // value is an address of the network
    Compare,   // value is a number that compares with `text`
    Exists,    // the field is there, whatever its value
    Null,      // the field is not there, or null
    FieldRef,  // value equals (or contains ...) a value of the field `text`
    TimePart,  // a part of the value as a date equals `number`
  };
  enum class Op : std::uint8_t { Lt, Lte, Gt, Gte };
  enum class Part : std::uint8_t { Minute, Hour, Day, Week, Month, Year };
  enum class How : std::uint8_t { Equal, Contains, StartsWith, EndsWith };

  Kind kind = Kind::Text;
  std::string field;      // empty: any value of the record (keywords)
  Pattern pattern;        // Text; folded unless cased
  std::string text;       // Regex: the expression; Compare: the number; FieldRef: the other field; Cidr: the network as written
  bool cased = false;     // Text, FieldRef
  bool dash = false;      // Text: all kinds of dashes and the slash are one character (windash)
  bool ignore_case = false, multiline = false, dot_all = false;  // Regex
  Op op = Op::Lt;
  How how = How::Equal;
  Part part = Part::Hour;
  std::int64_t number = 0;
  ::custos::Cidr network;

  bool operator==(const Leaf&) const = default;
  // "CommandLine|contains: foo", for explanations.
  std::string describe() const;
};

struct Expr {
  enum class Kind : std::uint8_t { And, Or, Not, Leaf, AtLeast, True };
  Kind kind = Kind::True;
  std::size_t count = 1;          // AtLeast
  Leaf leaf;                      // Leaf
  std::string label;              // the search identifier it came from; for explanations
  std::vector<Expr> children;
};

}  // namespace custos::rules
