#include "behavior/protection/items.h"

#include <algorithm>

#include "base/text.h"

namespace custos::behavior {
namespace protected_items {

constexpr std::size_t kMostRemembered = 1u << 18;

std::string plain(std::string_view s) {
  std::string out = fold(s);
  std::replace(out.begin(), out.end(), '/', '\\');
  return out;
}

bool holds(const std::vector<std::string>& list, std::string_view what) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& x) { return equals_ignore_ascii_case(x, what); });
}

}  // namespace protected_items

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Items::Items(const Institution& known) : known_(known) {
  for (std::uint32_t i = 0; i < known.items.size(); ++i) {
    for (const std::string& m : known.items[i].match) patterns_.push_back({i, protected_items::plain(m)});
    const auto& ranks = known.confidentialities;
    const auto at = std::find(ranks.begin(), ranks.end(), known.items[i].confidentiality);
    weights_.push_back(at == ranks.end() ? 1.0 : 1.0 + static_cast<double>(at - ranks.begin()));
  }
}

std::span<const std::uint32_t> Items::of(TextId below, TextId object, const Dictionary& texts) {
  if (patterns_.empty()) return {};
  const std::uint64_t key = std::uint64_t{below} << 32 | object;
  if (seen_.size() >= protected_items::kMostRemembered && !seen_.contains(key)) seen_.clear();
  const auto [it, fresh] = seen_.try_emplace(key);
  if (!fresh) return it->second;
  text_ = protected_items::plain(texts.text(below));
  const std::string inner = protected_items::plain(texts.text(object));
  const std::string whole = text_.empty() || text_.ends_with('\\') ? text_ + inner : text_ + "\\" + inner;
  for (const Pattern& p : patterns_) {
    const bool hit = matches(p.text, whole) || matches(p.text, inner) || matches(p.text, text_);
    if (hit && (it->second.empty() || it->second.back() != p.item)) it->second.push_back(p.item);
  }
  return it->second;
}

bool Items::called_for(const Person& person, std::uint32_t item, Micros at) const {
  using protected_items::holds;
  const ProtectedItem& i = known_.items[item];
  if (i.units.empty() && i.roles.empty() && i.cases.empty() && i.people.empty()) return true;
  if (holds(i.people, person.id) || holds(i.units, person.unit) || holds(i.roles, person.role)) return true;
  if (!i.owner.empty() && (equals_ignore_ascii_case(i.owner, person.id) || equals_ignore_ascii_case(i.owner, person.unit))) return true;
  for (const std::string& c : i.cases) {
    if (holds(person.cases, c)) {
      const auto span = person.assigned.find(c);
      if (span == person.assigned.end() || span->second.holds(at)) return true;
    }
    const auto of = std::find_if(known_.cases.begin(), known_.cases.end(), [&](const Case& x) { return x.id == c; });
    if (of != known_.cases.end() && holds(of->units, person.unit)) return true;
  }
  return false;
}

}  // namespace custos::behavior
