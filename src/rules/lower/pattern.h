// A Sigma value as a sequence of literal stretches and wildcards, and the naive way to match it.
// Made by lower.cc and the modifiers; compiled by plan.cc; the matcher uses fits() for patterns with inner wildcards.
// Owned values.
// Any thread.
// Refuses nothing: every text is a pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace custos::rules {

struct Pattern {
  enum class Kind : unsigned char { Literal, Star, One };  // text, '*', '?'
  struct Part {
    Kind kind;
    std::string text;
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;

  // Escapes by Sigma's rules: \* and \? are plain, \\ is one backslash, a backslash before anything else is itself.
  static Pattern parse(std::string_view sigma);
  static Pattern literal(std::string_view text);

  bool has_wildcards() const;
  std::string plain() const;  // the literals joined
  // The way it would be written in a rule, for explanations.
  std::string text() const;

  void add(Kind kind, std::string_view text = {});
  void star_front();
  void star_back();
  bool operator==(const Pattern&) const = default;
};

// Whole-value match, byte for byte ('?' is one UTF-8 character). Linear in stars times length: greedy with one restart point.
bool fits(const std::vector<Pattern::Part>& parts, std::string_view value);

}  // namespace custos::rules
