// A table for spreadsheets: a row a finding, then rows of other types that say what was not seen.
// docs/formats/exports.md.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "share/json/coverage_json.h"
#include "share/coverage_view.h"
#include "share/exporter.h"
#include "share/identity.h"
#include "share/words.h"
#include "share/writer.h"

namespace custos::share::csv {
namespace {

// In the order of the columns.
struct Row {
  std::string type, time, last_time, level, title, host, user, process, address, attack, tactics, count, matched, file,
      record, offset, log_source, meaning, false_positives, rule_id, rule_hash, finding_id, reason;
};

constexpr std::string_view kHead =
    "\xEF\xBB\xBFtype,time,last_time,level,title,host,user,process,address,attack,tactics,count,matched,file,record,"
    "offset,"
    "log_source,meaning,false_positives,rule_id,rule_hash,finding_id,reason\r\n";

constexpr std::size_t kCellBytes = 32'000;  // spreadsheets cut cells at 32,767 characters

// What a spreadsheet may take for the beginning of a formula, the full-width forms of East Asian ones too.
bool begins_formula(std::string_view s) {
  if (s.empty()) return false;
  if (std::string_view("=+-@\t\r").find(s[0]) != std::string_view::npos) return true;
  for (const std::string_view wide : {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"}) {
    if (s.starts_with(wide)) return true;
  }
  return false;
}

// A spreadsheet set to semicolons cuts our quoted cells at them, so what stands behind one may become a cell of its
// own.
bool formula_behind_semicolon(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size() && (s[i] == ' ' || s[i] == '"')) ++i;
  return begins_formula(s.substr(i));
}

void cell(std::string& out, std::string_view raw) {
  if (raw.empty()) return;
  const std::string text = printable(is_valid_utf8(raw) ? std::string(raw) : to_valid_utf8(raw), kCellBytes);
  out += '"';
  if (begins_formula(raw) || begins_formula(text)) out += '\'';
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') out += '"';
    out += text[i];
    if (text[i] == ';' && formula_behind_semicolon(std::string_view(text).substr(i + 1))) out += '\'';
  }
  out += '"';
}

void write(Sink& sink, const Row& r) {
  bool first = true;
  for (const std::string* c :
       {&r.type,       &r.time,    &r.last_time,       &r.level,   &r.title,     &r.host,      &r.user,   &r.process,
        &r.address,    &r.attack,  &r.tactics,         &r.count,   &r.matched,   &r.file,      &r.record, &r.offset,
        &r.log_source, &r.meaning, &r.false_positives, &r.rule_id, &r.rule_hash, &r.finding_id, &r.reason}) {
    if (!first) sink.text() += ',';
    first = false;
    cell(sink.text(), *c);
  }
  sink.text() += "\r\n";
  sink.offer();
}

std::string number(std::uint64_t n) { return fmt::format_int(n).str(); }

std::string matched(const Finding& f) {
  std::string s;
  for (const Match& m : f.matched) {
    if (!s.empty()) s += " | ";
    s += m.field.empty() ? m.value : m.field + ": " + m.value;
    if (s.size() > kCellBytes) break;
  }
  return s;
}

// The strongest one; the JSON output has all of them.
std::string reason(const Finding& f) {
  if (!f.behavior || f.behavior->reasons.empty()) return {};
  const Reason& r = f.behavior->reasons.front();
  return fmt::format("{} (p = {}, {})", r.sentence, figure(r.p), rarity(r.p));
}

class Run final : public ExportRun {
 public:
  explicit Run(Output& out) : sink_(out) { sink_.text() += kHead; }

  void finding(const Finding& f) override {
    const RuleFacts& rule = f.rule ? *f.rule : no_rule_;
    Row r;
    r.type = "finding";
    r.time = to_rfc3339(f.time);
    r.last_time = to_rfc3339(f.last_time);
    r.level = level_name(rule.level);
    r.title = rule.title;
    r.host = entities(f, "host", "; ");
    r.user = entities(f, "user", "; ");
    r.process = entities(f, "process", "; ");
    r.address = entities(f, "address", "; ");
    r.attack = joined(rule.attack, "; ");
    r.tactics = joined(rule.tactics, "; ");
    r.count = number(f.count);
    r.matched = matched(f);
    r.file = f.source.file;
    r.record = number(f.source.record);
    r.offset = number(f.source.offset);
    r.log_source = f.log_source;
    r.meaning = rule.description;
    r.false_positives = joined(rule.falsepositives, "; ");
    r.rule_id = rule.id;
    r.rule_hash = rule.hash;
    r.finding_id = finding_id(f);
    r.reason = reason(f);
    write(sink_, r);
  }

  void finish(const Coverage& c) override {
    for (const SourceCoverage& s : c.sources) source(s);
    for (const RuleRefusal& x : c.rules.refusals) {
      Row r;
      r.type = "refused";
      r.title = x.title;
      r.rule_id = x.id;
      r.file = x.path;
      r.meaning = x.reason;
      write(sink_, r);
    }
    totals(c);
    sink_.flush();
  }

 private:
  void source(const SourceCoverage& s) {
    for (const Reject& x : s.rejects) {
      Row r;
      r.type = "reject";
      r.title = "not understood";
      r.file = s.file;
      r.offset = number(x.offset);
      r.count = number(x.length);
      r.meaning = x.why;
      write(sink_, r);
    }
    Row r;
    r.type = s.state == ReadState::Whole ? "read" : state_name(s.state);
    r.title = s.format;
    r.time = to_rfc3339(s.first_time);
    r.last_time = to_rfc3339(s.last_time);
    r.file = s.file;
    r.count = number(s.events);
    r.log_source = top(s.log_sources, 100);
    r.meaning = why_not_whole(s);
    r.matched = top(s.notes, 100);
    write(sink_, r);
  }

  void fact(std::string title, std::uint64_t count, std::string meaning) {
    Row r;
    r.type = "coverage";
    r.title = std::move(title);
    r.count = number(count);
    r.meaning = std::move(meaning);
    write(sink_, r);
  }

  void behavior(const BehaviorCoverage& b) {
    fact("behaviour windows", b.windows, judged(b));
    for (const auto& [detector, scores] : b.thin) fact("behaviour " + detector, scores, "ordinary scores: too few to tell what is odd");
    fact("behaviour facts too late", b.late, "");
    for (const auto& [detector, entries] : b.evictions) fact("behaviour " + detector + " evictions", entries, "forgotten to stay within memory");
  }

  void totals(const Coverage& c) {
    const CoverageView v = CoverageView::of(c);
    fact("sources", c.sources.size(), "");
    fact("sources not read whole", v.partial, "");
    fact("sources not read at all", v.unread, "");
    fact("bytes", c.bytes, "");
    fact("events", c.events, top(c.events_by_format, 100));
    fact("events left out by their time", c.scope.events_outside, left_out(c.scope));
    fact("findings left out by their level", c.scope.findings_below, c.scope.min_level);
    fact("stretches not understood", c.rejects, "");
    fact("findings", c.findings, "");
    fact("rules loaded", c.rules.loaded, "");
    fact("rules refused", c.rules.refused, "");
    fact("rules without telemetry", c.rules.without_telemetry, top(c.rules.without_telemetry_by_source, 100));
    fact("rules interrupted", c.rules.interrupted.size(), top(c.rules.interrupted, 100));
    fact("record numbers missing", v.missing, "");
    fact("events earlier than the one before", v.backwards, "");
    fact("events in the future", v.in_future, "");
    fact("events without a time", v.without_time, "");
    fact("events too late for correlation", c.late, "");
    fact("events dropped from correlation", c.evicted, "");
    behavior(c.behavior);
    fact("complete", c.complete() ? 1 : 0,
         c.complete() ? "every source was read whole" : "not every source was read whole");
  }

  Sink sink_;
  const RuleFacts no_rule_;
};

}  // namespace

extern const Exporter exporter = {"csv", "a table for spreadsheets, a row a finding",
                                  [](Output& out) -> std::unique_ptr<ExportRun> { return std::make_unique<Run>(out); }};

}  // namespace custos::share::csv
