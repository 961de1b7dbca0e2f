// Made-up findings and coverage for the tests of this layer.
// Called by the *_test.cc files of share/.
// Values.
// Any thread.
// Refuses nothing.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "share/exporter.h"

namespace custos::share::made_up {

struct Text final : Output {
  void write(std::string_view bytes) override { all.append(bytes); }
  std::string all;
};

inline std::shared_ptr<RuleFacts> rule(std::string id, std::string title, Level level) {
  auto r = std::make_shared<RuleFacts>();
  r->id = std::move(id);
  r->title = std::move(title);
  r->level = level;
  r->description = "Somebody read the passwords out of memory. An ordinary program has no reason to.";
  r->author = "custos";
  r->status = "stable";
  r->path = "content/rules/windows/lsass.yml";
  r->tags = {"attack.credential_access", "attack.t1003.001"};
  r->attack = {"T1003.001"};
  r->tactics = {"credential_access"};
  r->falsepositives = {"Some antivirus products"};
  r->hash = std::string(64, 'a');
  return r;
}

inline Finding finding(std::shared_ptr<const RuleFacts> r, Micros time, std::string host) {
  Finding f;
  f.rule = std::move(r);
  f.pipeline = "sysmon";
  f.log_source = "windows/sysmon/process_access";
  f.time = f.last_time = time;
  f.source = {"logs/dc01.evtx", 4096, 17};
  f.entities = {{"host", std::move(host)}, {"user", "CORP\\anna"}, {"process", "C:\\Temp\\p.exe"}};
  f.matched = {{"TargetImage", "C:\\Windows\\System32\\lsass.exe", 4301}, {"", "sekurlsa", std::nullopt}};
  f.raw = R"({"TargetImage":"C:\\Windows\\System32\\lsass.exe"})";
  return f;
}

inline Coverage coverage() {
  Coverage c;
  c.version = "0.1.0";
  c.started = "2024-03-15T12:00:00Z";
  c.finished = "2024-03-15T12:00:03Z";
  SourceCoverage whole;
  whole.file = "logs/dc01.evtx";
  whole.format = "evtx";
  whole.bytes = 69632;
  whole.events = 120;
  whole.notes = {{"log was not closed", 1}};
  whole.log_sources = {{"windows/sysmon/process_access", 120}};
  whole.first_time = 1'710'496'800'000'000;
  whole.last_time = 1'710'500'400'000'000;
  whole.backwards = 2;
  whole.gap_count = 1;
  whole.missing_records = 7;
  whole.gaps = {{17, 25}};
  SourceCoverage partial;
  partial.file = "logs/gateway.json";
  partial.format = "json";
  partial.state = ReadState::Partial;
  partial.bytes = 2048;
  partial.events = 9;
  partial.reject_count = 2;
  partial.rejects = {{100, 12, "no JSON object"}, {900, 40, "no JSON object"}};
  SourceCoverage unread;
  unread.file = "logs/capture.pcap";
  unread.state = ReadState::Unread;
  unread.why = "packet capture: turn it into logs with Suricata or Zeek first";
  c.sources = {whole, partial, unread};
  c.files = 3;
  c.bytes = 71680;
  c.events = 129;
  c.rejects = 2;
  c.events_by_format = {{"evtx", 120}, {"json", 9}};
  c.rules.files = 82;
  c.rules.loaded = 80;
  c.rules.refused = 1;
  c.rules.filters = 1;
  c.rules.correlations = 12;
  c.rules.refusals = {{"rules/odd.yml", "1234", "Odd rule", "line 9: there is no modifier 'containz'"}};
  c.rules.without_telemetry = 41;
  c.rules.without_telemetry_by_source = {{"linux/auditd", 30}, {"aws/cloudtrail", 11}};
  c.rules.interrupted = {{"r-9", 3}};
  return c;
}

// Every kind of text that must do no harm in an output.
inline std::vector<std::string> hostile_texts() {
  return {"=cmd|'/C calc'!A0",
          "+1",
          "-1",
          "@SUM(A1)",
          "\t=1",
          "\r=1",
          "a;=1+1",
          "\"; =1",
          "</script><script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          "<!--<script>",
          "]]>",
          "' onload='alert(1)",
          "a\x1b[31mred\x1b]0;title\x07",
          "\u202Egnp.exe\u2069",
          "line\u2028sep\u2029",
          std::string("nul\0nul", 7),
          "broken \x80\xFF\xC0\xAF\xED\xA0\x80 utf-8",
          "quote\" back\\slash, comma\r\nline",
          std::string(70'000, 'A'),
          "{{7*7}} ${7*7} %s %n",
          ""};
}

inline Finding hostile_finding(const std::string& t) {
  auto r = std::make_shared<RuleFacts>();
  r->id = r->title = r->description = r->author = r->status = r->path = r->hash = t;
  r->kind = t;
  r->tags = r->attack = r->tactics = r->falsepositives = r->references = {t, t};
  Finding f;
  f.rule = r;
  f.pipeline = f.log_source = f.raw = t;
  f.source = {t, ~0ull, ~0ull};
  f.others = {{t, 0, 0}};
  f.entities = {{"host", t}, {"user", t}, {t, t}};
  f.matched = {{t, t, ~0ull}, {t, t, std::nullopt}};
  Behavior b;
  b.p = b.odds = b.threshold = t.size() % 2 == 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  b.reasons = {{t, t, t, t, b.p, kNoTime, {t, t, {{t, b.odds}, {t, -b.odds}, {t, -1}}}, {{t, ~0ull, ~0ull}}}, {}};
  f.behavior = std::make_shared<Behavior>(b);
  f.time = kNoTime + 1 + static_cast<Micros>(t.size());
  f.last_time = std::numeric_limits<Micros>::max();
  return f;
}

inline Coverage hostile_coverage(const std::string& t) {
  Coverage c;
  c.version = c.started = c.finished = t;
  c.events_by_format[t] = 1;
  SourceCoverage s;
  s.file = s.format = s.why = t;
  s.state = ReadState::Partial;
  s.rejects = {{1, 2, t}};
  s.reject_count = 1;
  s.notes[t] = s.log_sources[t] = 1;
  s.gaps = {{1, 3}};
  c.sources = {s, s};
  c.rules.refusals = {{t, t, t, t}};
  c.behavior.on = true;
  c.behavior.baseline = c.behavior.why_not = t;
  c.behavior.budget = c.behavior.actors = std::numeric_limits<double>::infinity();
  c.rules.without_telemetry_by_source[t] = c.rules.interrupted[t] = 1;
  return c;
}

inline const Exporter* find(std::string_view name) {
  for (const Exporter* e : exporters()) {
    if (e->name == name) return e;
  }
  return nullptr;
}

inline std::string exported(std::string_view name, const std::vector<Finding>& findings, const Coverage& c) {
  Text out;
  const auto run = find(name)->open(out);
  for (const Finding& f : findings) run->finding(f);
  run->finish(c);
  return out.all;
}

}  // namespace custos::share::made_up
