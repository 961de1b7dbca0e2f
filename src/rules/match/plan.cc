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

struct Triggers {
  double cost = kNever;
  std::vector<std::uint32_t> atoms;    // helper or indexed atoms
  std::vector<std::uint32_t> present;  // slots
};

class Builder {
 public:
  Builder(Plan& plan, const RegexTable& regexes, std::uint32_t first_uid) : plan_(plan), regexes_(regexes), uid_(first_uid) {
    slot("");
  }

  void add(const Variant& v) {
    const auto rule = static_cast<std::uint32_t>(plan_.rules.size());
    Triggers t;
    const std::uint32_t root = node(v.expr, t);
    plan_.rules.push_back({&v, root});
    if (t.cost == kNever) {
      plan_.always.push_back(rule);
      return;
    }
    for (const std::uint32_t a : t.atoms) add_once(plan_.atoms[a].triggers, rule);
    for (const std::uint32_t s : t.present) add_once(plan_.slots[s].present, rule);
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
  static void add_once(std::vector<std::uint32_t>& list, std::uint32_t rule) {
    if (list.empty() || list.back() != rule) list.push_back(rule);
  }

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

  Triggers leaf_triggers(const Leaf& leaf, std::uint32_t id) {
    Triggers t;
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
      t.present = {slot(leaf.field)};
    }
    return t;
  }

  static void unite(Triggers& into, Triggers&& more) {
    into.cost += more.cost;
    into.atoms.insert(into.atoms.end(), more.atoms.begin(), more.atoms.end());
    into.present.insert(into.present.end(), more.present.begin(), more.present.end());
  }

  // Flattens an expression; `out` becomes its triggers.
  std::uint32_t node(const Expr& e, Triggers& out) {
    Plan::Node n;
    n.kind = e.kind;
    n.count = static_cast<std::uint32_t>(e.count);
    if (e.kind == Expr::Kind::Leaf) {
      n.atom = atom(e.leaf);
      out = leaf_triggers(e.leaf, n.atom);
    } else if (e.kind != Expr::Kind::True) {
      std::vector<std::uint32_t> children;
      bool first = true;
      for (const Expr& c : e.children) {
        Triggers t;
        children.push_back(node(c, t));
        if (e.kind == Expr::Kind::And) {
          if (t.cost < out.cost) out = std::move(t);
        } else if (e.kind == Expr::Kind::Or || e.kind == Expr::Kind::AtLeast) {
          if (first) out = std::move(t);
          else unite(out, std::move(t));
        }
        first = false;
      }
      // Leaves that the index has decided already come first: they cost nothing.
      std::stable_partition(children.begin(), children.end(), [&](std::uint32_t c) {
        return plan_.nodes[c].kind == Expr::Kind::Leaf && plan_.atoms[plan_.nodes[c].atom].indexed;
      });
      n.first = static_cast<std::uint32_t>(plan_.operands.size());
      plan_.operands.insert(plan_.operands.end(), children.begin(), children.end());
      n.last = static_cast<std::uint32_t>(plan_.operands.size());
    }
    plan_.nodes.push_back(n);
    return static_cast<std::uint32_t>(plan_.nodes.size() - 1);
  }

  Plan& plan_;
  const RegexTable& regexes_;
  std::uint32_t uid_;
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
