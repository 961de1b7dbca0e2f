#include "rules/pipeline/conditions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/expression.h"
#include "rules/pipeline/rule_conditions.h"
#include "rules/pipeline/values.h"

namespace custos::rules::pipeline {
namespace conditions {
namespace {

// `test` for any or all values of an item, as the key `cond` says.
template <class Test>
ItemCondition over_values(Params& p, Test test) {
  const bool any = p.one_of("cond", "", {"any", "all"}) == "any";
  return [any, test](const Item& item, const Run&) -> Result<bool> {
    for (const Value& value : read_values(item).list) {
      const Result<bool> said = test(value);
      if (!said || *said == any) return said;
    }
    return !any;
  };
}

Result<ItemCondition> match_string(Params& p) {
  auto pattern = Expression::compile(p.text("pattern"));
  if (!pattern) return tl::unexpected(pattern.error());
  const bool negate = p.flag("negate");
  return over_values(p, [pattern = *pattern, negate](const Value& value) -> Result<bool> {
    if (!value.is_text()) return negate;
    const auto said = pattern.starts(value.text.shown());
    if (!said) return said;
    return *said != negate;
  });
}

Result<ItemCondition> match_value(Params& p) {
  const Value wanted = Value::of_scalar(p.scalar("value"));
  return over_values(p, [wanted](Value value) -> Result<bool> {
    value.cased = false;
    return same_value(wanted, value);
  });
}

Result<ItemCondition> item_condition(const std::string& type, Params& p) {
  using Kind = Value::Kind;
  if (type == "match_string") return match_string(p);
  if (type == "match_value") return match_value(p);
  if (type == "contains_wildcard") {
    return over_values(p, [](const Value& value) -> Result<bool> {
      return value.is_text() && (value.text.has(Piece::Kind::Star) || value.text.has(Piece::Kind::One));
    });
  }
  if (type == "is_null")
    return over_values(p, [](const Value& value) -> Result<bool> { return value.kind == Kind::Null; });
  if (type == "processing_item_applied") {
    return [id = p.text("processing_item_id")](const Item& item, const Run&) -> Result<bool> {
      return std::find(item.applied.begin(), item.applied.end(), id) != item.applied.end();
    };
  }
  if (type == "processing_state")
    return [state = StateTest(p)](const Item&, const Run& run) { return state.holds(run); };
  return fail(Code::Unsupported, fmt::format("there is no detection item condition '{}'", printable(type, 80)));
}

using NameTest = std::function<Result<bool>(const std::string&, const Run&)>;

// A field condition holds for an item when its field, or a field that its values refer to, passes.
FieldCondition over_names(NameTest test) {
  return [test = std::move(test)](const std::string& name, const Item* item, const Run& run) -> Result<bool> {
    auto said = test(name, run);
    if (!said || *said || item == nullptr) return said;
    for (const Value& value : read_values(*item).list) {
      if (value.kind != Value::Kind::FieldRef) continue;
      said = test(value.scalar.text, run);
      if (!said || *said) return said;
    }
    return false;
  };
}

Result<FieldCondition> listed_fields(Params& p, bool include) {
  const Texts fields = p.texts("fields");
  if (p.one_of("mode", "plain", {"plain", "re"}) == "plain") {
    return over_names([names = std::set<std::string>(fields.begin(), fields.end()), include](
                          const std::string& name, const Run&) -> Result<bool> {
      return (!name.empty() && names.count(name) != 0) == include;
    });
  }
  std::vector<Expression> patterns;
  for (const std::string& field : fields) {
    auto pattern = Expression::compile(field);
    if (!pattern) return tl::unexpected(pattern.error());
    patterns.push_back(std::move(*pattern));
  }
  return over_names([patterns, include](const std::string& name, const Run&) -> Result<bool> {
    for (const Expression& pattern : patterns) {
      if (name.empty()) break;
      const auto said = pattern.starts(name);
      if (!said) return said;
      if (*said) return include;
    }
    return !include;
  });
}

Result<FieldCondition> field_condition(const std::string& type, Params& p) {
  if (type == "include_fields") return listed_fields(p, true);
  if (type == "exclude_fields") return listed_fields(p, false);
  if (type == "processing_item_applied") {
    return
        [id = p.text("processing_item_id")](const std::string& name, const Item* item, const Run& run) -> Result<bool> {
          if (item != nullptr) return std::find(item->applied.begin(), item->applied.end(), id) != item->applied.end();
          const auto found = run.field_applied.find(name);
          return !name.empty() && found != run.field_applied.end() && found->second.count(id) != 0;
        };
  }
  if (type == "processing_state") {
    return [state = StateTest(p)](const std::string&, const Item*, const Run& run) { return state.holds(run); };
  }
  return fail(Code::Unsupported, fmt::format("there is no field name condition '{}'", printable(type, 80)));
}

// One entry of `..._conditions`: its type, its keys.
template <class Condition, class Make>
Result<Condition> read_one(const Yaml& y, const std::string& what, Make make) {
  Params p(y, what, {"type"});
  const std::string type = p.text("type");
  if (type.empty()) p.wrong("needs a 'type'");
  if (type.empty()) return tl::unexpected(p.done().error());
  Result<Condition> condition = make(type, p);
  if (!condition) {
    return fail(condition.error().code, fmt::format("line {}: {}: {}", y.line, what, condition.error().text));
  }
  if (auto ok = p.done(); !ok) return tl::unexpected(ok.error());
  return condition;
}

template <class Condition, class Make>
Result<Conditions<Condition>> read_all(Params& step, const std::string& prefix, Make make) {
  Conditions<Condition> out;
  Texts names;
  const Yaml* const listed = step.node(prefix + "_conditions");
  std::vector<std::pair<std::string, const Yaml*>> entries;
  if (listed != nullptr) {
    for (const auto& child : listed->list) entries.emplace_back(std::to_string(entries.size() + 1), child.get());
    for (const auto& [name, child] : listed->map) entries.emplace_back(name, child.get());
    if (listed->kind == Yaml::Kind::Scalar) step.wrong(fmt::format("wants a list or a map in '{}_conditions'", prefix));
  }
  for (const auto& [name, y] : entries) {
    auto one =
        read_one<Condition>(*y, fmt::format("{}: {} condition '{}'", step.what(), prefix, printable(name, 80)), make);
    if (!one) return tl::unexpected(one.error());
    out.list.push_back(std::move(*one));
    names.push_back(name);
  }
  out.negated = step.flag(prefix + "_cond_not");
  const bool linked = step.has(prefix + "_cond_op");
  out.any = step.one_of(prefix + "_cond_op", "and", {"and", "or"}) == "or";
  const std::string text = step.text(prefix + "_cond_expr", step.text(prefix + "_cond_expression", ""));
  if (text.empty()) return out;
  if (linked) step.wrong(fmt::format("has both {0}_cond_op and {0}_cond_expr; one of them is enough", prefix));
  if (listed == nullptr || listed->kind != Yaml::Kind::Map) {
    step.wrong(fmt::format("wants {0}_conditions as a map of names when {0}_cond_expr is used", prefix));
    return out;
  }
  auto logic = parse_logic(text, names);
  if (!logic)
    return fail(logic.error().code, fmt::format("line {}: {}: {}", step.map().line, step.what(), logic.error().text));
  out.logic = std::move(*logic);
  return out;
}

}  // namespace
}  // namespace conditions

Result<Conditions<RuleCondition>> read_rule_conditions(Params& step) {
  return conditions::read_all<RuleCondition>(step, "rule", &make_rule_condition);
}

Result<Conditions<ItemCondition>> read_item_conditions(Params& step) {
  return conditions::read_all<ItemCondition>(step, "detection_item", &conditions::item_condition);
}

Result<Conditions<FieldCondition>> read_field_conditions(Params& step) {
  return conditions::read_all<FieldCondition>(step, "field_name", &conditions::field_condition);
}

}  // namespace custos::rules::pipeline
