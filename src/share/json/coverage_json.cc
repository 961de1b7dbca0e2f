#include "share/json/coverage_json.h"

#include "share/identity.h"
#include "share/words.h"

namespace custos::share {
namespace coverage_json_file {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

void counts(JsonWriter& w, std::string_view name, const Counts& c) {
  w.key(name).open_object();
  for (const auto& [what, times] : c) w.field(what, times);
  w.close_object();
}

void source(JsonWriter& w, const SourceCoverage& s) {
  w.open_object().field("file", s.file).field("format", s.format).field("state", state_name(s.state));
  w.field("why", why_not_whole(s)).field("bytes", s.bytes).field("events", s.events);
  w.field("rejects", s.reject_count).field("rejects_listed", std::uint64_t{s.rejects.size()});
  counts(w, "notes", s.notes);
  counts(w, "log_sources", s.log_sources);
  w.key("first_time").time(s.first_time).key("last_time").time(s.last_time);
  w.field("without_time", s.without_time).field("backwards", s.backwards).field("in_future", s.in_future);
  w.field("gap_count", s.gap_count).field("missing", s.missing_records).key("gaps").open_array();
  for (const Gap& g : s.gaps) w.open_object().field("after", g.after).field("before", g.before).close_object();
  w.close_array().close_object();
}

void rules(JsonWriter& w, Sink& sink, const RuleCoverage& r) {
  w.key("rules").open_object().field("files", r.files).field("loaded", r.loaded).field("refused", r.refused);
  w.field("filters", r.filters).field("correlations", r.correlations);
  w.field("without_telemetry", r.without_telemetry);
  counts(w, "without_telemetry_by_source", r.without_telemetry_by_source);
  counts(w, "interrupted", r.interrupted);
  w.key("user_files").open_array();
  for (const std::string& path : r.user_files) w.value(path);
  w.close_array();
  w.key("refusals").open_array();
  for (const RuleRefusal& x : r.refusals) {
    w.open_object()
        .field("path", x.path)
        .field("id", x.id)
        .field("title", x.title)
        .field("reason", x.reason)
        .close_object();
    sink.offer();
  }
  w.close_array().close_object();
}

void behavior(JsonWriter& w, const BehaviorCoverage& b) {
  w.key("behavior").open_object().field("on", b.on).field("why_not", b.why_not).field("baseline", b.baseline).key("window");
  b.window == kNoTime ? w.null() : w.value(static_cast<double>(b.window) / kSecond);
  w.key("learned_from").time(b.learned_from).key("learned_until").time(b.learned_until);
  w.key("calibrated_from").time(b.calibrated_from);
  w.key("judged_from").time(b.judged_from).key("judged_until").time(b.judged_until);
  w.field("budget", b.budget).field("actors", b.actors).field("windows", b.windows).field("facts", b.facts);
  w.field("late", b.late).field("findings", b.findings);
  counts(w, "evictions", b.evictions);
  counts(w, "thin", b.thin);
  w.close_object();
}

struct States {
  std::uint64_t whole = 0, partial = 0, unread = 0;
};

States states(const Coverage& c) {
  States n;
  for (const SourceCoverage& s : c.sources) {
    ++(s.state == ReadState::Whole ? n.whole : s.state == ReadState::Partial ? n.partial : n.unread);
  }
  return n;
}

}  // namespace
}  // namespace coverage_json_file

std::string_view state_name(ReadState state) {
  return state == ReadState::Whole ? "whole" : state == ReadState::Partial ? "partial" : "unread";
}

std::string why_not_whole(const SourceCoverage& s) {
  if (s.state == ReadState::Whole || !s.why.empty()) return s.why;
  if (s.reject_count > 0)
    return counted(s.reject_count, "stretch") + " of it " + (s.reject_count == 1 ? "was" : "were") + " not understood";
  return s.state == ReadState::Unread ? "not read" : "not read to its end";
}

void append_coverage(Sink& sink, const Coverage& c, JsonPlace place) {
  namespace here = coverage_json_file;
  const here::States n = here::states(c);
  JsonWriter w(sink.text(), place);
  w.open_object().field("type", "coverage").field("complete", c.complete());
  w.field("engine", engine_name()).field("version", c.version).field("started", c.started);
  w.field("finished", c.finished)
      .field("files", c.files)
      .field("bytes", c.bytes)
      .field("events", c.events)
      .field("rejects", c.rejects);
  w.field("findings", c.findings).field("folded", c.folded).field("late", c.late).field("evicted", c.evicted).field("accesses_left_out", c.accesses_left_out);
  w.key("scope").open_object().key("since").time(c.scope.since).key("until").time(c.scope.until);
  w.field("events_outside", c.scope.events_outside).field("min_level", c.scope.min_level).field("findings_below", c.scope.findings_below).close_object();
  w.key("identities").open_object().field("known", c.identities.known).field("ambiguous", c.identities.ambiguous);
  w.field("open", c.identities.open).field("forgotten", c.identities.forgotten).close_object();
  here::behavior(w, c.behavior);
  w.field("sources_whole", n.whole).field("sources_partial", n.partial).field("sources_unread", n.unread);
  here::counts(w, "events_by_format", c.events_by_format);
  here::rules(w, sink, c.rules);
  w.key("sources").open_array();
  for (const SourceCoverage& s : c.sources) {
    here::source(w, s);
    sink.offer();
  }
  w.close_array().close_object();
}

}  // namespace custos::share
