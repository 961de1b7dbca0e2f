// NDJSON: a line a finding, a line an incident, a line a reject, the coverage statement last. docs/formats/findings.md has every key.
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "share/json/behavior_json.h"
#include "share/json/coverage_json.h"
#include "share/exporter.h"
#include "share/identity.h"
#include "share/json/incident_json.h"
#include "share/writer.h"

namespace custos::share::json {
namespace {

std::string rule_json(const RuleFacts& r) {
  std::string out;
  JsonWriter w(out);
  w.open_object().field("id", r.id).field("title", r.title).field("level", level_name(r.level));
  w.field("description", r.description).field("author", r.author).field("status", r.status).field("kind", r.kind);
  w.field("path", r.path).field("hash", r.hash).key("tags").values(r.tags);
  w.key("falsepositives").values(r.falsepositives).key("references").values(r.references).close_object();
  return out;
}

void matches(JsonWriter& w, const Finding& f) {
  w.key("matched").open_array();
  for (const Match& m : f.matched) {
    w.open_object().field("field", m.field).field("value", m.value).key("offset");
    m.offset ? w.value(std::uint64_t{*m.offset}) : w.null();
    w.close_object();
  }
  w.close_array();
}

void entity(JsonWriter& w, const Entity& e) {
  w.open_object().field("kind", e.kind).field("value", e.value);
  if (!e.identities.empty()) w.key("identities").open_array();
  for (const Identity& i : e.identities) {
    w.open_object().field("kind", i.kind).key("value");
    i.is.known() ? w.value(i.is.value) : w.null();
    w.key("since").time(i.is.span.from).key("until").time(i.is.span.until).field("from", i.is.from);
    w.key("candidates").values(i.is.candidates).close_object();
  }
  if (!e.identities.empty()) w.close_array();
  w.close_object();
}

class Run final : public ExportRun {
 public:
  explicit Run(Output& out) : sink_(out) {}

  void finding(const Finding& f) override {
    const RuleFacts& rule = f.rule ? *f.rule : no_rule_;
    JsonWriter w(sink_.text());
    w.open_object().field("type", "finding").field("id", finding_id(f)).key("rule").json(rule_text(f.rule));
    w.field("level", level_name(rule.level)).key("time").time(f.time).key("last_time").time(f.last_time);
    w.field("log_source", f.log_source).key("source");
    append_place(w, f.source);
    w.key("others").open_array();
    for (const Place& p : f.others) append_place(w, p);
    w.close_array().field("count", f.count).key("entities").open_array();
    for (const Entity& e : f.entities) entity(w, e);
    w.close_array();
    matches(w, f);
    w.key("attack").values(rule.attack).key("tactics").values(rule.tactics).field("pipeline", f.pipeline);
    if (f.behavior) append_behavior(w.key("behavior"), *f.behavior);
    w.field("engine", engine_).field("raw", f.raw).close_object();
    end_line();
  }

  void incident(const Incident& i) override {
    JsonWriter w(sink_.text());
    append_incident(w, i);
    end_line();
  }

  void finish(const Coverage& c) override {
    for (const SourceCoverage& s : c.sources) rejects(s);
    append_coverage(sink_, c);
    end_line();
    sink_.flush();
  }

 private:
  void end_line() {
    sink_.text() += '\n';
    sink_.offer();
  }

  // A rule says the same thing in every finding: it is written once and copied from then on.
  std::string_view rule_text(const std::shared_ptr<const RuleFacts>& rule) {
    auto it = rules_.find(rule);
    if (it == rules_.end()) it = rules_.emplace(rule, rule_json(rule ? *rule : no_rule_)).first;
    return it->second;
  }

  void rejects(const SourceCoverage& s) {
    for (const Reject& r : s.rejects) {
      JsonWriter w(sink_.text());
      w.open_object().field("type", "reject").field("scope", "record").key("source").open_object();
      w.field("file", s.file).field("offset", r.offset).close_object().field("length", r.length);
      w.field("reason", r.why).close_object();
      end_line();
    }
    if (s.state == ReadState::Whole) return;
    JsonWriter w(sink_.text());
    w.open_object().field("type", "reject").field("scope", "source").key("source").open_object();
    w.field("file", s.file).key("offset").null().close_object().key("length").null();
    w.field("state", state_name(s.state)).field("reason", why_not_whole(s)).close_object();
    end_line();
  }

  Sink sink_;
  const std::string engine_ = engine_name();
  const RuleFacts no_rule_;
  tsl::robin_map<std::shared_ptr<const RuleFacts>, std::string> rules_;
};

}  // namespace

extern const Exporter exporter = {"json", "findings, incidents, rejects and coverage, one JSON object a line",
                                  [](Output& out) -> std::unique_ptr<ExportRun> { return std::make_unique<Run>(out); }};

}  // namespace custos::share::json
