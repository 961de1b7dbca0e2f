// The rules as they read: every variant on every event, without plans, indexes or triggers. The twin of matcher.cc.
// Used by program_test.cc and fuzz/rules_fuzz.cc only.
// Owned values.
// One thread.
// Refuses nothing; takes as long as it takes.
#pragma once

#include <set>

#include "rules/match/leaf_match.h"
#include "rules/program.h"

namespace custos::rules {

class NaiveInterpreter {
 public:
  explicit NaiveInterpreter(const CompiledProgram& program) : program_(program) {}

  std::set<std::size_t> matching(const Event& event) {
    std::set<std::size_t> out;
    for (const Variant* v : variants_for(program_.variants, event.batch().sources().at(event.record().log_source))) {
      if (holds(v->expr, event)) out.insert(v->rule);
    }
    return out;
  }

 private:
  bool holds(const Expr& e, const Event& event) {
    switch (e.kind) {
      case Expr::Kind::True: return true;
      case Expr::Kind::Leaf: {
        const auto it = e.leaf.kind == Leaf::Kind::Regex ? program_.regexes.find(regex_key(e.leaf)) : program_.regexes.end();
        return leaves_.holds(e.leaf, it == program_.regexes.end() ? nullptr : it->second.get(), event);
      }
      case Expr::Kind::Not: return !holds(e.children.front(), event);
      default: break;
    }
    std::size_t n = 0;
    for (const Expr& c : e.children) n += holds(c, event) ? 1 : 0;
    return e.kind == Expr::Kind::And ? n == e.children.size() : n >= (e.kind == Expr::Kind::AtLeast ? e.count : 1);
  }

  const CompiledProgram& program_;
  LeafMatcher leaves_;
};

}  // namespace custos::rules
