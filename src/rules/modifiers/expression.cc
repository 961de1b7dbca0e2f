// re and its flags i, m, s.
#include <array>

#include "rules/modifiers.h"

namespace custos::rules::expression {
namespace {

Result<void> re(Chain& c) {
  return c.each([](Term& t) -> Result<void> {
    if (!t.untyped) return bad_chain("re must be the first modifier of its chain");
    if (t.scalar.kind == Scalar::Kind::Null) return bad_chain("re needs an expression");
    t.leaf.kind = Leaf::Kind::Regex;
    t.leaf.text = t.scalar.text;
    t.leaf.pattern = {};
    return {};
  });
}

Result<void> flag(Chain& c, bool Leaf::*which) {
  return c.each([&](Term& t) -> Result<void> {
    if (t.leaf.kind != Leaf::Kind::Regex) return bad_chain("i, m and s belong behind re");
    t.leaf.*which = true;
    return {};
  });
}

Result<void> ignore_case(Chain& c) { return flag(c, &Leaf::ignore_case); }
Result<void> multiline(Chain& c) { return flag(c, &Leaf::multiline); }
Result<void> dot_all(Chain& c) { return flag(c, &Leaf::dot_all); }

constexpr std::array<Modifier, 4> kList{{{"re", re}, {"i", ignore_case}, {"m", multiline}, {"s", dot_all}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::expression
