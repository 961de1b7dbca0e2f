// The condition tree of a rule on one event, with its true and false leaves: what `custos rules explain RULE EVENT` prints.
#include <fmt/format.h>

#include "base/text.h"
#include "rules/parse/condition.h"
#include "rules/match/leaf_match.h"
#include "rules/program.h"

namespace custos::rules {
namespace explaining {

class Explainer {
 public:
  Explainer(const RegexTable& regexes, const Event& event) : regexes_(regexes), event_(event) {}

  bool holds(const Expr& e) {
    switch (e.kind) {
      case Expr::Kind::True: return true;
      case Expr::Kind::Leaf: return leaves_.holds(e.leaf, regex(e.leaf), event_);
      case Expr::Kind::Not: return !holds(e.children.front());
      default: break;
    }
    std::size_t n = 0;
    for (const Expr& c : e.children) n += holds(c) ? 1 : 0;
    if (e.kind == Expr::Kind::And) return n == e.children.size();
    return n >= (e.kind == Expr::Kind::AtLeast ? e.count : 1);
  }

  void print(const Expr& e, std::size_t depth) {
    out_ += fmt::format("{}  {:{}}", holds(e) ? "true " : "false", "", depth * 2);
    if (!e.label.empty()) {
      const bool filter = e.label.front() == kFilterMark;
      out_ += fmt::format("[{}] ", printable(filter ? "filter " + e.label.substr(1) : e.label));
    }
    switch (e.kind) {
      case Expr::Kind::True: out_ += "no condition is left\n"; return;
      case Expr::Kind::Leaf: print_leaf(e.leaf); return;
      case Expr::Kind::And: out_ += "all of\n"; break;
      case Expr::Kind::Or: out_ += "any of\n"; break;
      case Expr::Kind::Not: out_ += "not\n"; break;
      case Expr::Kind::AtLeast: out_ += fmt::format("at least {} of\n", e.count); break;
    }
    for (const Expr& c : e.children) print(c, depth + 1);
  }

  std::string take() { return std::move(out_); }

 private:
  const Regex* regex(const Leaf& leaf) const {
    const auto it = leaf.kind == Leaf::Kind::Regex ? regexes_.find(regex_key(leaf)) : regexes_.end();
    return it == regexes_.end() ? nullptr : it->second.get();
  }

  void print_leaf(const Leaf& leaf) {
    out_ += printable(leaf.describe(), 200);
    std::size_t shown = 0;
    for (const Field& f : event_.fields()) {
      const std::string_view name = event_.batch().names().text(f.name);
      const bool meant = leaf.field.empty() ? leaves_.holds(leaf, regex(leaf), f) : name == leaf.field;
      if (!meant || ++shown > 5) continue;
      const std::string value = f.type == Type::Null ? "null" : printable(f.text(), 200);
      out_ += leaf.field.empty() ? fmt::format("   <- {}: {}", printable(name), value) : "   <- " + value;
    }
    if (shown == 0 && !leaf.field.empty()) out_ += "   <- no such field";
    out_ += '\n';
  }

  const RegexTable& regexes_;
  const Event& event_;
  LeafMatcher leaves_;
  std::string out_;
};

}  // namespace explaining

std::string CompiledProgram::explain(std::size_t rule, const Event& event) const {
  const LogSource& source = event.batch().sources().at(event.record().log_source);
  if (rules[rule].correlation) return "a correlation speaks of several events; explain the rules it refers to\n";
  const auto speaking = variants_for(variants, source);
  for (const Variant* v : speaking) {
    if (v->rule != rule) continue;
    explaining::Explainer e(regexes, event);
    e.print(v->expr, 0);
    return e.take();
  }
  return fmt::format("the rule speaks of {}, the event is of {}: not checked\n", log_source(rule), source.text());
}

}  // namespace custos::rules
