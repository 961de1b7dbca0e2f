#include "rules/observer.h"

#include <algorithm>
#include <map>

namespace custos::rules {
namespace {

constexpr std::size_t kEventsListed = 100;

using Episodes = std::map<std::uint64_t, std::vector<correlation::EventId>>;

// Inner episodes become the events behind them.
void unfold(const std::vector<correlation::EventId>& ids, const Episodes& inner, std::size_t depth, std::vector<correlation::EventId>& out) {
  for (const correlation::EventId& id : ids) {
    if (out.size() >= kEventsListed) return;
    const auto it = id.source == correlation::kEpisodeSource && depth < correlation::kMaxDepth ? inner.find(id.record) : inner.end();
    if (it != inner.end()) {
      unfold(it->second, inner, depth + 1, out);
    } else if (std::find(out.begin(), out.end(), id) == out.end()) {
      out.push_back(id);
    }
  }
}

}  // namespace

correlation::ObservationLog& CorrelationRun::new_log() {
  const std::lock_guard lock(mutex_);
  logs_.push_back(std::make_unique<correlation::ObservationLog>());
  return *logs_.back();
}

Correlated CorrelationRun::correlated(const correlation::Fired& f) const {
  Correlated c;
  c.rule = program_->correlation_rules[f.correlation];
  c.first_time = f.window_start;
  c.time = f.time;
  c.last_time = f.last_time;
  const auto& names = program_->group_names[f.correlation];
  for (std::size_t i = 0; i < f.group.size() && i < names.size(); ++i) c.group.emplace_back(names[i], f.group[i]);
  for (const correlation::EventId& id : f.events) {
    if (id.source != correlation::kEpisodeSource) c.events.push_back({id.source, id.record});
  }
  c.event_count = f.event_count;
  c.value = f.value;
  return c;
}

Result<CorrelationTotals> CorrelationRun::run(const std::function<void(const Correlated&)>& sink) {
  // The events behind an inner episode are told when that episode ends, which may be after the outer one: kept until the end.
  std::vector<correlation::Fired> ended;
  Episodes inner;
  const std::shared_ptr<const correlation::CorrelationPlan> plan(program_, &program_->correlations);
  correlation::Correlator correlator(plan, {}, [&](const correlation::Fired& f) {
    if (f.phase != correlation::Fired::Phase::Ended) return;
    if (program_->correlations.is_inner(f.correlation)) inner[f.episode] = f.events;
    if (program_->rules[program_->correlation_rules[f.correlation]].reports) ended.push_back(f);
  });
  std::vector<correlation::ObservationLog*> logs;
  CorrelationTotals totals;
  for (const auto& log : logs_) {
    logs.push_back(log.get());
    totals.without_time += log->without_time();
  }
  auto ok = correlation::ObservationLog::merge(logs, [&](const correlation::Observation& o) { correlator.feed(o); });
  correlator.finish();
  if (!ok) return tl::unexpected<Error>(ok.error());
  for (correlation::Fired& f : ended) {
    std::vector<correlation::EventId> events;
    unfold(f.events, inner, 0, events);
    f.events = std::move(events);
    sink(correlated(f));
  }
  for (std::size_t i = 0; i < program_->correlations.size(); ++i) {
    if (!program_->correlations.node(i).running) continue;
    totals.evicted += correlator.counts(i).evicted_groups + correlator.counts(i).evicted_events;
  }
  return totals;
}

std::unique_ptr<Correlations> make_correlations(std::shared_ptr<const Program> program) {
  return std::make_unique<CorrelationRun>(std::static_pointer_cast<const CompiledProgram>(std::move(program)));
}

std::string_view Observer::name_of(std::uint32_t field) const {
  if (variant_ != nullptr) {
    for (const auto& [number, name] : variant_->field_names) {
      if (number == field) return name;
    }
  }
  return program_.correlations.fields()[field];
}

void Observer::observe(const Event& event, std::uint32_t source) {
  wanted_.clear();
  for (const std::uint32_t base : rules_) {
    for (const std::uint32_t field : program_.correlations.fields_of(base)) {
      if (std::find(wanted_.begin(), wanted_.end(), field) == wanted_.end()) wanted_.push_back(field);
    }
  }
  fields_.clear();
  for (const std::uint32_t field : wanted_) {
    const Field* f = event.find(name_of(field));
    if (f != nullptr && f->type != Type::Null) fields_.push_back({field, f->text()});
  }
  const Record& r = event.record();
  auto ok = log_->add({r.time, {source, r.offset}, rules_, fields_});
  if (!ok && !failure_) failure_ = ok.error();
}

}  // namespace custos::rules
