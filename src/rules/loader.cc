#include "rules/loader.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/parse/filters.h"
#include "rules/lower/lower.h"
#include "rules/parse/document.h"

namespace custos::rules {

void Loader::refuse(std::size_t report, std::string reason) {
  reports_[report].loaded = false;
  reports_[report].reason = std::move(reason);
}

void Loader::accept(std::size_t report) { reports_[report].loaded = true; }

Result<void> Loader::read_pipelines() {
  const auto read = [](const std::vector<RuleText>& texts, std::vector<Pipeline>& to) -> Result<void> {
    for (const RuleText& t : texts) {
      auto p = parse_pipeline(t.path, t.text);
      if (!p) return fail(p.error().code, p.error().text, t.path);
      to.push_back(std::move(*p));
    }
    return {};
  };
  if (auto ok = read(options_.pipelines, pipelines_); !ok) return ok;
  return read(options_.telemetry_pipelines, telemetry_);
}

void Loader::read_file(const RuleText& file) {
  for (ParsedDocument& d : parse_documents(file.path, file.text)) {
    const std::size_t report = reports_.size();
    reports_.push_back({file.path, d.id, d.title, false, d.kind, {}});
    if (!d.rule) {
      refuse(report, d.rule.error().text);
      continue;
    }
    const auto same = [&](const Pending& p) { return p.rule.facts->hash == d.rule->facts->hash && p.rule.facts->id == d.rule->facts->id; };
    if (!d.id.empty() && seen_.contains(d.id)) {
      const auto& list = d.rule->kind == Rule::Kind::Correlation ? correlations_ : detections_;
      if (const auto it = std::find_if(list.begin(), list.end(), same); it != list.end()) {
        refuse(report, fmt::format("the same document was already loaded from {}", it->rule.facts->path));
        continue;
      }
    }
    seen_.insert(d.id);
    switch (d.rule->kind) {
      case Rule::Kind::Detection: detections_.push_back({std::move(*d.rule), report}); break;
      case Rule::Kind::Correlation: correlations_.push_back({std::move(*d.rule), report}); break;
      case Rule::Kind::Filter:
        // Lowered once alone, so that a mistake is the filter's and not that of every rule it touches.
        if (auto e = lower(*d.rule, options_.placeholders); !e) {
          refuse(report, e.error().text);
        } else {
          filters_.push_back(std::move(*d.rule));
          accept(report);
        }
        break;
    }
  }
}

Result<void> Loader::compile_regexes(const Expr& expr) {
  if (expr.kind == Expr::Kind::Leaf && expr.leaf.kind == Leaf::Kind::Regex) {
    const Leaf& l = expr.leaf;
    const std::string key = regex_key(l);
    if (program_->regexes.contains(key)) return {};
    auto r = Regex::compile(l.text, {l.ignore_case, l.multiline, l.dot_all});
    if (!r) return fail(r.error().code, fmt::format("field '{}': {}", l.field, r.error().text));
    program_->regexes.emplace(key, *r);
  }
  for (const Expr& c : expr.children) {
    if (auto ok = compile_regexes(c); !ok) return ok;
  }
  return {};
}

Result<Variant> Loader::lower_variant(const Rule& rule, std::uint32_t number) {
  auto expr = lower(rule, options_.placeholders);
  if (!expr) return tl::unexpected<Error>(expr.error());
  if (auto ok = compile_regexes(*expr); !ok) return tl::unexpected<Error>(ok.error());
  Variant v;
  v.rule = number;
  v.expr = std::move(*expr);
  v.log_source = rule.log_source;
  for (const std::string& p : rule.pipeline) v.pipeline += (v.pipeline.empty() ? "" : ", ") + p;
  return v;
}

Result<void> Loader::add_variants(const Rule& rule, std::uint32_t number) {
  auto plain = lower_variant(rule, number);
  if (!plain) return tl::unexpected<Error>(plain.error());
  program_->variants.push_back(std::move(*plain));
  for (std::size_t i = 0; i < telemetry_.size(); ++i) {
    const Pipeline& p = telemetry_[i];
    if (!p.telemetry) continue;
    const LogSourceRef& t = *p.telemetry;
    if (t.category != rule.log_source.category || (!rule.log_source.product.empty() && rule.log_source.product != t.product)) continue;
    if (!rule.log_source.service.empty() && rule.log_source.service != t.service) continue;
    Rule mapped = rule;
    if (!p.apply(mapped, options_.placeholders)) continue;  // the pipeline says that this telemetry can't answer the rule
    auto v = lower_variant(mapped, number);
    if (!v) continue;
    v->telemetry = t;
    v->telemetry_pipeline = i;
    program_->variants.push_back(std::move(*v));
  }
  return {};
}

void Loader::add_detection(Pending& pending) {
  Rule rule = pending.rule;
  std::size_t ordinal = 0;
  for (const Rule& f : filters_) {
    if (filter_applies(f, rule)) apply_filter(f, ordinal++, rule);
  }
  const LogSourceRef written = rule.log_source;
  if (auto ok = apply_pipelines(pipelines_, rule, options_.placeholders); !ok) {
    refuse(pending.report, ok.error().text);
    return;
  }
  const auto number = static_cast<std::uint32_t>(program_->rules.size());
  const std::size_t variants = program_->variants.size();
  if (auto ok = add_variants(rule, number); !ok) {
    program_->variants.resize(variants);
    refuse(pending.report, ok.error().text);
    return;
  }
  CompiledProgram::LoadedRule loaded;
  loaded.facts = rule.facts;
  loaded.log_source = written;
  program_->rules.push_back(std::move(loaded));
  loaded_.emplace_back(std::move(rule), number);
  accept(pending.report);
}

// The user's pipelines rename the fields of a correlation as they do those of the rules it refers to.
void Loader::map_correlations(const std::vector<correlation::Resolution>& resolutions) {
  if (pipelines_.empty()) return;
  for (std::size_t i = 0; i < correlations_.size(); ++i) {
    std::vector<const Rule*> referred;
    for (const correlation::Reference& r : resolutions[i].references) {
      referred.push_back(r.correlation ? &correlations_[r.index].rule : &loaded_[r.index].first);
    }
    if (auto ok = apply_to_correlation(pipelines_, correlations_[i].rule, referred); !ok) refuse(correlations_[i].report, ok.error().text);
  }
}

void Loader::add_correlations() {
  std::vector<correlation::RuleName> bases;
  for (const auto& [rule, number] : loaded_) bases.push_back({rule.facts->id, rule.name});
  std::vector<correlation::CorrelationRule> rules;
  for (const Pending& p : correlations_) rules.push_back({{p.rule.facts->id, p.rule.name}, &p.rule.correlation});
  map_correlations(correlation::resolve(bases, rules));
  auto built = correlation::CorrelationPlan::build(bases, rules);
  program_->correlations = std::move(built.plan);
  for (std::size_t i = 0; i < correlations_.size(); ++i) {
    const auto number = program_->rules.size();
    program_->correlation_rules.push_back(number);
    program_->group_names.push_back(correlations_[i].rule.correlation.group_by);
    CompiledProgram::LoadedRule loaded;
    loaded.facts = correlations_[i].rule.facts;
    loaded.correlation = true;
    loaded.correlator = static_cast<std::uint32_t>(i);
    program_->rules.push_back(std::move(loaded));
    if (!built.refused[i].empty()) {
      program_->rules.back().reports = false;
      refuse(correlations_[i].report, built.refused[i]);
    } else {
      accept(correlations_[i].report);
    }
  }
  settle_reports();
  name_fields();
}

namespace {

const Item* first_item(const Detection& d) {
  if (d.kind == Detection::Kind::Leaf) return &d.item;
  return d.children.empty() ? nullptr : first_item(d.children.front());
}

}  // namespace

// A correlation names fields as the plain rule does; under a telemetry pipeline the same values stand under other names. The
// pipeline itself is asked, with a rule that holds nothing but the field.
void Loader::name_fields() {
  for (Variant& v : program_->variants) {
    const std::uint32_t base = program_->rules[v.rule].base;
    if (!v.telemetry || base == correlation::kNone) continue;
    for (const std::uint32_t field : program_->correlations.fields_of(base)) {
      Rule probe = loaded_[base].first;
      probe.detections.assign(1, {"probe", Detection{}});
      probe.detections[0].second.kind = Detection::Kind::Leaf;
      probe.detections[0].second.item.field = program_->correlations.fields()[field];
      probe.detections[0].second.item.values.push_back({Scalar::Kind::Text, "x"});
      probe.condition = {Condition::Kind::Name, "probe", 1, {}};
      if (!telemetry_[v.telemetry_pipeline].apply(probe, options_.placeholders)) continue;
      const auto it = std::find_if(probe.detections.begin(), probe.detections.end(), [](const auto& d) { return d.first == "probe"; });
      const Item* item = it == probe.detections.end() ? nullptr : first_item(it->second);
      if (item != nullptr && item->field != program_->correlations.fields()[field]) v.field_names.emplace_back(field, item->field);
    }
  }
}

// A rule that only feeds correlations reports nothing itself, unless one of them asks for it with `generate`.
void Loader::settle_reports() {
  std::vector<bool> generated(program_->rules.size());
  for (std::size_t i = 0; i < correlations_.size(); ++i) {
    const auto& node = program_->correlations.node(i);
    if (!node.running) continue;
    for (const auto& position : node.positions) {
      const std::uint32_t index = position.reference.index;
      const std::size_t rule = position.reference.correlation ? program_->correlation_rules[index] : loaded_[index].second;
      if (!position.reference.correlation) program_->rules[rule].base = index;
      program_->rules[rule].reports = false;
      if (correlations_[i].rule.correlation.generate) generated[rule] = true;
    }
  }
  for (std::size_t r = 0; r < generated.size(); ++r) {
    if (generated[r]) program_->rules[r].reports = true;
  }
}

Result<Loaded> Loader::load(const std::vector<RuleText>& files) {
  if (auto ok = read_pipelines(); !ok) return tl::unexpected<Error>(ok.error());
  for (const RuleText& f : files) read_file(f);
  for (Pending& p : detections_) add_detection(p);
  add_correlations();
  return Loaded{program_, std::move(reports_)};
}

Result<Loaded> load(const std::vector<RuleText>& files, const LoadOptions& options) { return Loader(options).load(files); }

}  // namespace custos::rules
