#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
#include "rules/rules.h"

namespace custos::rules {
namespace hunt_expressions {
namespace {

constexpr std::size_t kMostBytes = 16'384, kMostDepth = 32, kMostComparisons = 500;

struct Word {
  enum class Kind : std::uint8_t { End, Open, Close, Operator, Bare, Quoted } kind = Kind::End;
  std::string text;
  std::size_t at = 0;  // byte
};

struct Operator {
  std::string_view spelling, modifier;
};
constexpr std::array kOperators = std::to_array<Operator>({{"=", ""},
                                                           {"!=", "|neq"},
                                                           {"contains", "|contains"},
                                                           {"startswith", "|startswith"},
                                                           {"endswith", "|endswith"},
                                                           {"matches", "|re"},
                                                           {"<", "|lt"},
                                                           {"<=", "|lte"},
                                                           {">", "|gt"},
                                                           {">=", "|gte"},
                                                           {"cidr", "|cidr"},
                                                           {"exists", "|exists"}});

const Operator* operator_of(std::string_view text) {
  for (const Operator& o : kOperators) {
    if (equals_ignore_ascii_case(o.spelling, text)) return &o;
  }
  return nullptr;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_sign(char c) { return c == '=' || c == '!' || c == '<' || c == '>'; }

// Text to words. A value behind an operator may be anything up to a blank or a bracket that closes.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  // `value`: signs are part of a bare word.
  Result<Word> next(bool value) {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    Word w;
    w.at = at_;
    if (at_ == text_.size()) return w;
    const char c = text_[at_];
    if (c == '(' || c == ')') {
      w.kind = c == '(' ? Word::Kind::Open : Word::Kind::Close;
      w.text = c;
      ++at_;
    } else if (c == '\'' || c == '"') {
      return quoted(std::move(w));
    } else if (!value && is_sign(c)) {
      w.kind = Word::Kind::Operator;
      while (at_ < text_.size() && is_sign(text_[at_])) w.text += text_[at_++];
    } else {
      w.kind = Word::Kind::Bare;
      const auto ends = [&](char e) { return is_blank(e) || e == '(' || e == ')' || (!value && is_sign(e)); };
      while (at_ < text_.size() && !ends(text_[at_])) w.text += text_[at_++];
    }
    return w;
  }

  tl::unexpected<Error> wrong(std::size_t at, std::string why) const {
    std::size_t column = 1;
    for (std::size_t i = 0; i < at && i < text_.size(); ++i) column += (static_cast<unsigned char>(text_[i]) & 0xC0u) != 0x80u;
    return fail(Code::Usage, fmt::format("column {}: {}", column, std::move(why)));
  }

 private:
  // A quote in it is written twice; backslashes are themselves.
  Result<Word> quoted(Word w) {
    const char quote = text_[at_++];
    w.kind = Word::Kind::Quoted;
    while (at_ < text_.size()) {
      if (text_[at_] == quote) {
        if (++at_ == text_.size() || text_[at_] != quote) return w;
      }
      w.text += text_[at_++];
    }
    return wrong(w.at, fmt::format("this {} is not closed", quote));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quoted(std::string_view text) {
  std::string s = "\"";
  append_json_escaped(s, text);
  return s + "\"";
}

// or, and, not, brackets, from loosest to tightest; comparisons become search identifiers of a rule.
class Reader {
 public:
  explicit Reader(std::string_view text) : words_(text) {}

  Result<std::string> condition() {
    if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
    auto all = joined(0, "or");
    if (!all) return all;
    if (word_.kind == Word::Kind::End) return all;
    if (word_.kind == Word::Kind::Close) return words_.wrong(word_.at, "this ) closes nothing");
    return words_.wrong(word_.at, fmt::format("and, or or the end is expected, not '{}'", word_.text));
  }
  const std::string& detections() const { return detections_; }

 private:
  Result<void> advance(bool value = false) {
    auto next = words_.next(value);
    if (!next) return tl::unexpected<Error>(next.error());
    word_ = std::move(*next);
    return {};
  }
  bool is(std::string_view keyword) const { return word_.kind == Word::Kind::Bare && equals_ignore_ascii_case(word_.text, keyword); }

  Result<std::string> joined(std::size_t depth, std::string_view by) {
    auto all = by == "or" ? joined(depth, "and") : one(depth);
    bool several = false;
    while (all && is(by)) {
      several = true;
      if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
      auto more = by == "or" ? joined(depth, "and") : one(depth);
      if (!more) return more;
      *all += fmt::format(" {} {}", by, *more);
    }
    if (all && several && by == "or") *all = "(" + *all + ")";
    return all;
  }

  Result<std::string> one(std::size_t depth) {
    if (depth > kMostDepth) return words_.wrong(word_.at, fmt::format("nested deeper than {}", kMostDepth));
    if (is("not")) {
      if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
      auto inner = one(depth + 1);
      return inner ? Result<std::string>("not (" + *inner + ")") : inner;
    }
    if (word_.kind != Word::Kind::Open) return comparison();
    const std::size_t opened = word_.at;
    if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
    auto inner = joined(depth + 1, "or");
    if (!inner) return inner;
    if (word_.kind != Word::Kind::Close) return words_.wrong(opened, "this ( is not closed");
    if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
    return inner;
  }

  Result<std::string> comparison() {
    const Word field = word_;
    if (field.kind != Word::Kind::Bare && field.kind != Word::Kind::Quoted) {
      return words_.wrong(field.at, field.kind == Word::Kind::End ? "the expression ends where a field is expected"
                                                                  : fmt::format("a field is expected, not '{}'", field.text));
    }
    if (field.text.empty() || field.text.find('|') != std::string::npos) return words_.wrong(field.at, "a field has a name, without |");
    if (++count_ > kMostComparisons) return words_.wrong(field.at, fmt::format("more than {} comparisons", kMostComparisons));
    if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
    const bool may_be = word_.kind == Word::Kind::Operator || word_.kind == Word::Kind::Bare;
    const Operator* op = may_be ? operator_of(word_.text) : nullptr;
    if (op == nullptr) {
      return words_.wrong(word_.at, fmt::format("behind '{}' one of = != contains startswith endswith matches exists < <= > >= cidr is expected", field.text));
    }
    if (op->spelling == "exists") {
      if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
      return add(field.text, *op, "true");
    }
    if (auto ok = advance(true); !ok) return tl::unexpected<Error>(ok.error());
    if (word_.kind != Word::Kind::Bare && word_.kind != Word::Kind::Quoted) {
      return words_.wrong(word_.at, fmt::format("a value is expected behind {}; quote it where it has blanks or brackets", op->spelling));
    }
    if (auto ok = check_value(*op); !ok) return tl::unexpected<Error>(ok.error());
    const std::string value = quoted(word_.text);
    if (auto ok = advance(); !ok) return tl::unexpected<Error>(ok.error());
    return add(field.text, *op, value);
  }

  Result<void> check_value(const Operator& op) const {
    const std::string& s = word_.text;
    double number = 0;
    if (op.spelling[0] == '<' || op.spelling[0] == '>') {
      const auto r = std::from_chars(s.data(), s.data() + s.size(), number);
      if (r.ec != std::errc() || r.ptr != s.data() + s.size()) return words_.wrong(word_.at, fmt::format("{} needs a number, not '{}'", op.spelling, s));
    }
    if (op.spelling == "cidr" && !parse_cidr(s)) return words_.wrong(word_.at, fmt::format("'{}' is no network; write 10.0.0.0/8 or 2001:db8::/32", s));
    if (op.spelling == "matches" && s.empty()) return words_.wrong(word_.at, "matches needs an expression");
    return {};
  }

  std::string add(const std::string& field, const Operator& op, const std::string& value) {
    const std::string name = fmt::format("c{}", count_);
    detections_ += fmt::format("  {}:\n    {}: {}\n", name, quoted(field + std::string(op.modifier)), value);
    return name;
  }

  Words words_;
  Word word_;
  std::size_t count_ = 0;
  std::string detections_;
};

}  // namespace
}  // namespace hunt_expressions

Result<RuleText> rule_of_expression(std::string_view expression) {
  using namespace hunt_expressions;
  if (expression.size() > kMostBytes) return fail(Code::Limit, fmt::format("an expression has at most {} bytes", kMostBytes));
  if (!is_valid_utf8(expression)) return fail(Code::Usage, "the expression is not UTF-8");
  Reader reader(expression);
  const auto condition = reader.condition();
  if (!condition) return tl::unexpected<Error>(condition.error());
  // Words that nobody knows: the rule meets every event.
  return RuleText{"(expression)", fmt::format("title: {}\nlevel: informational\nlogsource:\n  category: any_event_of_a_case\ndetection:\n{}  condition: {}\n",
                                              quoted(trim(expression)), reader.detections(), *condition)};
}

}  // namespace custos::rules
