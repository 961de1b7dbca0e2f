#include "rules/program.h"

#include "rules/vocabulary.h"

namespace custos::rules {

std::vector<const Variant*> variants_for(const std::vector<Variant>& variants, const LogSource& source) {
  std::vector<const Variant*> out;
  for (std::size_t i = 0; i < variants.size();) {
    // All variants of one rule stand together, the plain one first. A telemetry pipeline replaces the plain one where it is
    // meant for such events.
    std::size_t end = i;
    const Variant* chosen = nullptr;
    while (end < variants.size() && variants[end].rule == variants[i].rule) {
      const Variant& v = variants[end++];
      if (v.telemetry ? is_telemetry(*v.telemetry, source) : speaks_of(v.log_source, source)) chosen = &v;
    }
    if (chosen != nullptr) out.push_back(chosen);
    i = end;
  }
  return out;
}

std::string CompiledProgram::log_source(std::size_t rule) const {
  const LogSourceRef& r = rules[rule].log_source;
  std::string s;
  for (const std::string* part : {&r.product, &r.service, &r.category}) {
    if (part->empty()) continue;
    if (!s.empty()) s += "/";
    s += *part;
  }
  return s;
}

std::shared_ptr<const Plan> CompiledProgram::plan_for(const LogSource& source) const {
  const std::string key = source.text();
  const std::lock_guard lock(mutex_);
  if (const auto it = plans_.find(key); it != plans_.end()) return it->second;
  auto plan = build_plan(variants_for(variants, source), regexes, next_uid_);
  next_uid_ += static_cast<std::uint32_t>(plan->slots.size());
  plans_.emplace(key, plan);
  return plan;
}

}  // namespace custos::rules
