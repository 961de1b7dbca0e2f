#include "rules/pipeline/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace custos::rules::pipeline {
namespace values {
namespace {

using Names = std::vector<std::string>;

bool is_linking(const std::string& modifier) { return modifier == "all" || modifier == "neq"; }

// Modifiers of which the outcome is a string again, and that this file can carry out.
bool is_textual(const std::string& modifier) {
  return modifier == "contains" || modifier == "startswith" || modifier == "endswith" || modifier == "cased" ||
         modifier == "expand";
}

bool is_regex(const std::string& modifier) {
  static constexpr std::string_view kNames[] = {"re", "i", "m", "s", "ignorecase", "multiline", "dotall", "expand"};
  return std::find(std::begin(kNames), std::end(kNames), modifier) != std::end(kNames);
}

Value text_value(const std::string& raw, const Names& modifiers) {
  Value value;
  value.text = SigmaText::parse(raw);
  for (const std::string& modifier : modifiers) {
    if (modifier == "expand") value.text.insert_placeholders();
    if (modifier == "contains" || modifier == "endswith") value.text.star_front();
    if (modifier == "contains" || modifier == "startswith") value.text.star_back();
    if (modifier == "cased") value.cased = true;
  }
  return value;
}

Value regex_value(const std::string& expression, const Names& modifiers) {
  Value value;
  value.kind = Value::Kind::Regex;
  value.text = SigmaText::literal(expression);
  for (const std::string& modifier : modifiers) {
    if (modifier == "expand") {
      value.text.insert_placeholders();
    } else {
      value.modifiers.push_back(modifier);
    }
  }
  return value;
}

Value kept_value(Value::Kind kind, const Scalar& scalar, const Names& modifiers) {
  Value value;
  value.kind = kind;
  value.scalar = scalar;
  value.modifiers = modifiers;
  return value;
}

// A regular expression written down again: unlike raw(), nothing is escaped.
std::string expression_text(const SigmaText& text) {
  std::string out;
  for (const Piece& piece : text.pieces())
    out += piece.kind == Piece::Kind::Placeholder ? '%' + piece.text + '%' : piece.text;
  return out;
}

Names modifiers_of(const Value& value) {
  Names out;
  switch (value.kind) {
    case Value::Kind::Text:
      if (value.text.has(Piece::Kind::Placeholder)) out.emplace_back("expand");
      if (value.cased) out.emplace_back("cased");
      return out;
    case Value::Kind::Regex:
      out = value.modifiers;
      if (value.text.has(Piece::Kind::Placeholder)) out.emplace_back("expand");
      return out;
    case Value::Kind::FieldRef:
    case Value::Kind::Opaque: return value.modifiers;
    default: return out;
  }
}

Scalar scalar_of(const Value& value) {
  if (value.kind == Value::Kind::Text) return {Scalar::Kind::Text, value.text.raw()};
  if (value.kind == Value::Kind::Regex) return {Scalar::Kind::Text, expression_text(value.text)};
  return value.scalar;
}

}  // namespace
}  // namespace values

Value Value::of_text(SigmaText text, bool cased) {
  Value value;
  value.text = std::move(text);
  value.cased = cased;
  return value;
}

Value Value::of_scalar(const Scalar& scalar) {
  Value value;
  switch (scalar.kind) {
    case Scalar::Kind::Text: value.text = SigmaText::parse(scalar.text); return value;
    case Scalar::Kind::Int:
    case Scalar::Kind::Float: value.kind = Kind::Number; break;
    case Scalar::Kind::Bool: value.kind = Kind::Bool; break;
    case Scalar::Kind::Null: value.kind = Kind::Null; break;
  }
  value.scalar = scalar;
  return value;
}

Values read_values(const Item& item) {
  Values out;
  values::Names modifiers;
  for (const std::string& modifier : item.modifiers) {
    out.all |= modifier == "all";
    out.negated |= modifier == "neq";
    if (!values::is_linking(modifier)) modifiers.push_back(modifier);
  }
  const auto all_are = [&](auto test) { return std::all_of(modifiers.begin(), modifiers.end(), test); };
  const bool textual = all_are(values::is_textual);
  const bool regex = !modifiers.empty() && modifiers.front() == "re" && all_are(values::is_regex);
  const bool reference = std::find(modifiers.begin(), modifiers.end(), "fieldref") != modifiers.end();
  for (const Scalar& scalar : item.values) {
    if (regex) {
      out.list.push_back(values::regex_value(scalar.text, modifiers));
    } else if (reference) {
      out.list.push_back(values::kept_value(Value::Kind::FieldRef, scalar, modifiers));
    } else if (textual && scalar.kind == Scalar::Kind::Text) {
      out.list.push_back(values::text_value(scalar.text, modifiers));
    } else if (modifiers.empty()) {
      out.list.push_back(Value::of_scalar(scalar));
    } else {
      out.list.push_back(values::kept_value(Value::Kind::Opaque, scalar, modifiers));
    }
  }
  return out;
}

Detection write_values(const Item& base, const Values& values) {
  std::vector<Item> items;
  const auto item_for = [&](values::Names modifiers) -> Item& {
    for (Item& item : items) {
      if (item.modifiers == modifiers) return item;
    }
    Item item = base;
    item.values.clear();
    item.modifiers = std::move(modifiers);
    return items.emplace_back(std::move(item));
  };
  for (const Value& value : values.list)
    item_for(values::modifiers_of(value)).values.push_back(values::scalar_of(value));
  // No value left: the field has none.
  if (items.empty()) item_for({}).values.push_back({Scalar::Kind::Null, "null"});
  for (Item& item : items) {
    if (values.all && item.values.size() > 1) item.modifiers.emplace_back("all");
    if (values.negated) item.modifiers.emplace_back("neq");
  }
  if (items.size() == 1) return {Detection::Kind::Leaf, std::move(items.front()), {}};
  // "Not one of them" is "none of the groups".
  Detection out{values.all != values.negated ? Detection::Kind::AllOf : Detection::Kind::AnyOf, {}, {}};
  for (Item& item : items) out.children.push_back({Detection::Kind::Leaf, std::move(item), {}});
  return out;
}

std::string number_text(const Scalar& scalar) {
  const std::string& s = scalar.text;
  if (scalar.kind == Scalar::Kind::Int) {
    const bool radix = s.size() > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o');
    if (radix) {
      std::uint64_t n = 0;
      const auto read = std::from_chars(s.data() + 2, s.data() + s.size(), n, s[1] == 'x' ? 16 : 8);
      return read.ec == std::errc() ? fmt::format("{}", n) : s;
    }
    if (s == "-0") return "0";
    return s[0] == '+' ? s.substr(1) : s;
  }
  if (scalar.kind == Scalar::Kind::Float) {
    const char* const begin = s.data() + (s[0] == '+' ? 1 : 0);
    double n = 0;
    const auto read = std::from_chars(begin, s.data() + s.size(), n);
    if (read.ec != std::errc() || read.ptr != s.data() + s.size()) return s;
    if (std::floor(n) == n && std::fabs(n) < 1e15) return fmt::format("{}", static_cast<std::int64_t>(n));
    return fmt::format("{}", n);
  }
  return s;
}

}  // namespace custos::rules::pipeline
