// Made-up findings of behaviour for the tests of this layer and for tests/e2e/html_page.py.
// Called by the *_test.cc files of share/.
// Values.
// Any thread.
// Refuses nothing.
#pragma once

#include "share/made_up_test.h"

namespace custos::share::made_up {

constexpr Micros kOddDay = 1'710'460'800'000'000;  // 2024-03-15

inline Reason beacon(const std::string& host) {
  Reason r;
  r.detector = "beacon";
  r.title = "Beacon";
  r.stage = "command and control";
  r.sentence = host + " spoke to 203.0.113.9:443 every 60 s, 1,391 times, within 2 s of the beat; of 4,100 pairs in calibration none was as regular";
  r.p = 0.000083;
  r.window = kOddDay;
  r.chart = {"connections an hour", "connections", {}};
  for (int hour = 0; hour < 24; ++hour) r.chart.bars.emplace_back(std::to_string(hour) + " h", hour < 2 ? 0 : 60 - hour % 3);
  for (std::uint64_t i = 0; i < 30; ++i) r.evidence.push_back({"logs/zeek/conn.log", 1'000 + 210 * i, 5 + i});
  return r;
}

inline Reason firsts(const std::string& host) {
  Reason r;
  r.detector = "firsts";
  r.title = "First time";
  r.stage = "lateral movement";
  r.sentence = host + " did 2 things for the first time: administrative share of DC01 (nobody did before; chance 0.0004); "
                      "service made on FILE-03 (others did in 2 of their days; chance 0.002)";
  r.p = 0.01;
  r.window = kOddDay;
  r.chart = {"surprise of what was new", "nats", {{"administrative share of DC01", 7.82}, {"service made on FILE-03", 6.2}}};
  r.evidence = {{"logs/dc01.evtx", 4096, 17}, {"logs/file-03.evtx", 512, 3}};
  return r;
}

inline std::shared_ptr<RuleFacts> behavior_rule(const std::string& host, Level level) {
  auto r = rule("behavior", "Unusual behaviour of " + host, level);
  r->kind = "behavior";
  r->description = "What this computer did has hardly ever been seen on an ordinary day. It need not be an attack.";
  r->attack = {"T1071", "T1021.002"};
  r->tactics = {"command_and_control", "lateral_movement"};
  return r;
}

inline Finding unusual(const std::string& host, Level level, double p, double odds) {
  Finding f = finding(behavior_rule(host, level), kOddDay + 7 * 3600 * kSecond, host);
  f.last_time = kOddDay + kDay - kSecond;
  f.count = 32;
  f.source = {"logs/zeek/conn.log", 1'000, 5};
  f.entities = {{"host", host}, {"address", "203.0.113.9"}};
  f.matched.clear();
  f.raw.clear();
  f.pipeline.clear();
  Behavior b;
  b.p = p;
  b.odds = odds;
  b.threshold = 12'000;
  b.raised = kOddDay + kDay;
  b.reasons = {beacon(host), firsts(host)};
  f.behavior = std::make_shared<Behavior>(b);
  return f;
}

inline BehaviorCoverage behavior_coverage() {
  BehaviorCoverage b;
  b.on = true;
  b.window = kDay;
  b.learned_from = 1'709'251'200'000'000;  // 2024-03-01
  b.learned_until = b.calibrated_from = b.learned_from + 7 * kDay;
  b.judged_from = b.calibrated_from + 4 * kDay;
  b.judged_until = b.judged_from + 5 * kDay;
  b.budget = 5;
  b.actors = 61.4;
  b.windows = 16;
  b.facts = 41'000;
  b.findings = 7;
  return b;
}

}  // namespace custos::share::made_up
