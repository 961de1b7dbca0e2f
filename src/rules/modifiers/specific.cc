// windash, expand, fieldref.
#include <array>

#include "rules/modifiers.h"

namespace custos::rules::specific {
namespace {

Result<void> windash(Chain& c) {
  return c.each([](Term& t) -> Result<void> {
    if (t.leaf.kind != Leaf::Kind::Text) return bad_chain("windash needs text");
    t.leaf.dash = true;
    return {};
  });
}

Result<void> fieldref(Chain& c) {
  if (c.field.empty()) return bad_chain("fieldref needs a field");
  return c.each([](Term& t) -> Result<void> {
    if (t.leaf.kind != Leaf::Kind::Text || t.scalar.kind == Scalar::Kind::Null) return bad_chain("fieldref needs the name of a field");
    // contains, startswith or endswith in front of it left their stars in the pattern.
    const auto& parts = t.leaf.pattern.parts;
    const bool front = !parts.empty() && parts.front().kind == Pattern::Kind::Star;
    const bool back = !parts.empty() && parts.back().kind == Pattern::Kind::Star;
    t.leaf.how = front && back ? Leaf::How::Contains : front ? Leaf::How::EndsWith : back ? Leaf::How::StartsWith : Leaf::How::Equal;
    t.leaf.kind = Leaf::Kind::FieldRef;
    t.leaf.text = t.scalar.text;
    t.leaf.pattern = {};
    return {};
  });
}

// %name% in a value becomes the values the institution gives for it; several placeholders multiply.
Result<void> substitute(const Term& t, const std::map<std::string, std::vector<std::string>>& known, std::vector<Term>& out) {
  constexpr std::size_t kMost = 10'000;
  std::vector<Pattern> done(1);
  const auto append = [&](const std::vector<Pattern>& choices) {
    std::vector<Pattern> next;
    for (const Pattern& d : done) {
      for (const Pattern& c : choices) {
        Pattern p = d;
        for (const Pattern::Part& part : c.parts) p.add(part.kind, part.text);
        next.push_back(std::move(p));
      }
    }
    done = std::move(next);
  };
  for (const Pattern::Part& part : t.leaf.pattern.parts) {
    std::string_view rest = part.text;
    if (part.kind != Pattern::Kind::Literal) {
      Pattern p;
      p.add(part.kind);
      append({p});
    }
    while (!rest.empty()) {
      const std::size_t open = rest.find('%');
      const std::size_t close = open == std::string_view::npos ? open : rest.find('%', open + 1);
      if (close == std::string_view::npos) {
        append({Pattern::literal(rest)});
        break;
      }
      append({Pattern::literal(rest.substr(0, open))});
      const std::string name(rest.substr(open + 1, close - open - 1));
      const auto it = known.find(name);
      if (it == known.end() || it->second.empty()) {
        return fail(Code::Unsupported, "the placeholder %" + name + "% has no value; give it with --placeholder " + name + "=VALUE or in a pipeline");
      }
      std::vector<Pattern> choices;
      for (const std::string& value : it->second) choices.push_back(Pattern::parse(value));
      append(choices);
      rest.remove_prefix(close + 1);
      if (done.size() > kMost) return bad_chain("the placeholders unfold to more than 10,000 values");
    }
  }
  for (Pattern& p : done) {
    Term one = t;
    one.leaf.pattern = std::move(p);
    out.push_back(std::move(one));
  }
  return {};
}

Result<void> expand(Chain& c) {
  return c.expand([&](const Term& t, std::vector<Term>& out) -> Result<void> {
    if (t.leaf.kind != Leaf::Kind::Text) return bad_chain("expand needs text");
    return substitute(t, *c.placeholders, out);
  });
}

constexpr std::array<Modifier, 3> kList{{{"windash", windash}, {"expand", expand}, {"fieldref", fieldref}}};
}  // namespace

extern const Modifiers family;
const Modifiers family{kList};

}  // namespace custos::rules::specific
