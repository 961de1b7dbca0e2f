// Regular expressions: PCRE2's compiled code under limits, and Hyperscan, linear in the text, where a limit is reached.
// Compiled by plan.cc; used by leaf_match.cc.
// A Regex is immutable; a RegexScratch belongs to one worker.
// Regex: any thread.
// Refuses expressions PCRE2 does not take; a match that neither can decide is `Undecided`, never a silent no.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::rules {

enum class Found : std::uint8_t { No, Yes, Undecided };

class RegexScratch {
 public:
  RegexScratch();
  ~RegexScratch();
  RegexScratch(const RegexScratch&) = delete;
  RegexScratch& operator=(const RegexScratch&) = delete;

 private:
  friend class Regex;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class Regex {
 public:
  struct Options {
    bool ignore_case = false, multiline = false, dot_all = false;
  };
  static Result<std::shared_ptr<const Regex>> compile(const std::string& expression, Options options);
  ~Regex();

  // Anywhere in `text`, which must be valid UTF-8.
  Found find(std::string_view text, RegexScratch& scratch) const;

  // A folded text that every match must hold, for the index; empty when none is sure.
  static std::string required_literal(std::string_view expression);

 private:
  Regex();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace custos::rules
