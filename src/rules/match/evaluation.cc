#include "rules/match/evaluation.h"

namespace custos::rules {

bool Evaluation::node(std::uint32_t id, const Event& event, LeafMatcher& leaves) {
  const Plan::Node& n = plan_->nodes[id];
  const auto child = [&](std::uint32_t i) { return node(plan_->operands[i], event, leaves); };
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
