#include "rules/match/evidence.h"

#include <algorithm>

namespace custos::rules {
namespace gathering {

constexpr std::size_t kMostValues = 64;
constexpr std::size_t kMostBytes = 4096;

std::string cut(std::string_view s) {
  if (s.size() <= kMostBytes) return std::string(s);
  std::size_t n = kMostBytes;
  while (n > 0 && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) --n;
  return std::string(s.substr(0, n));
}

void add(const Event& event, const Field& f, std::vector<Match>& out) {
  if (out.size() >= kMostValues) return;
  Match m;
  m.field = event.batch().names().text(f.name);
  m.value = cut(f.text());
  if (f.at != kNoPlace) m.offset = f.at;
  const auto same = [&](const Match& o) { return o.field == m.field && o.value == m.value && o.offset == m.offset; };
  if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(m));
}

void leaf(const Plan::Atom& atom, const Event& event, LeafMatcher& leaves, std::vector<Match>& out) {
  const Leaf& l = *atom.leaf;
  if (l.kind == Leaf::Kind::Null) {
    const Match m{l.field, "", std::nullopt};
    if (out.size() < kMostValues) out.push_back(m);
    return;
  }
  const NameId name = l.field.empty() ? kOtherName : event.batch().names().find(l.field);
  const NameId other = l.kind == Leaf::Kind::FieldRef ? event.batch().names().find(l.text) : kOtherName;
  for (const Field& f : event.fields()) {
    if (!l.field.empty() && (name == kOtherName || f.name != name) && (other == kOtherName || f.name != other)) continue;
    const bool shown = l.kind == Leaf::Kind::Exists || l.kind == Leaf::Kind::FieldRef || leaves.holds(l, atom.regex.get(), f);
    if (shown) add(event, f, out);
  }
}

}  // namespace gathering

void gather_matches(const Plan& plan, std::uint32_t root, const Event& event, Evaluation& state, LeafMatcher& leaves, std::vector<Match>& out) {
  const Plan::Node& n = plan.nodes[root];
  if (n.kind == Expr::Kind::True || n.kind == Expr::Kind::Not || !state.node(root, event, leaves)) return;
  if (n.kind == Expr::Kind::Leaf) {
    gathering::leaf(plan.atoms[n.atom], event, leaves, out);
    return;
  }
  for (std::uint32_t i = n.first; i < n.last; ++i) gather_matches(plan, plan.operands[i], event, state, leaves, out);
}

}  // namespace custos::rules
