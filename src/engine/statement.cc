#include "engine/statement.h"

#include <algorithm>

#include "base/clock.h"

namespace custos::engine {

Statement::Statement(const ScanOptions& options, const LoadedRules& rules)
    : options_(options), rules_(rules), telemetry_(rules.loaded.program->size()) {}

void Statement::add_unreadable(const std::vector<ingest::Unreadable>& list) {
  for (const ingest::Unreadable& u : list) {
    SourceCoverage s;
    s.file = u.name;
    s.state = ReadState::Unread;
    s.why = u.why;
    unreadable_.push_back(std::move(s));
  }
}

void Statement::add_empty_folder(const std::string& name) {
  SourceCoverage s;
  s.file = name;
  s.format = "empty folder";
  unreadable_.push_back(std::move(s));
}

void Statement::add(Worker& worker) {
  for (auto& s : worker.sources()) sources_.push_back(std::move(s));
  const auto& had = worker.matcher().had_telemetry();
  for (std::size_t i = 0; i < had.size(); ++i) telemetry_[i] = telemetry_[i] || had[i];
  for (const auto& [rule, times] : worker.matcher().interrupted()) {
    coverage_.rules.interrupted[rules_.loaded.program->facts(rule)->id] += times;
  }
  crowded_names_ += worker.names().overflowed();
  coverage_.scope.events_outside += worker.matcher().events_outside();
  coverage_.scope.findings_below += worker.findings_below();
}

void Statement::sort() {
  std::stable_sort(sources_.begin(), sources_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

void Statement::add_rules() {
  RuleCoverage& r = coverage_.rules;
  const rules::Program& program = *rules_.loaded.program;
  r.files = rules_.files;
  r.user_files = rules_.user_files;
  for (const rules::LoadReport& report : rules_.loaded.reports) {
    if (!report.loaded) {
      r.refusals.push_back({report.path, report.id, report.title, report.reason});
      continue;
    }
    ++r.loaded;
    if (report.kind == "filter") ++r.filters;
    if (report.kind == "correlation") ++r.correlations;
  }
  r.refusals.insert(r.refusals.end(), rules_.unreadable.begin(), rules_.unreadable.end());
  r.refused = r.refusals.size();
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (program.facts(i)->kind == "correlation" || telemetry_[i]) continue;
    ++r.without_telemetry;
    ++r.without_telemetry_by_source[program.log_source(i)];
  }
}

Coverage Statement::finish(const rules::CorrelationTotals& totals, const FindingSet& findings) {
  Coverage& c = coverage_;
  c.version = CUSTOS_VERSION;
  c.started = to_rfc3339(options_.now);
  c.finished = to_rfc3339(wall_clock());
  for (auto& [ordinal, s] : sources_) {
    ++c.files;
    c.bytes += s.bytes;
    c.events += s.events;
    c.rejects += s.reject_count;
    if (s.events != 0) c.events_by_format[s.format] += s.events;
    c.sources.push_back(std::move(s));
  }
  for (SourceCoverage& s : unreadable_) {
    ++c.files;
    c.sources.push_back(std::move(s));
  }
  if (crowded_names_ != 0 && !c.sources.empty()) c.sources.front().notes["values of field names beyond the limit of distinct names"] += crowded_names_;
  c.scope.since = options_.since;
  c.scope.until = options_.until;
  if (options_.min_level != Level::Informational) c.scope.min_level = level_name(options_.min_level);
  c.late = totals.without_time;
  c.evicted = totals.evicted;
  c.folded = findings.crowded();
  add_rules();
  return std::move(coverage_);
}

}  // namespace custos::engine
