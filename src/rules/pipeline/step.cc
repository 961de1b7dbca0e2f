#include "rules/pipeline/step.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/conditions.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace step {
namespace {

constexpr std::size_t kNesting = 8;

using Make = Result<Apply> (*)(Params&);

const std::map<std::string_view, Make>& makers() {
  static const std::map<std::string_view, Make> table = {
      {"field_name_mapping", &field_name_mapping},
      {"field_name_prefix_mapping", &field_name_prefix_mapping},
      {"field_name_prefix", &field_name_prefix},
      {"field_name_suffix", &field_name_suffix},
      {"drop_detection_item", &drop_detection_item},
      {"hashes_fields", &hashes_fields},
      {"custos_split_path", &custos_split_path},
      {"replace_string", &replace_string},
      {"map_string", &map_string},
      {"set_value", &set_value},
      {"convert_type", &convert_type},
      {"case", &change_case},
      {"regex", &to_regex},
      {"value_placeholders", &value_placeholders},
      {"wildcard_placeholders", &wildcard_placeholders},
      {"add_condition", &add_condition},
      {"change_logsource", &change_logsource},
      {"add_field", &add_field},
      {"remove_field", &remove_field},
      {"set_field", &set_field},
      {"set_state", &set_state},
      {"set_custom_attribute", &set_custom_attribute},
      {"rule_failure", &rule_failure},
      {"detection_item_failure", &detection_item_failure},
  };
  return table;
}

std::string why_not(const std::string& type) {
  static const std::map<std::string_view, std::string_view> reasons = {
      {"query_expression_placeholders",
       "writes a query for another product; custos has no query language to put it in"},
      {"file_placeholders", "reads files; give the values under 'vars' or in the institution's file"},
      {"http_placeholders", "reads from the network, which custos does not do"},
      {"command_placeholders", "runs commands, which custos does not do"},
      {"field_name_transform", "needs Python code"},
      {"extract_fields", "is not supported"},
      {"strict_field_mapping_failure", "is not supported"},
  };
  const auto found = reasons.find(type);
  if (found == reasons.end()) return fmt::format("there is no transformation '{}'", printable(type, 80));
  return fmt::format("the transformation '{}' {}", type, found->second);
}

// The steps inside run with a state of their own, which is added to the outer one afterwards.
Result<Apply> nest(Params& p, std::size_t depth) {
  if (depth >= kNesting) return fail(Code::Limit, "nest is nested too deeply");
  const Yaml* const items = p.node("items");
  if (items == nullptr || items->kind != Yaml::Kind::List) p.wrong("wants a list of transformations in 'items'");
  std::vector<std::shared_ptr<const Step>> steps;
  if (items != nullptr) {
    for (const auto& item : items->list) {
      auto read = read_step(*item, steps.size() + 1, depth + 1);
      if (!read) return tl::unexpected(read.error());
      steps.push_back(std::move(*read));
    }
  }
  return [steps](Rule& rule, const Step&, Run& run) -> Result<void> {
    std::map<std::string, Scalar> outer;
    std::map<std::string, std::set<std::string>> outer_fields;
    std::swap(outer, run.state);
    std::swap(outer_fields, run.field_applied);
    for (const auto& inner : steps) {
      if (auto ok = inner->run_on(rule, run); !ok) return tl::unexpected(ok.error());
    }
    for (auto& [key, value] : run.state) outer[key] = std::move(value);
    for (auto& [name, ids] : run.field_applied) outer_fields[name] = std::move(ids);
    run.state = std::move(outer);
    run.field_applied = std::move(outer_fields);
    return {};
  };
}

}  // namespace
}  // namespace step

Result<void> Run::spend(std::size_t n) {
  if (n > budget) return fail(Code::Limit, "the pipeline makes the rule too large");
  budget -= n;
  return {};
}

Result<bool> Step::takes(const Rule& whole, const Run& run) const {
  if (rule.list.empty()) return true;
  return rule.hold([&](const RuleCondition& condition) { return condition(whole, run); });
}

Result<bool> Step::takes(const Item& one, const Run& run) const {
  const auto held = item.hold([&](const ItemCondition& condition) { return condition(one, run); });
  if (!held || !*held) return held;
  return field.hold([&](const FieldCondition& condition) { return condition(one.field, &one, run); });
}

Result<bool> Step::takes_field(const std::string& name, const Run& run) const {
  return field.hold([&](const FieldCondition& condition) { return condition(name, nullptr, run); });
}

Result<bool> Step::run_on(Rule& whole, Run& run) const {
  const auto takes_it = takes(whole, run);
  if (!takes_it || !*takes_it) return takes_it;
  if (!id.empty()) run.applied.insert(id);
  if (auto ok = apply(whole, *this, run); !ok) return tl::unexpected(ok.error());
  return true;
}

void Step::mark(Item& one) const {
  if (!id.empty() && std::find(one.applied.begin(), one.applied.end(), id) == one.applied.end())
    one.applied.push_back(id);
}

Result<std::shared_ptr<const Step>> read_step(const Yaml& map, std::size_t number, std::size_t depth) {
  auto out = std::make_shared<Step>();
  out->line = map.line;
  out->type = map.text("type");
  Params p(map, fmt::format("transformation {} ({})", number, printable(out->type.empty() ? "no type" : out->type, 80)),
           {"type"});
  out->id = p.text("id", "");
  if (map.kind == Yaml::Kind::Map && out->type.empty()) p.wrong("needs a 'type'");
  if (out->type.empty()) return tl::unexpected(p.done().error());
  auto rule = read_rule_conditions(p);
  if (!rule) return tl::unexpected(rule.error());
  auto item = read_item_conditions(p);
  if (!item) return tl::unexpected(item.error());
  auto field = read_field_conditions(p);
  if (!field) return tl::unexpected(field.error());
  out->rule = std::move(*rule);
  out->item = std::move(*item);
  out->field = std::move(*field);
  const auto make = step::makers().find(out->type);
  if (make == step::makers().end() && out->type != "nest") {
    return fail(Code::Unsupported, fmt::format("line {}: {}: {}", map.line, p.what(), step::why_not(out->type)));
  }
  auto apply = out->type == "nest" ? step::nest(p, depth) : make->second(p);
  if (!apply) {
    const std::string& text = apply.error().text;
    return fail(apply.error().code,
                text.starts_with("line ") ? text : fmt::format("line {}: {}: {}", map.line, p.what(), text));
  }
  if (auto ok = p.done(); !ok) return tl::unexpected(ok.error());
  out->apply = std::move(*apply);
  return std::shared_ptr<const Step>(std::move(out));
}

}  // namespace custos::rules::pipeline
