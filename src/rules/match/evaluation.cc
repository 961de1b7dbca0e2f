#include "rules/match/evaluation.h"

namespace custos::rules {

// What LeafMatcher says of the whole event, from the first field of the right name on.
bool Evaluation::leaf_holds(const Plan::Atom& atom, const Event& event, LeafMatcher& leaves) const {
  const Leaf& leaf = *atom.leaf;
  if (atom.slot == kAnyField || leaf.kind == Leaf::Kind::FieldRef) return leaves.holds(leaf, atom.regex.get(), event);
  const Seen seen = slots_[atom.slot];
  if (seen.epoch != epoch_) return leaf.kind == Leaf::Kind::Null;
  if (leaf.kind == Leaf::Kind::Exists) return true;
  const auto fields = event.fields();
  const NameId name = fields[seen.first].name;
  bool there = false;
  for (std::size_t i = seen.first; i < fields.size(); ++i) {
    if (fields[i].name != name) continue;
    there = there || fields[i].type != Type::Null;
    if (leaf.kind != Leaf::Kind::Null && leaves.holds(leaf, atom.regex.get(), fields[i])) return true;
  }
  return leaf.kind == Leaf::Kind::Null && !there;
}

bool Evaluation::rule_holds(std::uint32_t rule, const Event& event, LeafMatcher& leaves) {
  const std::uint32_t root = plan_->rules[rule].root;
  const Plan::Node& n = plan_->nodes[root];
  if (n.kind != Expr::Kind::And) return node(root, event, leaves);
  for (std::uint32_t i = n.first; i < n.last; ++i) {
    const std::uint32_t operand = plan_->operands[i];
    if (node(operand, event, leaves)) continue;
    for (const std::uint32_t a : triggers_.woken_in_vain(rule, operand)) atoms_[a].wakes = !triggers_.of_atom(a).empty();
    return false;
  }
  return true;
}

bool Evaluation::node(std::uint32_t id, const Event& event, LeafMatcher& leaves) {
  const Plan::Node& n = plan_->nodes[id];
  const auto child = [&](std::uint32_t i) {
    const std::uint32_t operand = plan_->operands[i];
    const Plan::Node& c = plan_->nodes[operand];
    return c.kind == Expr::Kind::Leaf ? atom_holds(c.atom, event, leaves) : node(operand, event, leaves);
  };
  switch (n.kind) {
    case Expr::Kind::True: return true;
    case Expr::Kind::Leaf: return atom_holds(n.atom, event, leaves);
    case Expr::Kind::Not: return !child(n.first);
    case Expr::Kind::And:
      for (std::uint32_t i = n.first; i < n.last; ++i) {
        if (!child(i)) return false;
      }
      return true;
    case Expr::Kind::Or:
      for (std::uint32_t i = n.first; i < n.last; ++i) {
        if (child(i)) return true;
      }
      return false;
    default: break;
  }
  std::uint32_t hold = 0;
  for (std::uint32_t i = n.first; i < n.last && hold < n.count; ++i) hold += child(i) ? 1 : 0;
  return hold >= n.count;
}

}  // namespace custos::rules
