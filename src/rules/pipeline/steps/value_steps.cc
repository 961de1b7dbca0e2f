// Changes of values: replaced, mapped, set, converted. What the values are is said in values.h.
#include <algorithm>

#include <fmt/format.h>
#include <utf8proc.h>

#include "base/text.h"
#include "rules/pipeline/expression.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace value_steps {
namespace {

using Changed = Result<std::optional<std::vector<Value>>>;

Changed same() { return std::optional<std::vector<Value>>(); }
Changed one(Value value) { return std::optional(std::vector<Value>{std::move(value)}); }

std::size_t character_at(std::string_view s, std::size_t at) {
  std::size_t n = 1;
  while (at + n < s.size() && (static_cast<unsigned char>(s[at + n]) & 0xC0) == 0x80) ++n;
  return n;
}

// replace_string on the text as it is shown, keeping the pieces that the expression does not touch: a backslash before
// a wildcard looks like an escape when shown, so only what was replaced may be read again.
class ShownReplacement {
 public:
  explicit ShownReplacement(const SigmaText& text) : placeholders_(text.has(Piece::Kind::Placeholder)) {
    for (const Piece& piece : text.pieces()) {
      if (piece.kind != Piece::Kind::Literal) {
        SigmaText alone;
        alone.add(piece);
        span(alone.shown(), piece);
        continue;
      }
      for (std::size_t at = 0; at < piece.text.size();) {
        const std::string c = piece.text.substr(at, character_at(piece.text, at));
        span(c == "*" || c == "?" ? "\\" + c : c, {Piece::Kind::Literal, c});
        at += c.size();
      }
    }
  }

  Result<SigmaText> replace(const Expression& expression, const std::string& replacement) {
    const auto matches = expression.all(shown_);
    if (!matches) return tl::unexpected(matches.error());
    std::size_t kept = 0;
    for (const Found& found : *matches) {
      keep(kept, found.begin);
      pending_ += expression.expand(replacement, found);
      kept = found.end;
    }
    keep(kept, shown_.size());
    flush();
    return std::move(out_);
  }

 private:
  struct Span {
    std::size_t begin, end;
    Piece piece;
  };

  void span(const std::string& text, Piece piece) {
    spans_.push_back({shown_.size(), shown_.size() + text.size(), std::move(piece)});
    shown_ += text;
  }

  // Replaced text: a backslash is itself unless it stands before a wildcard.
  void flush() {
    std::string doubled;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      const char next = i + 1 < pending_.size() ? pending_[i + 1] : '\0';
      if (pending_[i] == '\\' && next != '*' && next != '?') doubled += '\\';
      doubled += pending_[i];
    }
    SigmaText fresh = SigmaText::parse(doubled);
    if (placeholders_) fresh.insert_placeholders();
    out_.add(fresh);
    pending_.clear();
  }

  // Spans are met from left to right, so `at_` only moves forward.
  void keep(std::size_t begin, std::size_t end) {
    while (at_ < spans_.size() && spans_[at_].end <= begin) ++at_;
    for (std::size_t i = at_; i < spans_.size() && spans_[i].begin < end; ++i) {
      const Span& s = spans_[i];
      if (s.begin >= begin && s.end <= end) {
        flush();
        out_.add(s.piece);
      } else {
        const std::size_t from = std::max(s.begin, begin);
        pending_ += shown_.substr(from, std::min(s.end, end) - from);
      }
    }
  }

  bool placeholders_;
  std::string shown_, pending_;
  std::vector<Span> spans_;
  std::size_t at_ = 0;
  SigmaText out_;
};

Result<SigmaText> replace_literals(const SigmaText& text, const Expression& expression, const std::string& replacement,
                                   bool interpret) {
  SigmaText out;
  for (const Piece& piece : text.pieces()) {
    if (piece.kind != Piece::Kind::Literal) {
      out.add(piece);
      continue;
    }
    const auto replaced = expression.replace(piece.text, replacement);
    if (!replaced) return tl::unexpected(replaced.error());
    out.add(interpret ? SigmaText::parse(*replaced) : SigmaText::literal(*replaced));
  }
  return out;
}

std::string change_letters(std::string_view s, utf8proc_int32_t (*letter)(utf8proc_int32_t)) {
  std::string out;
  for (std::size_t at = 0; at < s.size();) {
    utf8proc_int32_t c = 0;
    const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(s.data() + at),
                                    static_cast<utf8proc_ssize_t>(s.size() - at), &c);
    if (n <= 0) {
      out += s[at++];
      continue;
    }
    utf8proc_uint8_t bytes[4];
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(utf8proc_encode_char(letter(c), bytes)));
    at += static_cast<std::size_t>(n);
  }
  return out;
}

std::string snake_case(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (i > 0 && s[i] >= 'A' && s[i] <= 'Z') out += '_';
    out += s[i];
  }
  return change_letters(out, &utf8proc_tolower);
}

bool is_letter(std::string_view character) {
  utf8proc_int32_t c = 0;
  if (utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(character.data()),
                       static_cast<utf8proc_ssize_t>(character.size()), &c) <= 0) {
    return false;
  }
  const utf8proc_category_t category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

std::string escaped(std::string_view s, bool brackets) {
  constexpr std::string_view kSpecial = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string out;
  for (std::size_t at = 0; at < s.size();) {
    const std::string_view c = s.substr(at, character_at(s, at));
    if (brackets && is_letter(c)) {
      out += '[' + change_letters(c, &utf8proc_tolower) + change_letters(c, &utf8proc_toupper) + ']';
    } else {
      if (c.size() == 1 && kSpecial.find(c[0]) != std::string_view::npos) out += '\\';
      out += c;
    }
    at += c.size();
  }
  return out;
}

Changed as_regex(const Value& value, const std::string& method) {
  if (!value.is_text() || value.text.pieces().empty()) return same();
  Value out;
  out.kind = Value::Kind::Regex;
  // A plain value is compared as a whole, an expression matches anywhere: hence the anchors. `s` because * also covers
  // line ends.
  std::string expression = "^";
  for (const Piece& piece : value.text.pieces()) {
    switch (piece.kind) {
      case Piece::Kind::Literal: expression += escaped(piece.text, method == "ignore_case_brackets"); break;
      case Piece::Kind::Star: expression += ".*"; break;
      case Piece::Kind::One: expression += '.'; break;
      case Piece::Kind::Placeholder:
        return fail(Code::Unsupported,
                    fmt::format("the placeholder '{}' cannot become a regular expression; replace it first",
                                printable(piece.text, 80)));
    }
  }
  out.text = SigmaText::literal(expression + '$');
  out.modifiers = {"re", "s"};
  if (method == "ignore_case_flag") out.modifiers.emplace_back("i");
  return one(std::move(out));
}

// An integer as Python's int() reads it, written without leading zeros.
std::optional<std::string> integer(std::string_view text) {
  text = trim(text);
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 30 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  return (minus && text != "0" ? "-" : "") + std::string(text);
}

Changed as_number(const Value& value) {
  if (!value.is_text()) return same();
  const std::string shown = value.text.shown();
  const auto number = integer(shown);
  if (!number)
    return fail(Code::Unsupported,
                fmt::format("the value '{}' cannot be converted to a number", printable(shown, 200)));
  return one(Value::of_scalar({Scalar::Kind::Int, *number}));
}

}  // namespace
}  // namespace value_steps

Result<Apply> replace_string(Params& p) {
  using namespace value_steps;
  auto compiled = Expression::compile(p.text("regex"));
  if (!compiled) return tl::unexpected(compiled.error());
  const std::string replacement = p.text("replacement");
  const bool skip_special = p.flag("skip_special"), interpret = p.flag("interpret_special");
  if (auto ok = compiled->check_replacement(replacement); !ok) return tl::unexpected(ok.error());
  return change_values([expression = *compiled, replacement, skip_special, interpret](const Value& value) -> Changed {
    if (!value.is_text() && value.kind != Value::Kind::Number) return same();
    const SigmaText text = value.is_text() ? value.text : SigmaText::literal(number_text(value.scalar));
    auto replaced = skip_special ? replace_literals(text, expression, replacement, interpret)
                                 : ShownReplacement(text).replace(expression, replacement);
    if (!replaced) return tl::unexpected(replaced.error());
    return one(Value::of_text(std::move(*replaced), value.cased));
  });
}

Result<Apply> map_string(Params& p) {
  using namespace value_steps;
  std::map<std::string, Texts> texts;
  for (auto& [from, to] : p.mapping("mapping")) texts[from] = to;
  return change_values([texts](const Value& value) -> Changed {
    if (!value.is_text()) return same();
    const auto found = texts.find(value.text.shown());
    if (found == texts.end()) return same();
    std::vector<Value> out;
    for (const std::string& to : found->second) out.push_back(Value::of_text(SigmaText::parse(to), value.cased));
    return std::optional(std::move(out));
  });
}

Result<Apply> set_value(Params& p) {
  using namespace value_steps;
  Scalar scalar = p.scalar("value");
  const std::string force = p.text("force_type", "");
  if (!force.empty() && scalar.kind == Scalar::Kind::Null) p.wrong("cannot force a type on null");
  if (force == "str") {
    scalar = {Scalar::Kind::Text, number_text(scalar)};
  } else if (force == "num") {
    const auto number = integer(scalar.text);
    if (!number && scalar.kind != Scalar::Kind::Float)
      p.wrong(fmt::format("cannot make a number of '{}'", printable(scalar.text, 80)));
    if (number) scalar = {Scalar::Kind::Int, *number};
  } else if (!force.empty()) {
    p.wrong("has a 'force_type' that is neither str nor num");
  }
  return change_values([value = Value::of_scalar(scalar)](const Value&) { return one(value); });
}

Result<Apply> convert_type(Params& p) {
  using namespace value_steps;
  if (p.one_of("target_type", "", {"str", "num"}) == "num") return change_values(&as_number);
  return change_values([](const Value& value) -> Changed {
    // What windash and base64offset unfold to is text already; the oracle counts it as converted.
    const auto unfolds = [&](const char* name) {
      return std::find(value.modifiers.begin(), value.modifiers.end(), name) != value.modifiers.end();
    };
    if (value.kind == Value::Kind::Opaque && (unfolds("windash") || unfolds("base64offset"))) return one(value);
    if (value.kind != Value::Kind::Number) return same();
    return one(Value::of_text(SigmaText::parse(number_text(value.scalar)), false));
  });
}

Result<Apply> change_case(Params& p) {
  using namespace value_steps;
  const std::string method = p.one_of("method", "lower", {"lower", "upper", "snake_case"});
  return change_values([method](const Value& value) -> Changed {
    if (!value.is_text()) return same();
    Value out = Value::of_text({}, value.cased);
    for (Piece piece : value.text.pieces()) {
      if (piece.kind == Piece::Kind::Literal) {
        piece.text = method == "snake_case"
                         ? snake_case(piece.text)
                         : change_letters(piece.text, method == "lower" ? &utf8proc_tolower : &utf8proc_toupper);
      }
      out.text.add(std::move(piece));
    }
    return one(std::move(out));
  });
}

Result<Apply> to_regex(Params& p) {
  const std::string method =
      p.one_of("method", "ignore_case_brackets", {"plain", "ignore_case_flag", "ignore_case_brackets"});
  return change_values([method](const Value& value) { return value_steps::as_regex(value, method); });
}

}  // namespace custos::rules::pipeline
