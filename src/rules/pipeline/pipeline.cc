#include "rules/pipeline/pipeline.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/params.h"
#include "rules/pipeline/step.h"
#include "base/yaml.h"

namespace custos::rules {
namespace pipeline {
namespace reading {
namespace {

constexpr std::size_t kNodes = 200'000;  // of a pipeline, aliases written out

Result<std::map<std::string, std::vector<Scalar>>> read_vars(Params& top) {
  std::map<std::string, std::vector<Scalar>> out;
  const Yaml* const vars = top.node("vars");
  if (vars == nullptr) return out;
  if (vars->kind != Yaml::Kind::Map) top.wrong("wants a map in 'vars'");
  for (const auto& [name, value] : vars->map) {
    std::vector<Scalar>& values = out[name];
    if (value->kind == Yaml::Kind::Scalar) values.push_back(value->scalar);
    for (const auto& child : value->list) {
      if (child->kind == Yaml::Kind::Scalar) values.push_back(child->scalar);
    }
    if (values.empty() || value->kind == Yaml::Kind::Map ||
        (value->kind == Yaml::Kind::List && values.size() != value->list.size())) {
      top.wrong(fmt::format("wants a text, a number or a list of them for '{}' in 'vars'", printable(name, 80)));
    }
  }
  return out;
}

Result<std::optional<LogSourceRef>> read_telemetry(Params& top) {
  const Yaml* const custos = top.node("custos");
  if (custos == nullptr) return std::optional<LogSourceRef>();
  Params p(*custos, "'custos'");
  const Yaml* const source = p.node("log_source");
  if (source == nullptr) p.wrong("wants a 'log_source'");
  if (auto ok = p.done(); !ok) return tl::unexpected(ok.error());
  Params keys(*source, "'log_source'");
  const LogSourceRef out{keys.text("product", ""), keys.text("category", ""), keys.text("service", "")};
  if (out == LogSourceRef()) keys.wrong("wants a product, a category or a service");
  if (auto ok = keys.done(); !ok) return tl::unexpected(ok.error());
  return std::optional(out);
}

// Postprocessing and finalizers write queries; custos has none. Empty ones do no harm.
void refuse_output(Params& top, const std::string& key) {
  const Yaml* const found = top.node(key);
  if (found == nullptr || (found->kind == Yaml::Kind::Scalar && found->scalar.kind == Scalar::Kind::Null)) return;
  if (found->kind != Yaml::Kind::List || !found->list.empty()) {
    top.wrong(fmt::format("has '{}', which changes query texts; custos matches events itself and makes none", key));
  }
}

std::string file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return std::string(name.substr(0, name.find_last_of('.')));
}

}  // namespace
}  // namespace reading
}  // namespace pipeline

Result<Pipeline> parse_pipeline(std::string_view path, std::string_view text) {
  using namespace pipeline;
  using namespace pipeline::reading;
  const std::string where(path);
  const auto refuse = [&](const Error& error) { return fail(error.code, error.text, where); };
  const auto documents = parse_yaml(text);
  if (!documents) return refuse(documents.error());
  if (documents->size() != 1) {
    return fail(Code::Malformed, fmt::format("a pipeline is one YAML document; here are {}", documents->size()), where);
  }
  const Yaml& root = *documents->front().root;
  if (unfolded_size(root, kNodes) >= kNodes) return fail(Code::Limit, "the pipeline is too large", where);
  Params top(root, "the pipeline", {"allowed_backends"});
  Pipeline out;
  out.path = where;
  out.name = top.text("name", file_name(path));
  const std::string priority = top.text("priority", "0");
  const auto read = std::from_chars(priority.data(), priority.data() + priority.size(), out.priority);
  if (read.ec != std::errc() || read.ptr != priority.data() + priority.size())
    top.wrong("wants a whole number in 'priority'");
  auto vars = read_vars(top);
  if (!vars) return refuse(vars.error());
  out.vars = std::move(*vars);
  auto telemetry = read_telemetry(top);
  if (!telemetry) return refuse(telemetry.error());
  out.telemetry = std::move(*telemetry);
  refuse_output(top, "postprocessing");
  refuse_output(top, "finalizers");
  const Yaml* const steps = top.node("transformations");
  if (steps != nullptr && steps->kind != Yaml::Kind::List && steps->scalar.kind != Scalar::Kind::Null) {
    top.wrong("wants a list in 'transformations'");
  }
  if (auto ok = top.done(); !ok) return refuse(ok.error());
  if (steps == nullptr) return out;
  for (const auto& child : steps->list) {
    auto step = read_step(*child, out.steps.size() + 1, 0);
    if (!step) return refuse(step.error());
    out.steps.push_back(std::move(*step));
  }
  return out;
}

Result<void> Pipeline::apply(Rule& rule, const Placeholders& outside) const {
  return apply_pipelines(std::span(this, 1), rule, outside);
}

Result<void> apply_pipelines(std::span<const Pipeline> pipelines, Rule& rule, const Placeholders& outside,
                             std::span<const Rule* const> referred) {
  std::vector<const Pipeline*> order;
  for (const Pipeline& each : pipelines) order.push_back(&each);
  std::stable_sort(order.begin(), order.end(),
                   [](const Pipeline* a, const Pipeline* b) { return a->priority < b->priority; });
  std::map<std::string, std::vector<Scalar>> vars;
  for (const Pipeline* each : order) {
    for (const auto& [name, values] : each->vars) vars[name] = values;
  }
  pipeline::Run run;
  run.vars = &vars;
  run.outside = &outside;
  run.referred = referred;
  for (const Pipeline* each : order) {
    bool any = false;
    for (const auto& step : each->steps) {
      const auto applied = step->run_on(rule, run);
      if (!applied) return fail(applied.error().code, applied.error().text, each->path);
      any |= *applied;
    }
    if (any) rule.pipeline.push_back(each->name);
  }
  return {};
}

Result<void> apply_to_correlation(std::span<const Pipeline> pipelines, Rule& correlation,
                                  std::span<const Rule* const> referred) {
  return apply_pipelines(pipelines, correlation, {}, referred);
}

}  // namespace custos::rules
