// lt, lte, gt, gte.
#include <array>
#include <charconv>

#include "rules/modifiers.h"

namespace custos::rules::numeric {
namespace {

Result<void> compare(Chain& c, Leaf::Op op) {
  if (c.field.empty()) return bad_chain("a comparison needs a field");
  return c.each([&](Term& t) -> Result<void> {
    double v = 0;
    const std::string& s = t.scalar.text;
    const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
    if (!t.untyped || r.ec != std::errc() || r.ptr != s.data() + s.size()) return bad_chain("lt, lte, gt and gte need a number");
    t.leaf.kind = Leaf::Kind::Compare;
    t.leaf.op = op;
    t.leaf.text = s;
    t.leaf.pattern = {};
    return {};
  });
}

Result<void> lt(Chain& c) { return compare(c, Leaf::Op::Lt); }
Result<void> lte(Chain& c) { return compare(c, Leaf::Op::Lte); }
Result<void> gt(Chain& c) { return compare(c, Leaf::Op::Gt); }
Result<void> gte(Chain& c) { return compare(c, Leaf::Op::Gte); }

constexpr std::array<Modifier, 4> kList{{{"lt", lt}, {"lte", lte}, {"gt", gt}, {"gte", gte}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::numeric
