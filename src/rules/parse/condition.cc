#include "rules/parse/condition.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules {
namespace condition_parser {

constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxTokens = 5'000;

bool is_word(std::string_view token, std::string_view word) { return equals_ignore_ascii_case(token, word); }

class Parser {
 public:
  explicit Parser(std::string_view text) { tokenize(text); }

  Result<Condition> parse() {
    if (!error_.empty()) return fail(Code::Malformed, error_);
    auto c = either(0);
    if (!error_.empty()) return fail(Code::Malformed, error_);
    if (at_ < tokens_.size()) return fail(Code::Malformed, fmt::format("condition: '{}' is not expected there", tokens_[at_]));
    return c;
  }

 private:
  void tokenize(std::string_view s) {
    for (std::size_t i = 0; i < s.size() && error_.empty();) {
      const char c = s[i];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++i;
      } else if (c == '(' || c == ')') {
        tokens_.push_back(s.substr(i++, 1));
      } else if (c == '|') {
        error_ = "condition: aggregations behind '|' are obsolete; write a correlation rule";
      } else {
        const std::size_t from = i;
        while (i < s.size() && std::string_view(" \t\r\n()|").find(s[i]) == std::string_view::npos) ++i;
        tokens_.push_back(s.substr(from, i - from));
      }
      if (tokens_.size() > kMaxTokens) error_ = fmt::format("condition: more than {} words", kMaxTokens);
    }
  }

  bool accept(std::string_view word) {
    if (at_ >= tokens_.size() || !is_word(tokens_[at_], word)) return false;
    ++at_;
    return true;
  }

  Condition join(Condition::Kind kind, std::string_view word, Condition (Parser::*inner)(std::size_t), std::size_t depth) {
    Condition first = (this->*inner)(depth);
    if (!error_.empty() || at_ >= tokens_.size() || !is_word(tokens_[at_], word)) return first;
    Condition c{kind, {}, 1, {}};
    c.children.push_back(std::move(first));
    while (error_.empty() && accept(word)) c.children.push_back((this->*inner)(depth));
    return c;
  }

  Condition either(std::size_t depth) { return join(Condition::Kind::Or, "or", &Parser::both, depth); }
  Condition both(std::size_t depth) { return join(Condition::Kind::And, "and", &Parser::negated, depth); }

  Condition negated(std::size_t depth) {
    // A run of "not" is only its parity: no recursion for "not not not ...".
    bool inverted = false;
    while (accept("not")) inverted = !inverted;
    Condition c = primary(depth);
    if (!inverted) return c;
    Condition n{Condition::Kind::Not, {}, 1, {}};
    n.children.push_back(std::move(c));
    return n;
  }

  Condition primary(std::size_t depth) {
    if (depth > kMaxDepth) return wrong(fmt::format("condition: brackets nested deeper than {}", kMaxDepth));
    if (at_ >= tokens_.size()) return wrong("condition: an operand is missing at the end");
    if (accept("(")) {
      Condition c = either(depth + 1);
      if (error_.empty() && !accept(")")) return wrong("condition: a closing bracket is missing");
      return c;
    }
    const std::string_view token = tokens_[at_++];
    if (at_ < tokens_.size() && is_word(tokens_[at_], "of")) return quantified(token);
    for (const std::string_view reserved : {"and", "or", "not", "of", ")"}) {
      if (is_word(token, reserved)) return wrong(fmt::format("condition: '{}' is not expected there", token));
    }
    return {Condition::Kind::Name, std::string(token), 1, {}};
  }

  Condition quantified(std::string_view how_many) {
    ++at_;
    if (at_ >= tokens_.size()) return wrong("condition: nothing follows 'of'");
    Condition c{Condition::Kind::OneOf, std::string(tokens_[at_++]), 1, {}};
    if (is_word(how_many, "all")) {
      c.kind = Condition::Kind::AllOf;
    } else if (!is_word(how_many, "any") && !is_word(how_many, "one")) {
      std::size_t n = 0;
      for (const char d : how_many) {
        if (d < '0' || d > '9' || n > 10'000) return wrong(fmt::format("condition: '{} of' is no number", how_many));
        n = n * 10 + static_cast<std::size_t>(d - '0');
      }
      if (n == 0) return wrong("condition: '0 of' always holds; write 'not 1 of'");
      c.at_least = n;
    }
    return c;
  }

  Condition wrong(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    at_ = tokens_.size();
    return {};
  }

  std::vector<std::string_view> tokens_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace condition_parser

Result<Condition> parse_condition(std::string_view text) { return condition_parser::Parser(text).parse(); }

bool name_fits(std::string_view pattern, std::string_view name) {
  if (pattern == "them") return name.empty() || (name.front() != '_' && name.front() != kFilterMark);
  // What a filter brings into a rule is not the rule's own and not meant by its patterns.
  if (name.starts_with(kFilterMark) != pattern.starts_with(kFilterMark)) return false;
  std::size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<void> check_condition(const Condition& c, const Rule& rule) {
  const auto known = [&](const std::string& pattern) {
    return static_cast<std::size_t>(std::count_if(rule.detections.begin(), rule.detections.end(), [&](const auto& d) {
      return c.kind == Condition::Kind::Name ? d.first == pattern : name_fits(pattern, d.first);
    }));
  };
  switch (c.kind) {
    case Condition::Kind::Name:
      if (known(c.name) == 0) return fail(Code::Malformed, fmt::format("condition: there is no search identifier '{}'", c.name));
      break;
    case Condition::Kind::OneOf:
    case Condition::Kind::AllOf:
      if (known(c.name) == 0) return fail(Code::Malformed, fmt::format("condition: no search identifier fits '{}'", c.name));
      if (c.kind == Condition::Kind::OneOf && known(c.name) < c.at_least) {
        return fail(Code::Malformed, fmt::format("condition: '{} of {}' can never hold", c.at_least, c.name));
      }
      break;
    default: break;
  }
  for (const Condition& child : c.children) {
    if (auto ok = check_condition(child, rule); !ok) return ok;
  }
  return {};
}

}  // namespace custos::rules
