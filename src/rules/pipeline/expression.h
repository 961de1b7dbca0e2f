// A regular expression of a pipeline: match_string, replace_string and field lists, in the dialect pySigma's users know.
// Called by conditions.cc and the value transformations; feeds nothing.
// Owns the compiled expression; copies share it.
// Any thread.
// Refuses expressions that don't compile, and gives up (an Error) on those that backtrack without end.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::rules::pipeline {

// One match; the groups are views into the text searched. Group 0 is the whole match.
struct Found {
  std::size_t begin = 0, end = 0;
  std::vector<std::string_view> groups;
};

class Expression {
 public:
  static Result<Expression> compile(std::string_view pattern);

  // Whether it matches at the text's first character (and need not reach the end).
  Result<bool> starts(std::string_view text) const;
  // All matches from left to right, empty ones too, as Python's re.finditer gives them.
  Result<std::vector<Found>> all(std::string_view text) const;

  // Checks \1, \g<2>, \g<name> and escapes of a replacement.
  Result<void> check_replacement(std::string_view replacement) const;
  // The replacement with its groups filled in; check_replacement() must have passed.
  std::string expand(std::string_view replacement, const Found& found) const;
  // Every match replaced.
  Result<std::string> replace(std::string_view text, std::string_view replacement) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

}  // namespace custos::rules::pipeline
