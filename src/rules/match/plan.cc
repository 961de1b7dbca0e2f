#include "rules/match/plan.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules {
namespace planning {

constexpr double kNever = std::numeric_limits<double>::infinity();

// A literal that must hold, where the index can look for it.
struct Literal {
  ValueIndex::Kind kind = ValueIndex::Kind::Anywhere;
  std::string text;
};

// Text leaves whose pattern the index can decide alone.
bool simple(const Leaf& leaf, Literal& out) {
  using K = Pattern::Kind;
  if (leaf.kind != Leaf::Kind::Text || leaf.cased) return false;
  const auto& p = leaf.pattern.parts;
  const auto is = [&](std::initializer_list<K> kinds) {
    return std::equal(p.begin(), p.end(), kinds.begin(), kinds.end(), [](const Pattern::Part& a, K b) { return a.kind == b; });
  };
  if (p.empty()) {
    out = {ValueIndex::Kind::Whole, ""};
  } else if (is({K::Literal})) {
    out = {ValueIndex::Kind::Whole, p[0].text};
  } else if (is({K::Literal, K::Star})) {
    out = {ValueIndex::Kind::Prefix, p[0].text};
  } else if (is({K::Star, K::Literal})) {
    out = {ValueIndex::Kind::Suffix, p[1].text};
  } else if (is({K::Star, K::Literal, K::Star})) {
    out = {ValueIndex::Kind::Anywhere, p[1].text};
  } else {
    return false;
  }
  return true;
}

// The longest text that must occur for a leaf the index can't decide alone; empty where there is none.
std::string required_text(const Leaf& leaf) {
  if (leaf.kind == Leaf::Kind::Regex) return Regex::required_literal(leaf.text);
  std::string best;
  if (leaf.kind == Leaf::Kind::Text) {
    for (const Pattern::Part& p : leaf.pattern.parts) {
      if (p.kind == Pattern::Kind::Literal && p.text.size() > best.size()) best = p.text;
    }
    if (leaf.cased) best = fold(best);
  }
  return best;
}

// How often a literal is likely to hold, on an arbitrary scale: short texts and whole values of short fields (event ids)
// are common, endings of paths less so, long texts anywhere rare.
double cost_of(ValueIndex::Kind kind, std::size_t size) {
  const double n = static_cast<double>(size);
  switch (kind) {
    case ValueIndex::Kind::Whole: return size <= 5 ? 20 : 8;
    case ValueIndex::Kind::Prefix: return 60 / (n + 1);
    case ValueIndex::Kind::Suffix: return 60 / (n + 1);
    default: return 40 / (n + 1);
  }
}
constexpr double kPresentCost = 100;

// A necessary condition in the making.
struct Necessary {
  double cost = kNever;
  std::vector<std::uint32_t> atoms;  // helper or indexed atoms
  std::vector<std::uint32_t> fields;
};

class Builder {
 public:
  Builder(Plan& plan, const RegexTable& regexes, std::uint32_t first_uid) : plan_(plan), regexes_(regexes), uid_(first_uid) {
    slot("");
  }

  void add(const Variant& v) {
    const auto rule = static_cast<std::uint32_t>(plan_.rules.size());
    Plan::Entry entry{&v, 0, static_cast<std::uint32_t>(plan_.conditions.size()), 0, 0};
    double lowest = kNever;
    const auto offer = [&](std::uint32_t node, const Necessary& n) {
      if (n.cost == kNever) return;
      if (n.cost < lowest) entry.cheapest = static_cast<std::uint32_t>(plan_.conditions.size());
      lowest = std::min(lowest, n.cost);
      plan_.conditions.push_back({node, n.atoms, n.fields});
    };
    Necessary whole;
    entry.root = node(v.expr, whole, offer);
    if (v.expr.kind != Expr::Kind::And) offer(entry.root, whole);
    entry.last_condition = static_cast<std::uint32_t>(plan_.conditions.size());
    if (entry.first_condition == entry.last_condition) plan_.always.push_back(rule);
    plan_.rules.push_back(entry);
  }

  void finish() {
    for (Plan::Slot& s : plan_.slots) {
      s.folded.build();
      s.dashed.build();
      s.shortest = std::min(s.folded.shortest(), s.dashed.shortest());
      s.cheap = s.folded.cheap() && s.dashed.empty();
    }
    plan_.keywords = !plan_.slots[kAnyField].folded.empty() || !plan_.slots[kAnyField].dashed.empty();
  }

 private:
  std::uint32_t slot(const std::string& field) {
    const auto it = plan_.slot_of.find(field);
    if (it != plan_.slot_of.end()) return it->second;
    const auto id = static_cast<std::uint32_t>(plan_.slots.size());
    plan_.slots.emplace_back();
    plan_.slots.back().field = field;
    plan_.slots.back().uid = uid_++;
    plan_.slot_of.emplace(field, id);
    return id;
  }

  // Same leaf, same atom: rules share what the index finds.
  std::uint32_t atom(const Leaf& leaf) {
    const std::string key = leaf.describe() + "\x1f" + std::to_string(static_cast<int>(leaf.kind)) + (leaf.cased ? "c" : "") + (leaf.dash ? "d" : "");
    if (const auto it = atoms_.find(key); it != atoms_.end()) return it->second;
    const auto id = static_cast<std::uint32_t>(plan_.atoms.size());
    atoms_.emplace(key, id);
    Plan::Atom a;
    a.leaf = &leaf;
    a.slot = slot(leaf.field);
    if (leaf.kind == Leaf::Kind::Regex) a.regex = regexes_.at(regex_key(leaf));
    Literal literal;
    a.indexed = simple(leaf, literal);
    plan_.atoms.push_back(a);
    if (a.indexed) index(a.slot, leaf.dash, literal, id);
    return id;
  }

  void index(std::uint32_t slot_id, bool dash, const Literal& literal, std::uint32_t tag) {
    Plan::Slot& s = plan_.slots[slot_id];
    (dash ? s.dashed : s.folded).add(literal.kind, literal.text, tag);
  }

  // An atom that only says "look closer": the text a complex leaf needs.
  std::uint32_t helper(const Leaf& leaf, const std::string& text) {
    const std::string key = fmt::format("helper\x1f{}\x1f{}\x1f{}", leaf.field, leaf.dash, text);
    if (const auto it = atoms_.find(key); it != atoms_.end()) return it->second;
    const auto id = static_cast<std::uint32_t>(plan_.atoms.size());
    atoms_.emplace(key, id);
    Plan::Atom a;
    a.slot = slot(leaf.field);
    a.indexed = true;
    plan_.atoms.push_back(a);
    index(a.slot, leaf.dash, {ValueIndex::Kind::Anywhere, text}, id);
    return id;
  }

  Necessary leaf_condition(const Leaf& leaf, std::uint32_t id) {
    Necessary t;
    Literal literal;
    if (plan_.atoms[id].indexed) {
      simple(leaf, literal);
      t.cost = cost_of(literal.kind, literal.text.size());
      t.atoms = {id};
      return t;
    }
    if (leaf.kind == Leaf::Kind::Null) return t;
    const std::string text = required_text(leaf);
    if (text.size() >= 2) {
      t.cost = cost_of(ValueIndex::Kind::Anywhere, text.size()) * 1.5;
      t.atoms = {helper(leaf, text)};
    } else if (!leaf.field.empty()) {
      t.cost = kPresentCost;
      t.fields = {slot(leaf.field)};
    }
    return t;
  }

  static void unite(Necessary& into, Necessary&& more) {
    into.cost += more.cost;
    into.atoms.insert(into.atoms.end(), more.atoms.begin(), more.atoms.end());
    into.fields.insert(into.fields.end(), more.fields.begin(), more.fields.end());
  }

  // And of And is one And, Or of Or is one Or.
  static void operands(const Expr& e, std::vector<const Expr*>& out) {
    for (const Expr& c : e.children) {
      if (c.kind == e.kind && (e.kind == Expr::Kind::And || e.kind == Expr::Kind::Or)) {
        operands(c, out);
      } else {
        out.push_back(&c);
      }
    }
  }

  std::uint32_t node(const Expr& e, Necessary& out) {
    return node(e, out, [](std::uint32_t, const Necessary&) {});
  }

  // Flattens an expression; `out` becomes what must hold with it, and each operand of an And is offered with its own.
  template <class Offer>
  std::uint32_t node(const Expr& e, Necessary& out, Offer offer) {
    Plan::Node n;
    n.kind = e.kind;
    n.count = static_cast<std::uint32_t>(e.count);
    if (e.kind == Expr::Kind::Leaf) {
      n.atom = atom(e.leaf);
      out = leaf_condition(e.leaf, n.atom);
    } else if (e.kind != Expr::Kind::True) {
      std::vector<const Expr*> parts;
      operands(e, parts);
      std::vector<std::uint32_t> children;
      for (const Expr* part : parts) {
        Necessary t;
        children.push_back(node(*part, t));
        if (e.kind == Expr::Kind::And) {
          offer(children.back(), t);
          if (t.cost < out.cost) out = std::move(t);
        } else if (e.kind == Expr::Kind::Or || e.kind == Expr::Kind::AtLeast) {
          if (children.size() == 1) out = std::move(t);
          else unite(out, std::move(t));
        }
      }
      // What the index has decided already comes first: it costs nothing.
      std::stable_partition(children.begin(), children.end(), [this](std::uint32_t c) { return decided_[c]; });
      n.first = static_cast<std::uint32_t>(plan_.operands.size());
      plan_.operands.insert(plan_.operands.end(), children.begin(), children.end());
      n.last = static_cast<std::uint32_t>(plan_.operands.size());
    }
    bool all = n.kind != Expr::Kind::Leaf || plan_.atoms[n.atom].indexed;
    for (std::uint32_t i = n.first; i < n.last; ++i) all = all && decided_[plan_.operands[i]];
    decided_.push_back(all);
    plan_.nodes.push_back(n);
    return static_cast<std::uint32_t>(plan_.nodes.size() - 1);
  }

  Plan& plan_;
  const RegexTable& regexes_;
  std::uint32_t uid_;
  std::vector<bool> decided_;  // by node: of indexed leaves alone
  tsl::robin_map<std::string, std::uint32_t, TextHash, TextEqual> atoms_;
};

}  // namespace planning

std::string regex_key(const Leaf& leaf) {
  return fmt::format("{}{}{}:{}", leaf.ignore_case ? "i" : "", leaf.multiline ? "m" : "", leaf.dot_all ? "s" : "", leaf.text);
}

std::shared_ptr<const Plan> build_plan(const std::vector<const Variant*>& variants, const RegexTable& regexes, std::uint32_t first_uid) {
  auto plan = std::make_shared<Plan>();
  planning::Builder builder(*plan, regexes, first_uid);
  for (const Variant* v : variants) builder.add(*v);
  builder.finish();
  return plan;
}

}  // namespace custos::rules
