// contains, startswith, endswith, all, exists, cased, neq: for every type of field.
#include <array>

#include "rules/modifiers.h"

namespace custos::rules::generic {
namespace {

Result<void> anchor(Chain& chain, Leaf::How how) {
  return chain.each([&](Term& t) -> Result<void> {
    switch (t.leaf.kind) {
      case Leaf::Kind::Text:
        if (how != Leaf::How::StartsWith) t.leaf.pattern.star_front();
        if (how != Leaf::How::EndsWith) t.leaf.pattern.star_back();
        return {};
      case Leaf::Kind::FieldRef: t.leaf.how = how; return {};
      case Leaf::Kind::Regex: {
        // An expression is found anywhere already; an anchor pins it.
        if (how == Leaf::How::StartsWith) t.leaf.text = "^(?:" + t.leaf.text + ")";
        if (how == Leaf::How::EndsWith) t.leaf.text = "(?:" + t.leaf.text + ")$";
        return {};
      }
      default: return bad_chain("contains, startswith and endswith need text");
    }
  });
}

Result<void> contains(Chain& c) { return anchor(c, Leaf::How::Contains); }
Result<void> startswith(Chain& c) { return anchor(c, Leaf::How::StartsWith); }
Result<void> endswith(Chain& c) { return anchor(c, Leaf::How::EndsWith); }

Result<void> all(Chain& c) {
  c.all = true;
  return {};
}

Result<void> neq(Chain& c) {
  c.negate = true;
  return {};
}

Result<void> exists(Chain& c) {
  if (c.field.empty()) return bad_chain("exists needs a field");
  if (c.values.size() != 1) return bad_chain("exists takes one value, true or false");
  return c.each([&](Term& t) -> Result<void> {
    if (t.scalar.kind != Scalar::Kind::Bool) return bad_chain("exists takes true or false");
    t.leaf = {};
    t.leaf.kind = Leaf::Kind::Exists;
    t.leaf.field = c.field;
    c.negate = c.negate != (t.scalar.text[0] == 'f' || t.scalar.text[0] == 'F');
    return {};
  });
}

Result<void> cased(Chain& c) {
  return c.each([](Term& t) -> Result<void> {
    if (t.leaf.kind == Leaf::Kind::Regex) return {};  // is case-sensitive anyway
    if (t.leaf.kind != Leaf::Kind::Text && t.leaf.kind != Leaf::Kind::FieldRef) return bad_chain("cased needs text");
    t.leaf.cased = true;
    return {};
  });
}

constexpr std::array<Modifier, 7> kList{{{"contains", contains},
                                         {"startswith", startswith},
                                         {"endswith", endswith},
                                         {"all", all},
                                         {"exists", exists},
                                         {"cased", cased},
                                         {"neq", neq}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::generic
