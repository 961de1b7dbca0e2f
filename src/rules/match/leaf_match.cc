#include "rules/match/leaf_match.h"

#include <charconv>

#include "base/text.h"

namespace custos::rules {
namespace leaf_matching {

// -1, 0, 1 as a is below, equal to or above b; nothing where either is no number. Integers compare exactly up to 64 bits.
std::optional<int> compare_numbers(std::string_view a, std::string_view b) {
  const auto integer = [](std::string_view s, std::int64_t& v) {
    const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
    return r.ec == std::errc() && r.ptr == s.data() + s.size();
  };
  const auto real = [](std::string_view s, long double& v) {
    const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
    return r.ec == std::errc() && r.ptr == s.data() + s.size();
  };
  a = trim(a);
  if (a.starts_with('+')) a.remove_prefix(1);
  std::int64_t x = 0, y = 0;
  if (integer(a, x) && integer(b, y)) return x < y ? -1 : x > y ? 1 : 0;
  long double u = 0, v = 0;
  if (!real(a, u) || !real(b, v) || u != u) return std::nullopt;
  return u < v ? -1 : u > v ? 1 : 0;
}

bool compare(const Leaf& leaf, std::string_view value) {
  const auto c = compare_numbers(value, leaf.text);
  if (!c) return false;
  switch (leaf.op) {
    case Leaf::Op::Lt: return *c < 0;
    case Leaf::Op::Lte: return *c <= 0;
    case Leaf::Op::Gt: return *c > 0;
    default: return *c >= 0;
  }
}

bool time_part(const Leaf& leaf, std::string_view value) {
  value = trim(value);
  // The parts are taken as written: a zone behind the time is cut off, not applied.
  std::string_view local = value;
  for (std::size_t i = 11; i < local.size(); ++i) {
    if (local[i] == 'Z' || local[i] == 'z' || local[i] == '+' || local[i] == '-') {
      local = local.substr(0, i);
      break;
    }
  }
  auto t = parse_time(local);
  if (!t) t = parse_epoch(value);
  if (!t) return false;
  const Civil c = to_civil(*t);
  switch (leaf.part) {
    case Leaf::Part::Minute: return c.minute == leaf.number;
    case Leaf::Part::Hour: return c.hour == leaf.number;
    case Leaf::Part::Day: return c.day == leaf.number;
    case Leaf::Part::Week: return iso_week(c) == leaf.number;
    case Leaf::Part::Month: return c.month == leaf.number;
    default: return c.year == leaf.number;
  }
}

}  // namespace leaf_matching

void dash_into(std::string_view s, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '\xE2' && i + 2 < s.size() && s[i + 1] == '\x80' && s[i + 2] >= '\x93' && s[i + 2] <= '\x95') {
      out += '-';  // U+2013, U+2014, U+2015
      i += 2;
    } else {
      out += c == '/' ? '-' : c;
    }
  }
}

bool LeafMatcher::text(const Leaf& leaf, std::string_view value) {
  if (leaf.cased) {
    folded_.assign(value);
  } else {
    fold_into(value, folded_);
  }
  if (leaf.dash) {
    dash_into(folded_, other_);
    return fits(leaf.pattern.parts, other_);
  }
  return fits(leaf.pattern.parts, folded_);
}

bool LeafMatcher::holds(const Leaf& leaf, const Regex* regex, const Field& f) {
  if (f.type == Type::Null) return false;  // null shares no type with any value
  switch (leaf.kind) {
    case Leaf::Kind::Text: return text(leaf, f.text());
    case Leaf::Kind::Regex: {
      const Found found = regex->find(f.text(), scratch_);
      if (found == Found::Undecided) ++undecided_;
      return found == Found::Yes;
    }
    case Leaf::Kind::Cidr: {
      const auto a = parse_address(f.text());
      return a && leaf.network.holds(*a);
    }
    case Leaf::Kind::Compare: return leaf_matching::compare(leaf, f.text());
    case Leaf::Kind::TimePart: return leaf_matching::time_part(leaf, f.text());
    default: return false;
  }
}

bool LeafMatcher::field_ref(const Leaf& leaf, const Event& event) {
  const NameId a = event.batch().names().find(leaf.field), b = event.batch().names().find(leaf.text);
  if (a == kOtherName || b == kOtherName) return false;
  for (const Field& x : event.fields()) {
    if (x.name != a || x.type == Type::Null) continue;
    for (const Field& y : event.fields()) {
      if (y.name != b || y.type == Type::Null) continue;
      const std::string left = leaf.cased ? std::string(x.text()) : fold(x.text());
      const std::string right = leaf.cased ? std::string(y.text()) : fold(y.text());
      bool ok = false;
      switch (leaf.how) {
        case Leaf::How::Equal: ok = left == right; break;
        case Leaf::How::Contains: ok = left.find(right) != std::string::npos; break;
        case Leaf::How::StartsWith: ok = left.starts_with(right); break;
        case Leaf::How::EndsWith: ok = left.ends_with(right); break;
      }
      if (ok) return true;
    }
  }
  return false;
}

bool LeafMatcher::holds(const Leaf& leaf, const Regex* regex, const Event& event) {
  if (leaf.kind == Leaf::Kind::FieldRef) return field_ref(leaf, event);
  if (leaf.field.empty()) {
    for (const Field& f : event.fields()) {
      if (holds(leaf, regex, f)) return true;
    }
    return false;
  }
  const NameId name = event.batch().names().find(leaf.field);
  bool there = false;
  for (const Field& f : event.fields()) {
    if (f.name != name || name == kOtherName) continue;
    if (leaf.kind == Leaf::Kind::Exists) return true;
    if (leaf.kind == Leaf::Kind::Null) {
      there = there || f.type != Type::Null;
    } else if (holds(leaf, regex, f)) {
      return true;
    }
  }
  return leaf.kind == Leaf::Kind::Null && !there;
}

}  // namespace custos::rules
