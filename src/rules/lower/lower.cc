#include "rules/lower/lower.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rules/parse/condition.h"
#include "rules/modifiers.h"

namespace custos::rules {
namespace lowering {

constexpr std::size_t kMaxLeaves = 500'000;

using Placeholders = std::map<std::string, std::vector<std::string>>;

const Modifier* find_modifier(std::string_view name) {
  for (const Modifiers* family : modifiers()) {
    for (const Modifier& m : family->list) {
      if (m.name == name) return &m;
    }
  }
  return nullptr;
}

Term first_term(const Item& item, const Scalar& value) {
  Term t;
  t.scalar = value;
  t.leaf.field = item.field;
  if (value.kind == Scalar::Kind::Null) {
    t.leaf.kind = Leaf::Kind::Null;
  } else if (value.kind == Scalar::Kind::Text) {
    t.leaf.pattern = Pattern::parse(value.text);
  } else {
    t.leaf.pattern = Pattern::literal(value.text);
  }
  return t;
}

// Every kind of dash and the slash become one character; the matcher does the same to values.
std::string one_dash(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::string_view three = s.substr(i, 3);
    if (three == "\u2013" || three == "\u2014" || three == "\u2015") {
      out += '-';
      i += 2;
    } else {
      out += s[i] == '/' ? '-' : s[i];
    }
  }
  return out;
}

void finish(Leaf& leaf, bool keyword) {
  if (leaf.kind != Leaf::Kind::Text) return;
  if (keyword) {
    leaf.pattern.star_front();
    leaf.pattern.star_back();
  }
  for (Pattern::Part& p : leaf.pattern.parts) {
    if (leaf.dash) p.text = one_dash(p.text);
    if (!leaf.cased) p.text = fold(p.text);
  }
}

Expr leaf_expr(Leaf leaf) {
  Expr e;
  e.kind = Expr::Kind::Leaf;
  e.leaf = std::move(leaf);
  return e;
}

Expr group(Expr::Kind kind, std::vector<Expr> children) {
  if (children.size() == 1) return std::move(children.front());
  Expr e;
  e.kind = kind;
  e.children = std::move(children);
  return e;
}

Expr negated(Expr inner) {
  Expr e;
  e.kind = Expr::Kind::Not;
  e.children.push_back(std::move(inner));
  return e;
}

class Lowering {
 public:
  Lowering(const Rule& rule, const Placeholders& placeholders) : rule_(rule), placeholders_(placeholders) {}

  Result<Expr> condition(const Condition& c) {
    switch (c.kind) {
      case Condition::Kind::Name: return identifier(c.name);
      case Condition::Kind::OneOf:
      case Condition::Kind::AllOf: return quantified(c);
      case Condition::Kind::True: return Expr{};
      default: break;
    }
    std::vector<Expr> children;
    for (const Condition& child : c.children) {
      auto e = condition(child);
      if (!e) return e;
      children.push_back(std::move(*e));
    }
    if (c.kind == Condition::Kind::Not) return negated(std::move(children.front()));
    return group(c.kind == Condition::Kind::And ? Expr::Kind::And : Expr::Kind::Or, std::move(children));
  }

 private:
  Result<Expr> identifier(const std::string& name) {
    for (const auto& [key, detection] : rule_.detections) {
      if (key != name) continue;
      auto e = lower_detection(detection);
      if (e) e->label = name;
      return e;
    }
    return fail(Code::Malformed, fmt::format("condition: there is no search identifier '{}'", name));
  }

  Result<Expr> quantified(const Condition& c) {
    std::vector<Expr> children;
    for (const auto& [key, detection] : rule_.detections) {
      if (!name_fits(c.name, key)) continue;
      auto e = identifier(key);
      if (!e) return e;
      children.push_back(std::move(*e));
    }
    if (children.empty()) return fail(Code::Malformed, fmt::format("condition: no search identifier fits '{}'", c.name));
    if (c.kind == Condition::Kind::AllOf) return group(Expr::Kind::And, std::move(children));
    if (c.at_least <= 1) return group(Expr::Kind::Or, std::move(children));
    Expr e;
    e.kind = Expr::Kind::AtLeast;
    e.count = c.at_least;
    e.children = std::move(children);
    return e;
  }

  Result<Expr> lower_detection(const Detection& d) {
    if (d.kind == Detection::Kind::Leaf) return item(d.item);
    std::vector<Expr> children;
    for (const Detection& child : d.children) {
      auto e = lower_detection(child);
      if (!e) return e;
      children.push_back(std::move(*e));
    }
    // An empty AllOf is what a pipeline leaves when it drops every item: it no longer restricts anything.
    if (children.empty()) return Expr{};
    return group(d.kind == Detection::Kind::AllOf ? Expr::Kind::And : Expr::Kind::Or, std::move(children));
  }

  Result<Expr> item(const Item& item) {
    Chain chain;
    chain.field = item.field;
    chain.placeholders = &placeholders_;
    for (const Scalar& v : item.values) chain.values.push_back({first_term(item, v)});
    for (const std::string& name : item.modifiers) {
      const Modifier* m = find_modifier(name);
      if (m == nullptr) return refuse(item, fmt::format("there is no modifier '{}'", name));
      if (auto ok = m->apply(chain); !ok) return refuse(item, ok.error().text);
      chain.each([](Term& t) -> Result<void> {
        t.untyped = false;
        return {};
      });
    }
    std::vector<Expr> values;
    for (auto& alternatives : chain.values) {
      std::vector<Expr> any;
      for (Term& t : alternatives) {
        if (t.leaf.kind == Leaf::Kind::Null && item.field.empty()) return refuse(item, "a keyword can't be null");
        if (++leaves_ > kMaxLeaves) return refuse(item, fmt::format("the rule unfolds to more than {} values", kMaxLeaves));
        finish(t.leaf, item.field.empty());
        any.push_back(leaf_expr(std::move(t.leaf)));
      }
      if (any.empty()) return refuse(item, "no value is left");
      values.push_back(group(Expr::Kind::Or, std::move(any)));
    }
    Expr e = group(chain.all ? Expr::Kind::And : Expr::Kind::Or, std::move(values));
    return chain.negate ? negated(std::move(e)) : std::move(e);
  }

  Result<Expr> refuse(const Item& item, const std::string& why) {
    return fail(Code::Malformed, fmt::format("line {}: field '{}': {}", item.line, item.field, why));
  }

  const Rule& rule_;
  const Placeholders& placeholders_;
  std::size_t leaves_ = 0;
};

}  // namespace lowering

Result<Expr> lower(const Rule& rule, const std::map<std::string, std::vector<std::string>>& placeholders) {
  return lowering::Lowering(rule, placeholders).condition(rule.condition);
}

}  // namespace custos::rules
