// Whole rules: conditions added, log source, output fields, state, refusal.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace rule_steps {
namespace {

bool is_word(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

// $category, ${product}, $service; $$ is one dollar, anything else stays. An unset part is "None", as in the oracle.
std::string fill_in(std::string_view s, const LogSourceRef& source) {
  const auto value = [&](std::string_view name) -> const std::string* {
    return name == "category"  ? &source.category
           : name == "product" ? &source.product
           : name == "service" ? &source.service
                               : nullptr;
  };
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '$') {
      out += s[i];
      continue;
    }
    if (s.substr(i + 1, 1) == "$") {
      out += s[i++];
      continue;
    }
    const bool braced = s.substr(i + 1, 1) == "{";
    const std::size_t begin = i + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < s.size() && is_word(s[end], end == begin)) ++end;
    const std::string* const found = !braced || s.substr(end, 1) == "}" ? value(s.substr(begin, end - begin)) : nullptr;
    if (found == nullptr) {
      out += s[i];
      continue;
    }
    out += found->empty() ? "None" : *found;
    i = braced ? end : end - 1;
  }
  return out;
}

// One entry of add_condition's map: a field with modifiers, and its values.
Result<Item> read_item(const std::string& key, const Yaml& value) {
  Item item;
  item.line = value.line;
  std::size_t begin = 0;
  for (std::size_t end = key.find('|');; end = key.find('|', begin)) {
    std::string part = key.substr(begin, end == std::string::npos ? end : end - begin);
    if (begin == 0) {
      item.field = std::move(part);
    } else {
      item.modifiers.push_back(std::move(part));
    }
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  if (value.kind == Yaml::Kind::Scalar) item.values.push_back(value.scalar);
  for (const auto& child : value.list) {
    if (child->kind != Yaml::Kind::Scalar)
      return fail(Code::Malformed, fmt::format("line {}: a value must be a text, a number or null", child->line));
    item.values.push_back(child->scalar);
  }
  if (item.values.empty())
    return fail(Code::Malformed, fmt::format("line {}: '{}' has no values", value.line, printable(key, 80)));
  return item;
}

struct AddCondition {
  std::vector<Item> items;
  std::string name;
  bool fill = false, negated = false;

  Result<void> operator()(Rule& rule, const Step& step, Run& run) const {
    if (rule.kind == Rule::Kind::Correlation) return {};
    if (auto ok = run.spend(items.size()); !ok) return ok;
    Detection added{Detection::Kind::AllOf, {}, {}};
    for (Item item : items) {
      for (Scalar& value : item.values) {
        if (fill && value.kind == Scalar::Kind::Text) value.text = fill_in(value.text, rule.log_source);
      }
      step.mark(item);
      added.children.push_back({Detection::Kind::Leaf, std::move(item), {}});
    }
    const std::string own = name.empty() ? free_name(rule) : name;
    put(rule, own, std::move(added));
    Condition leaf;
    leaf.kind = Condition::Kind::Name;
    leaf.name = own;
    if (negated) leaf = over(Condition::Kind::Not, {std::move(leaf)});
    if (rule.condition.kind != Condition::Kind::True) {
      leaf = over(Condition::Kind::And, {std::move(leaf), std::move(rule.condition)});
    }
    rule.condition = std::move(leaf);
    return {};
  }

  static Condition over(Condition::Kind kind, std::vector<Condition> children) {
    Condition out;
    out.kind = kind;
    out.children = std::move(children);
    return out;
  }

  static bool taken(const Rule& rule, const std::string& own) {
    return std::any_of(rule.detections.begin(), rule.detections.end(), [&](const auto& d) { return d.first == own; });
  }

  static std::string free_name(const Rule& rule) {
    for (std::size_t i = rule.detections.size();; ++i) {
      std::string own = fmt::format("_cond_{}", i);
      if (!taken(rule, own)) return own;
    }
  }

  static void put(Rule& rule, const std::string& own, Detection added) {
    for (auto& [existing, detection] : rule.detections) {
      if (existing != own) continue;
      detection = std::move(added);
      return;
    }
    rule.detections.emplace_back(own, std::move(added));
  }
};

// For steps on the rule's `fields`.
template <class Change>
Apply on_fields(Texts names, Change change) {
  return [names = std::move(names), change](Rule& rule, const Step&, Run& run) -> Result<void> {
    if (auto ok = run.spend(names.size()); !ok) return ok;
    change(rule.fields, names);
    return {};
  };
}

}  // namespace
}  // namespace rule_steps

Result<Apply> add_condition(Params& p) {
  rule_steps::AddCondition add;
  const Yaml* const conditions = p.node("conditions");
  if (conditions == nullptr || conditions->kind != Yaml::Kind::Map || conditions->map.empty())
    p.wrong("wants a map in 'conditions'");
  if (conditions != nullptr) {
    for (const auto& [key, value] : conditions->map) {
      auto item = rule_steps::read_item(key, *value);
      if (!item) return tl::unexpected(item.error());
      add.items.push_back(std::move(*item));
    }
  }
  add.name = p.text("name", "");
  add.fill = p.flag("template");
  add.negated = p.flag("negated");
  return add;
}

Result<Apply> change_logsource(Params& p) {
  const LogSourceRef source{p.text("product", ""), p.text("category", ""), p.text("service", "")};
  if (source == LogSourceRef()) p.wrong("wants a product, a category or a service");
  return [source](Rule& rule, const Step&, Run&) -> Result<void> {
    if (rule.kind != Rule::Kind::Correlation) rule.log_source = source;
    return {};
  };
}

Result<Apply> add_field(Params& p) {
  return rule_steps::on_fields(p.texts("field"), [](Texts& fields, const Texts& names) {
    fields.insert(fields.end(), names.begin(), names.end());
  });
}

Result<Apply> remove_field(Params& p) {
  return rule_steps::on_fields(p.texts("field"), [](Texts& fields, const Texts& names) {
    for (const std::string& name : names) {
      if (const auto found = std::find(fields.begin(), fields.end(), name); found != fields.end()) fields.erase(found);
    }
  });
}

Result<Apply> set_field(Params& p) {
  return rule_steps::on_fields(p.texts("fields"), [](Texts& fields, const Texts& names) { fields = names; });
}

Result<Apply> set_state(Params& p) {
  return [key = p.text("key"), value = p.scalar("val")](Rule&, const Step&, Run& run) -> Result<void> {
    run.state[key] = value;
    return {};
  };
}

Result<Apply> set_custom_attribute(Params& p) {
  return [name = p.text("attribute"), value = p.scalar("value")](Rule& rule, const Step&, Run&) -> Result<void> {
    rule.custom[name] = value.text;
    return {};
  };
}

Result<Apply> rule_failure(Params& p) {
  return [message = p.text("message")](Rule&, const Step&, Run&) -> Result<void> {
    return fail(Code::Unsupported, message);
  };
}

}  // namespace custos::rules::pipeline
