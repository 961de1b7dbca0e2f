#include "rules/pipeline/rule_conditions.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules::pipeline {
namespace rule_conditions {
namespace {

const Texts kOrder = {"eq", "ne", "gte", "gt", "lte", "lt"};

bool is_number(const Scalar& s) {
  return s.kind == Scalar::Kind::Int || s.kind == Scalar::Kind::Float || s.kind == Scalar::Kind::Bool;
}

double number_of(const Scalar& s) {
  if (s.kind == Scalar::Kind::Bool) return ascii_lower(s.text[0]) == 't' ? 1 : 0;
  return std::strtod(number_text(s).c_str(), nullptr);
}

// By <=>'s sign.
bool compare(const std::string& op, int order) {
  if (op == "eq") return order == 0;
  if (op == "ne") return order != 0;
  if (op == "gte") return order >= 0;
  if (op == "gt") return order > 0;
  if (op == "lte") return order <= 0;
  return order < 0;
}

template <class Test>
bool any_item(const Detection& detection, const Test& test) {
  if (detection.kind == Detection::Kind::Leaf) return test(detection.item);
  return std::any_of(detection.children.begin(), detection.children.end(),
                     [&](const Detection& d) { return any_item(d, test); });
}

// Correlations contain no items, so the answer for them is no.
template <class Test>
RuleCondition over_items(Test test) {
  return [test](const Rule& rule, const Run&) -> Result<bool> {
    if (rule.kind == Rule::Kind::Correlation) return false;
    return std::any_of(rule.detections.begin(), rule.detections.end(),
                       [&](const auto& d) { return any_item(d.second, test); });
  };
}

RuleCondition log_source(Params& p) {
  const LogSourceRef wanted{p.text("product", ""), p.text("category", ""), p.text("service", "")};
  if (wanted == LogSourceRef()) p.wrong("wants a product, a category or a service");
  const auto fits = [wanted](const Rule& rule) {
    const LogSourceRef& is = rule.log_source;
    return (wanted.product.empty() || wanted.product == is.product) &&
           (wanted.category.empty() || wanted.category == is.category) &&
           (wanted.service.empty() || wanted.service == is.service);
  };
  return [fits](const Rule& rule, const Run& run) -> Result<bool> {
    if (rule.kind != Rule::Kind::Correlation) return fits(rule);
    return std::any_of(run.referred.begin(), run.referred.end(),
                       [&](const Rule* r) { return r != nullptr && fits(*r); });
  };
}

const std::vector<std::string>* list_attribute(const Rule& rule, const std::string& name) {
  const RuleFacts& facts = *rule.facts;
  if (name == "tags") return &facts.tags;
  if (name == "references") return &facts.references;
  if (name == "falsepositives") return &facts.falsepositives;
  if (name == "fields") return &rule.fields;
  return nullptr;
}

std::optional<std::string> text_attribute(const Rule& rule, const std::string& name) {
  const RuleFacts& facts = *rule.facts;
  if (name == "title") return facts.title;
  if (name == "id") return facts.id;
  if (name == "name") return rule.name;
  if (name == "description") return facts.description;
  if (name == "author") return facts.author;
  if (name == "status") return facts.status;
  if (name == "level") return std::string(level_name(facts.level));
  const auto custom = rule.custom.find(name);
  return custom == rule.custom.end() ? std::nullopt : std::optional(custom->second);
}

int position(const Texts& order, const std::string& name) {
  return static_cast<int>(std::find(order.begin(), order.end(), name) - order.begin());
}

// The order that levels and statuses have among themselves; null for other attributes.
const Texts* ladder(const std::string& attribute) {
  static const Texts levels = {"informational", "low", "medium", "high", "critical"};
  static const Texts statuses = {"unsupported", "deprecated", "experimental", "test", "stable"};
  return attribute == "level" ? &levels : attribute == "status" ? &statuses : nullptr;
}

Result<RuleCondition> rule_attribute(Params& p) {
  const std::string name = p.text("attribute"),
                    op = p.one_of("op", "eq", {"eq", "ne", "gte", "gt", "lte", "lt", "in", "not_in"});
  const Scalar wanted = p.scalar("value");
  static const Texts kept_out = {"date",  "modified",  "license",   "taxonomy", "related",
                                 "scope", "logsource", "detection", "source",   "errors"};
  if (std::find(kept_out.begin(), kept_out.end(), name) != kept_out.end()) {
    return fail(Code::Unsupported,
                fmt::format("the attribute '{}' of a rule is not kept, so it cannot be asked for", name));
  }
  const Texts* const steps = ladder(name);
  std::string text = wanted.text;
  if (steps != nullptr) {
    std::transform(text.begin(), text.end(), text.begin(), ascii_lower);
    if (position(*steps, text) == static_cast<int>(steps->size()))
      p.wrong(fmt::format("has no {} '{}' to compare with", name, printable(text, 80)));
  }
  return [=](const Rule& rule, const Run&) -> Result<bool> {
    if (const auto* list = list_attribute(rule, name)) {
      const bool in = std::find(list->begin(), list->end(), wanted.text) != list->end();
      return op == "in" ? in : op == "not_in" ? !in : op == "ne";
    }
    const auto is = text_attribute(rule, name);
    if (!is) return false;
    if (op == "in" || op == "not_in" ||
        (steps == nullptr && op != "eq" && op != "ne" && !is_number(type_scalar(*is, false)))) {
      return fail(Code::Unsupported, fmt::format("rule_attribute cannot compare '{}' with '{}'", name, op));
    }
    if (steps != nullptr) return compare(op, position(*steps, *is) - position(*steps, text));
    const Scalar typed = type_scalar(*is, false);
    if (is_number(typed) && is_number(wanted)) {
      const double a = number_of(typed), b = number_of(wanted);
      return compare(op, a < b ? -1 : a > b ? 1 : 0);
    }
    return compare(op, is->compare(wanted.text));
  };
}

}  // namespace
}  // namespace rule_conditions

bool same_value(const Value& wanted, const Value& value) {
  if (wanted.kind != value.kind) return false;
  switch (wanted.kind) {
    case Value::Kind::Text: return !value.cased && wanted.text == value.text;
    case Value::Kind::Number:
      return rule_conditions::number_of(wanted.scalar) == rule_conditions::number_of(value.scalar);
    case Value::Kind::Bool:
      return rule_conditions::number_of(wanted.scalar) == rule_conditions::number_of(value.scalar);
    case Value::Kind::Null: return true;
    default: return false;
  }
}

StateTest::StateTest(Params& p)
    : key_(p.text("key")), op_(p.one_of("op", "eq", rule_conditions::kOrder)), wanted_(p.scalar("val")) {}

Result<bool> StateTest::holds(const Run& run) const {
  const auto found = run.state.find(key_);
  if (found == run.state.end()) return false;
  const Scalar& is = found->second;
  const bool numbers = rule_conditions::is_number(is) && rule_conditions::is_number(wanted_);
  if (!numbers && is.kind != wanted_.kind) {
    if (op_ == "eq" || op_ == "ne") return op_ == "ne";
    return fail(Code::Unsupported, fmt::format("the state '{}' cannot be compared by size with '{}'",
                                               printable(key_, 80), printable(wanted_.text, 80)));
  }
  if (!numbers) return rule_conditions::compare(op_, is.text.compare(wanted_.text));
  const double a = rule_conditions::number_of(is), b = rule_conditions::number_of(wanted_);
  return rule_conditions::compare(op_, a < b ? -1 : a > b ? 1 : 0);
}

Result<RuleCondition> make_rule_condition(const std::string& type, Params& p) {
  using namespace rule_conditions;
  if (type == "logsource") return log_source(p);
  if (type == "contains_field") {
    return over_items(
        [field = p.text("field")](const Item& item) { return !item.field.empty() && item.field == field; });
  }
  if (type == "contains_detection_item") {
    const std::string field = p.text("field");
    const Value wanted = Value::of_scalar(p.scalar("value"));
    return over_items([=](const Item& item) {
      if (item.field.empty() || item.field != field) return false;
      const Values values = read_values(item);
      return std::any_of(values.list.begin(), values.list.end(), [&](const Value& v) { return same_value(wanted, v); });
    });
  }
  if (type == "processing_item_applied") {
    return [id = p.text("processing_item_id")](const Rule&, const Run& run) -> Result<bool> {
      return run.applied.count(id) != 0;
    };
  }
  if (type == "processing_state")
    return [state = StateTest(p)](const Rule&, const Run& run) { return state.holds(run); };
  if (type == "is_sigma_rule") {
    return [](const Rule& rule, const Run&) -> Result<bool> { return rule.kind != Rule::Kind::Correlation; };
  }
  if (type == "is_sigma_correlation_rule") {
    return [](const Rule& rule, const Run&) -> Result<bool> { return rule.kind == Rule::Kind::Correlation; };
  }
  if (type == "rule_attribute") return rule_attribute(p);
  if (type == "tag") {
    const std::string tag = p.text("tag");
    if (tag.find('.') == std::string::npos) p.wrong("wants a tag with its namespace, such as attack.t1059");
    return [tag](const Rule& rule, const Run&) -> Result<bool> {
      return std::find(rule.facts->tags.begin(), rule.facts->tags.end(), tag) != rule.facts->tags.end();
    };
  }
  return fail(Code::Unsupported, fmt::format("there is no rule condition '{}'", printable(type, 80)));
}

}  // namespace custos::rules::pipeline
