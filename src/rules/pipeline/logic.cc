#include "rules/pipeline/logic.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules::pipeline {
namespace logic {
namespace {

constexpr std::size_t kDepth = 50;

class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& names)
      : text_(text), names_(names), used_(names.size()) {}

  Result<Logic> parse() {
    next();
    auto out = either(0);
    if (!out) return out;
    if (!word_.empty()) return wrong();
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (!used_[i])
        return fail(Code::Malformed,
                    fmt::format("the condition '{}' is not used in the expression", printable(names_[i], 80)));
    }
    return out;
  }

 private:
  static bool is_name(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  }

  tl::unexpected<Error> wrong() const {
    return fail(Code::Malformed, word_.empty()
                                     ? "the expression over conditions ends too early"
                                     : fmt::format("'{}' does not belong there in the expression over conditions",
                                                   printable(word_, 80)));
  }

  void next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
    std::size_t n = 0;
    while (at_ + n < text_.size() && is_name(text_[at_ + n])) ++n;
    if (n == 0 && at_ < text_.size()) n = 1;
    word_ = text_.substr(at_, n);
    at_ += n;
  }

  Result<Logic> join(std::string_view word, Logic::Kind kind, Result<Logic> (Parser::*part)(std::size_t),
                     std::size_t depth) {
    auto first = (this->*part)(depth);
    if (!first || word_ != word) return first;
    Logic out;
    out.kind = kind;
    out.children.push_back(std::move(*first));
    while (word_ == word) {
      next();
      auto more = (this->*part)(depth);
      if (!more) return more;
      out.children.push_back(std::move(*more));
    }
    return out;
  }

  Result<Logic> either(std::size_t depth) { return join("or", Logic::Kind::Or, &Parser::both, depth); }
  Result<Logic> both(std::size_t depth) { return join("and", Logic::Kind::And, &Parser::single, depth); }

  Result<Logic> single(std::size_t depth) {
    if (depth > kDepth) return fail(Code::Limit, "the expression over conditions is nested too deeply");
    if (word_ == "not") {
      next();
      auto inner = single(depth + 1);
      if (!inner) return inner;
      Logic out;
      out.kind = Logic::Kind::Not;
      out.children.push_back(std::move(*inner));
      return out;
    }
    if (word_ == "(") {
      next();
      auto inner = either(depth + 1);
      if (!inner) return inner;
      if (word_ != ")") return wrong();
      next();
      return inner;
    }
    if (word_.empty() || !is_name(word_[0]) || word_ == "and" || word_ == "or") return wrong();
    const auto name = std::find(names_.begin(), names_.end(), word_);
    if (name == names_.end()) {
      return fail(Code::Malformed,
                  fmt::format("the expression names the condition '{}', which is not there", printable(word_, 80)));
    }
    Logic out;
    out.leaf = static_cast<std::size_t>(name - names_.begin());
    used_[out.leaf] = true;
    next();
    return out;
  }

  std::string_view text_;
  const std::vector<std::string>& names_;
  std::vector<bool> used_;
  std::size_t at_ = 0;
  std::string_view word_;
};

}  // namespace
}  // namespace logic

Result<Logic> parse_logic(std::string_view text, const std::vector<std::string>& names) {
  return logic::Parser(text, names).parse();
}

}  // namespace custos::rules::pipeline
