#include "behavior/analysis.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "behavior/facts/fact_log.h"
#include "behavior/life_test.h"

namespace custos::behavior::analysing_life {
namespace {

using testing::kHour;

// An institution with one secret, and one person who has no business with it.
Institution court() {
  Institution i;
  i.confidentialities = {"internal", "secret"};
  i.items.push_back({.id = "witnesses", .confidentiality = "secret", .match = {"\\\\fs1\\witnesses\\*"}, .units = {"protection"}});
  i.people.push_back({.id = "p1", .name = "Una", .unit = "archive", .accounts = {{.name = "u001"}}});
  return i;
}

struct World {
  explicit World(Settings s, Institution i = court()) : known(std::move(i)), analysis(s, roster) {}
  Institution known;
  Dictionary texts;
  Roster roster{known, texts};
  Analysis analysis;
};

Settings ordinary() {
  Settings s;
  s.memory = 16u << 20;
  s.calibrate_from = 10 * kDay;
  s.judge_from = 20 * kDay;
  s.keep_weighed = true;
  return s;
}

// Thirty days; on the 25th somebody opens much and starts what nobody started.
void feed(World& w, int from, int to) {
  const testing::Life life(15, 3);
  for (int day = from; day < to; ++day) {
    auto facts = life.day(day, w.texts);
    for (int i = 0; day == 25 && i < 400; ++i) {
      Fact f = testing::fact_at(i % 2 == 0 ? Kind::Access : Kind::Run, 25 * kDay + 3 * kHour + i * kSecond, 9'000'000 + static_cast<std::uint64_t>(i));
      f.source = 1;
      f.host = w.texts.intern("ws-004");
      f.user = w.texts.intern("u004");
      f.log = w.texts.intern("windows security");
      f.peer = w.texts.intern(i % 2 == 0 ? "\\\\fs\\vault" : fmt::format("winword > odd{}", i));
      f.object = w.texts.intern(fmt::format("x{}\\{}", i % 9, i));
      facts.push_back(f);
    }
    std::stable_sort(facts.begin(), facts.end(), before);
    for (const Fact& f : facts) w.analysis.take(f);
  }
}

std::string name_of(std::uint32_t source) { return "file " + std::to_string(source); }
std::uint32_t number_of(const std::string& name) { return static_cast<std::uint32_t>(std::stoul(name.substr(5))) + 70; }

// Whatever an anomaly says, with files by name; numbers of a file are as in the first run.
std::multiset<std::string> told(const std::vector<Anomaly>& anomalies, const std::map<std::uint32_t, std::string>& files) {
  std::multiset<std::string> out;
  for (const Anomaly& a : anomalies) {
    std::string s = fmt::format("{} {} {} {} {} {:a} {:a} {:a}", a.actor, static_cast<int>(a.who), a.first, a.last, a.raised, a.p, a.odds, a.threshold);
    for (const Part& p : a.parts) {
      s += fmt::format("\n{} {} {} {:a} {} {} {}", p.detector, p.stage, p.window, p.p, p.why.sentence, p.why.first, p.why.last);
      for (const auto& [label, x] : p.why.chart.bars) s += fmt::format(" {}={}", label, x);
      for (const Where& w : p.why.evidence) s += fmt::format(" {}:{}", files.at(w.source), w.offset);
    }
    out.insert(s);
  }
  return out;
}
const std::map<std::uint32_t, std::string> kFiles{{0, "file 0"}, {1, "file 1"}, {70, "file 0"}, {71, "file 1"}};

std::string saved(const Analysis& a) {
  std::string s;
  Packer out(s);
  a.save(out, name_of);
  return s;
}

TEST(Analysis, EvictionsNameWhoForgot) {
  World roomy(ordinary());
  feed(roomy, 0, 12);
  EXPECT_EQ(roomy.analysis.evictions(), (std::map<std::string, std::uint64_t>{}));
  Settings narrow = ordinary();
  narrow.memory = 64u << 10;
  World forgetful(narrow);
  feed(forgetful, 0, 12);
  const auto forgot = forgetful.analysis.evictions();
  ASSERT_FALSE(forgot.empty());
  std::set<std::string> names;
  for (const Detector* d : detectors()) names.emplace(d->name);
  for (const auto& [detector, entries] : forgot) EXPECT_TRUE(names.contains(detector) && entries > 0) << detector;
  EXPECT_LT(forgot.size(), names.size()) << "need_to_know keeps no history";
}

TEST(Analysis, WindowsCloseInOrderAndPhasesFollowTheSettings) {
  World w(ordinary());
  feed(w, 0, 30);
  w.analysis.finish();
  EXPECT_EQ(w.analysis.counts().windows, 30u);
  EXPECT_EQ(w.analysis.counts().late, 0u);
  EXPECT_EQ(w.analysis.first(), 0);
  EXPECT_EQ(w.analysis.until(), 30 * kDay);
  ASSERT_FALSE(w.analysis.weighed().empty());
  std::uint32_t window = 20;
  for (const Weighed& x : w.analysis.weighed()) {
    EXPECT_GE(x.window, window);
    window = x.window;
  }
  EXPECT_EQ(w.analysis.weighed().front().window, 20u);
  EXPECT_EQ(window, 29u);
}

TEST(Analysis, WhatStandsOutIsRaisedOnceAndSaysWhere) {
  World w(ordinary());
  feed(w, 0, 30);
  w.analysis.finish();
  int found = 0;
  for (const Anomaly& a : w.analysis.anomalies()) {
    if (a.actor != "u004" || a.raised != 26 * kDay) continue;
    ++found;
    EXPECT_TRUE(a.p <= 1 / a.threshold || a.odds >= a.threshold);
    ASSERT_FALSE(a.parts.empty());
    EXPECT_GE(a.parts[0].why.first, 25 * kDay);  // other parts may be older: what was odd, but not enough
    EXPECT_FALSE(a.parts[0].why.evidence.empty());
    for (std::size_t i = 1; i < a.parts.size(); ++i) EXPECT_LE(a.parts[i - 1].p, a.parts[i].p);
  }
  EXPECT_EQ(found, 1);
}

TEST(Analysis, FactsOfClosedWindowsAreLate) {
  World w(ordinary());
  Fact f = testing::fact_at(Kind::Trace, 3 * kDay + 5, 1);
  w.analysis.take(f);
  f.time = 3 * kDay + 2;  // the window is open
  w.analysis.take(f);
  EXPECT_EQ(w.analysis.counts().late, 0u);
  f.time = 5 * kDay;
  w.analysis.take(f);
  f.time = 4 * kDay - 1;
  w.analysis.take(f);
  EXPECT_EQ(w.analysis.counts().late, 1u);
  EXPECT_EQ(w.analysis.counts().facts, 4u);
  EXPECT_EQ(w.analysis.until(), 4 * kDay);
}

TEST(Analysis, NeedToKnowSpeaksWhileOthersLearn) {
  Settings s = ordinary();
  s.budget = 100;
  World w(s);
  for (int day = 0; day < 3; ++day) {
    Fact f = testing::fact_at(Kind::Access, day * kDay + kHour, 5);
    f.user = w.texts.intern("u001");
    f.peer = w.texts.intern("\\\\fs1\\witnesses");
    f.object = w.texts.intern(day == 1 ? "a.docx" : "");
    if (day != 1) f.peer = w.texts.intern("\\\\fs1\\canteen");
    w.analysis.take(f);
  }
  w.analysis.finish();
  ASSERT_EQ(w.analysis.anomalies().size(), 1u);
  EXPECT_EQ(w.analysis.anomalies()[0].parts[0].detector, "need_to_know");
  EXPECT_EQ(w.analysis.anomalies()[0].raised, 2 * kDay);
  EXPECT_TRUE(w.analysis.weighed().empty());
}

TEST(Analysis, WhatWasSavedGoesOnAsIfNothingHappened) {
  World whole(ordinary());
  feed(whole, 0, 30);
  whole.analysis.finish();
  const auto all = told(whole.analysis.anomalies(), kFiles);
  ASSERT_FALSE(all.empty());
  for (const int cut : {5, 15, 24, 26}) {
    World first(ordinary());
    feed(first, 0, cut);
    first.analysis.finish();
    const std::string state = saved(first.analysis);
    Settings s = ordinary();
    World second(s);
    for (const char* other : {"zz", "u009", "ws-001"}) second.texts.intern(other), second.roster.user(second.texts.intern(other));
    Unpacker in(state);
    const auto remarks = second.analysis.load(in, number_of);
    ASSERT_TRUE(remarks);
    EXPECT_TRUE(remarks->empty());
    EXPECT_EQ(in.left(), 0u);
    feed(second, cut, 30);
    second.analysis.finish();
    auto parts = told(first.analysis.anomalies(), kFiles);
    parts.merge(told(second.analysis.anomalies(), kFiles));
    EXPECT_EQ(parts, all) << cut;
  }
}

TEST(Analysis, ADamagedStateIsRefusedOrHarmless) {
  Settings s = ordinary();
  World w(s);
  feed(w, 0, 24);
  w.analysis.finish();
  const std::string state = saved(w.analysis);
  // Every cut of the first and last 2,000 bytes, and one in 19,993 between.
  for (std::size_t n = 0; n < state.size(); n += n < 2'000 || n + 2'000 > state.size() ? 1 : 19'993) {
    World other(s);
    Unpacker in(Bytes(state).substr(0, n));
    EXPECT_FALSE(other.analysis.load(in, [](const std::string&) { return 0u; })) << n;
  }
  testing::Draws d{4};
  int sound = 0;
  for (int round = 0; round < 500; ++round) {
    std::string bad = state;
    // Half of the flips near the end, where standings and calibration are.
    const std::size_t at = round % 2 == 0 ? d.next() % bad.size() : bad.size() - 1 - d.next() % 20'000;
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1 + d.next() % 255));
    World other(s);
    Unpacker in(bad);
    if (!other.analysis.load(in, [](const std::string&) { return 0u; })) continue;
    if (++sound % 20 != 0) continue;
    feed(other, 24, 27);
    other.analysis.finish();
  }
  EXPECT_GT(sound, 0);
  EXPECT_LT(sound, 500);
}

TEST(Analysis, DetectorsThatOnlyOneSideHasAreTold) {
  Settings few = ordinary();
  few.without = {"access"};
  World all(ordinary()), less(few);
  feed(all, 0, 22);
  all.analysis.finish();
  const std::string state = saved(all.analysis);
  Unpacker in(state);
  const auto remarks = less.analysis.load(in, number_of);
  ASSERT_TRUE(remarks);
  ASSERT_EQ(remarks->size(), 1u);
  EXPECT_NE(remarks->at(0).find("\"access\" is not used"), std::string::npos);
  const std::string lesser = saved(less.analysis);
  World back(ordinary());
  Unpacker again(lesser);
  const auto missing = back.analysis.load(again, number_of);
  ASSERT_TRUE(missing);
  ASSERT_EQ(missing->size(), 1u);
  EXPECT_NE(missing->at(0).find("does not know the detector \"access\""), std::string::npos);
}

}  // namespace
}  // namespace custos::behavior::analysing_life
