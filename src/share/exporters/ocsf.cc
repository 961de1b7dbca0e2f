// OCSF: a Detection Finding (2004) a finding, a Scan Activity (6007) that carries the coverage.
// docs/formats/exports.md.
#include <algorithm>
#include <memory>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "share/json/behavior_json.h"
#include "share/json/coverage_json.h"
#include "share/coverage_view.h"
#include "share/exporter.h"
#include "share/identity.h"
#include "share/words.h"
#include "share/writer.h"

namespace custos::share::ocsf {
namespace {

constexpr std::string_view kSchema = "1.9.0";

struct Severity {
  int id;
  std::string_view caption;
};

Severity severity(Level level) {
  switch (level) {
    case Level::Informational: return {1, "Informational"};
    case Level::Low: return {2, "Low"};
    case Level::Medium: return {3, "Medium"};
    case Level::High: return {4, "High"};
    case Level::Critical: return {5, "Critical"};
  }
  return {0, "Unknown"};
}

// integer_t is a signed 32-bit number.
std::int64_t small(std::uint64_t n) { return static_cast<std::int64_t>(std::min<std::uint64_t>(n, 2'147'483'647)); }
// long_t is a signed 64-bit number; milliseconds, rounded down.
std::int64_t millis(Micros t) { return t == kNoTime ? 0 : t / 1000 - (t % 1000 < 0 ? 1 : 0); }

bool is_address(const std::string& s) {
  unsigned char scratch[16];
  return s.find('\0') == std::string::npos &&
         (inet_pton(AF_INET, s.c_str(), scratch) == 1 || inet_pton(AF_INET6, s.c_str(), scratch) == 1);
}

std::string_view last_part(std::string_view path) {
  const std::size_t cut = path.find_last_of("/\\");
  const std::string_view name = cut == std::string_view::npos ? path : path.substr(cut + 1);
  return name.empty() ? path : name;
}

void metadata(JsonWriter& w, std::string_view uid, const Finding* f) {
  w.key("metadata").open_object().field("version", kSchema).field("uid", uid).key("product").open_object();
  w.field("name", "custos").field("vendor_name", "custos").field("version", CUSTOS_VERSION).close_object();
  if (f != nullptr) {
    w.field("log_name", f->source.file).field("log_source", f->log_source).field("original_time", to_rfc3339(f->time));
  }
  w.close_object();
}

void named(JsonWriter& w, std::string_view key, std::string_view uid, std::string_view name) {
  w.key(key).open_object();
  if (!uid.empty()) w.field("uid", uid);
  if (!name.empty()) w.field("name", name);
  w.close_object();
}

void technique(JsonWriter& w, const std::string& id) {
  const std::size_t dot = id.find('.');
  named(w, "technique", std::string_view(id).substr(0, dot), {});
  if (dot != std::string::npos) named(w, "sub_technique", id, {});
}

// A rule's tags don't say which technique serves which tactic: they are joined only where there is one tactic.
void attacks(JsonWriter& w, const RuleFacts& rule) {
  if (rule.attack.empty() && rule.tactics.empty()) return;
  const bool pair = rule.tactics.size() == 1 && !rule.attack.empty() && !rule.tactics[0].empty();
  w.key("attacks").open_array();
  for (const std::string& id : rule.attack) {
    if (id.empty()) continue;
    w.open_object();
    if (pair) named(w, "tactic", tactic_id(rule.tactics[0]), tactic_title(rule.tactics[0]));
    technique(w, id);
    w.close_object();
  }
  for (const std::string& t : rule.tactics) {
    if (pair || t.empty()) continue;
    w.open_object();
    named(w, "tactic", tactic_id(t), tactic_title(t));
    w.close_object();
  }
  w.close_array();
}

std::string description(const Finding& f, const RuleFacts& rule) {
  std::string s = rule.description;
  if (!f.behavior) return s;
  for (const Reason& r : f.behavior->reasons) {
    s += fmt::format("{}{}: {} (p = {}, {}).", s.empty() ? "" : "\n", r.title, r.sentence, figure(r.p), rarity(r.p));
  }
  return s;
}

void finding_info(JsonWriter& w, const Finding& f, const RuleFacts& rule, std::string_view uid) {
  w.key("finding_info").open_object().field("uid", uid).field("title", rule.title).field("desc", description(f, rule));
  w.key("types").open_array().value(f.behavior ? "Behaviour analytics" : "Sigma " + rule.kind).close_array();
  attacks(w, rule);
  w.key("analytic")
      .open_object()
      .field("type_id", f.behavior ? 2 : 1)
      .field("type", f.behavior ? "Behavioral" : "Rule")
      .field("uid", rule.id.empty() ? rule.hash : rule.id);
  w.field("name", rule.title)
      .field("desc", rule.description)
      .field("version", rule.hash)
      .field("category", f.log_source)
      .close_object();
  if (f.time != kNoTime) w.field("first_seen_time", millis(f.time));
  if (f.last_time != kNoTime) w.field("last_seen_time", millis(f.last_time));
  w.key("data_sources").open_array().value(f.source.file).close_array();
  w.close_object();
}

// An observable points at an attribute of this event, and its type is the type of that attribute.
struct Observable {
  std::string name;
  int type_id;
  std::string_view type;
  std::string value;
};

// One entity as an evidence; nothing for an entity that has no place in OCSF.
bool evidence(JsonWriter& w, const Entity& e, const std::string& at, std::vector<Observable>& seen) {
  if (e.value.empty()) return false;
  const auto note = [&](std::string_view path, int id, std::string_view type) {
    seen.push_back({at + std::string(path), id, type, e.value});
  };
  if (e.kind == "host") {
    w.key("device")
        .open_object()
        .field("hostname", e.value)
        .field("type_id", 0)
        .field("type", "Unknown")
        .close_object();
    note(".device.hostname", 1, "Hostname");
  } else if (e.kind == "user") {
    w.key("user").open_object().field("name", e.value).close_object();
    note(".user.name", 4, "User Name");
  } else if (e.kind == "process") {
    w.key("process")
        .open_object()
        .field("name", last_part(e.value))
        .field("path", e.value)
        .field("uid", e.value)
        .close_object();
    seen.push_back({at + ".process.name", 9, "Process Name", std::string(last_part(e.value))});
  } else if (e.kind == "file") {
    w.key("file")
        .open_object()
        .field("name", last_part(e.value))
        .field("path", e.value)
        .field("type_id", 0)
        .field("type", "Unknown")
        .close_object();
    note(".file.path", 45, "File Path");
  } else if (e.kind == "address" && is_address(e.value)) {
    w.key("src_endpoint").open_object().field("ip", e.value).close_object();
    note(".src_endpoint.ip", 2, "IP Address");
  } else if (e.kind == "domain" || e.kind == "address") {
    w.key("dst_endpoint").open_object().field("hostname", e.value).close_object();
    note(".dst_endpoint.hostname", 1, "Hostname");
  } else {
    return false;
  }
  return true;
}

void evidence_data(JsonWriter& w, const Finding& f) {
  w.key("data").open_object().key("source").open_object().field("file", f.source.file).field("offset", f.source.offset);
  w.field("record", f.source.record).close_object().key("matched").open_array();
  for (const Match& m : f.matched) {
    w.open_object().field("field", m.field).field("value", m.value);
    if (m.offset) w.field("offset", std::uint64_t{*m.offset});
    w.close_object();
  }
  w.close_array();
  if (f.behavior) append_behavior(w.key("behavior"), *f.behavior);
  w.close_object();
}

// Each reason is an anomaly; its bars are what was observed.
void anomalies(JsonWriter& w, const Finding& f) {
  if (!f.behavior || f.behavior->reasons.empty()) return;
  w.key("anomaly_analyses").open_array().open_object().key("analysis_targets").open_array();
  w.open_object().field("name", actor(f)).close_object().close_array().key("anomalies").open_array();
  for (const Reason& r : f.behavior->reasons) {
    w.open_object().field("observation_parameter", r.chart.title.empty() ? r.title : r.chart.title).field("observation_type", r.title);
    w.field("observed_pattern", r.sentence).key("observations").open_array();
    for (const auto& [label, value] : r.chart.bars) {
      w.open_object().field("value", fmt::format("{}: {}{}{}", label, figure(value), r.chart.unit.empty() ? "" : " ", r.chart.unit)).close_object();
    }
    if (r.chart.bars.empty()) w.open_object().field("value", r.sentence).close_object();
    w.close_array().close_object();
  }
  w.close_array().close_object().close_array();
}

// The first evidence holds the first entity of each kind and what matched; each further entity is an evidence of its
// own.
std::vector<Observable> evidences(JsonWriter& w, const Finding& f) {
  std::vector<Observable> seen;
  std::vector<const Entity*> later;
  std::vector<std::string_view> kinds;
  w.key("evidences").open_array().open_object();
  for (const Entity& e : f.entities) {
    // "domain" and an address that is a name take the same place
    const std::string_view kind = e.kind == "address" && !is_address(e.value) ? "domain" : std::string_view(e.kind);
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
      later.push_back(&e);
    } else if (evidence(w, e, "evidences[0]", seen)) {
      kinds.push_back(kind);
    }
  }
  evidence_data(w, f);
  w.close_object();
  for (std::size_t i = 0, n = 1; i < later.size(); ++i) {
    if (later[i]->value.empty()) continue;
    w.open_object();
    evidence(w, *later[i], fmt::format("evidences[{}]", n++), seen);
    w.close_object();
  }
  w.close_array();
  return seen;
}

void observables(JsonWriter& w, const std::vector<Observable>& seen) {
  w.key("observables").open_array();
  for (const Observable& o : seen) {
    w.open_object()
        .field("name", o.name)
        .field("type_id", o.type_id)
        .field("type", o.type)
        .field("value", o.value)
        .close_object();
  }
  w.close_array();
}

std::string message(const Finding& f, const RuleFacts& rule) {
  const std::string_view host = first_entity(f, "host");
  if (f.behavior) return f.behavior->reasons.empty() ? rule.title : fmt::format("{}: {} (p = {})", rule.title, why(f), figure(f.behavior->reasons.front().p));
  return host.empty() ? rule.title : rule.title + " on " + std::string(host);
}

class Run final : public ExportRun {
 public:
  explicit Run(Output& out) : sink_(out) {}

  void finding(const Finding& f) override {
    const RuleFacts& rule = f.rule ? *f.rule : no_rule_;
    const Severity s = severity(rule.level);
    const std::string uid = finding_id(f);
    JsonWriter w(sink_.text());
    w.open_object().field("category_uid", 2).field("category_name", "Findings").field("class_uid", 2004);
    w.field("class_name", "Detection Finding")
        .field("activity_id", 1)
        .field("activity_name", "Create")
        .field("type_uid", 200401);
    w.field("type_name", "Detection Finding: Create").field("severity_id", s.id).field("severity", s.caption);
    w.field("status_id", 1).field("status", "New").field("is_alert", rule.level >= Level::Medium);
    w.field("time", millis(f.time)).field("count", small(f.count)).field("message", message(f, rule));
    if (f.time != kNoTime) w.field("start_time", millis(f.time));
    if (f.last_time != kNoTime) w.field("end_time", millis(f.last_time));
    metadata(w, uid, &f);
    finding_info(w, f, rule, uid);
    anomalies(w, f);
    observables(w, evidences(w, f));
    w.field("raw_data", f.raw)
        .key("unmapped")
        .open_object()
        .field("pipeline", f.pipeline)
        .field("engine", engine_name());
    w.field("rule_path", rule.path)
        .key("rule_tags")
        .values(rule.tags)
        .key("false_positives")
        .values(rule.falsepositives);
    w.key("other_records").open_array();
    for (const Place& p : f.others) {
      w.open_object().field("file", p.file).field("offset", p.offset).field("record", p.record).close_object();
    }
    w.close_array().close_object().close_object();
    end_line();
  }

  void finish(const Coverage& c) override {
    const CoverageView v = CoverageView::of(c);
    const Micros from = parse_time(c.started).value_or(kNoTime), to = parse_time(c.finished).value_or(kNoTime);
    JsonWriter w(sink_.text());
    w.open_object().field("category_uid", 6).field("category_name", "Application Activity").field("class_uid", 6007);
    w.field("class_name", "Scan Activity")
        .field("activity_id", 2)
        .field("activity_name", "Completed")
        .field("type_uid", 600702);
    w.field("type_name", "Scan Activity: Completed").field("severity_id", 1).field("severity", "Informational");
    w.field("status_id", v.complete() ? 1 : 99).field("status", v.complete() ? "Success" : "Not everything was read");
    w.field("time", millis(to)).field("num_files", small(c.sources.size())).field("num_detections", small(c.findings));
    w.field("num_skipped_items", small(v.unread)).field("total", small(c.events));
    if (from != kNoTime) w.field("start_time", millis(from));
    if (to != kNoTime) w.field("end_time", millis(to));
    if (from != kNoTime && to != kNoTime && to >= from) w.field("duration", millis(to - from));
    w.key("scan").open_object().field("name", "custos scan").field("type_id", 1).field("type", "Manual").close_object();
    w.field("message", statement(c, v));
    metadata(w, "coverage", nullptr);
    w.key("unmapped").open_object().key("coverage");
    append_coverage(sink_, c);
    sink_.text() += "}}";
    end_line();
    sink_.flush();
  }

 private:
  void end_line() {
    sink_.text() += '\n';
    sink_.offer();
  }

  static std::string statement(const Coverage& c, const CoverageView& v) {
    const std::string behavior = c.behavior.on ? "; behaviour: " + judged(c.behavior) : "";
    return fmt::format(
        "{} in {}: {} read whole, {} in part, {} not at all; {} rules loaded, {} refused, {} without telemetry{}",
        counted(c.events, "event"), counted(c.sources.size(), "file"), v.whole, v.partial, v.unread, c.rules.loaded,
        c.rules.refused, c.rules.without_telemetry, behavior);
  }

  Sink sink_;
  const RuleFacts no_rule_;
};

}  // namespace

extern const Exporter exporter = {"ocsf", "OCSF detection findings, one JSON object a line",
                                  [](Output& out) -> std::unique_ptr<ExportRun> { return std::make_unique<Run>(out); }};

}  // namespace custos::share::ocsf
