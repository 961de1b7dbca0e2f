// Baselines that are merged: two of which one is empty, two stretches of time, two sites.
#include <gtest/gtest.h>

#include <set>

#include "behavior/analysis.h"
#include "behavior/calibration/ordinary_test.h"
#include "behavior/life_test.h"
#include "behavior/rhythm/contacts.h"

namespace custos::behavior::merging {
namespace {

using testing::kHour;

struct World {
  explicit World(const Settings& s) : analysis(s, roster) {}
  Institution known;
  Dictionary texts;
  Roster roster{known, texts};
  Analysis analysis;
};

// Learns and calibrates; or, as what was loaded goes on, judges.
Settings learning(Micros calibrate_from = 6 * kDay) {
  Settings s;
  s.memory = 16u << 20;
  s.calibrate_from = calibrate_from;
  s.judge_from = 100 * kDay;
  s.keep_weighed = true;
  return s;
}
Settings judging() {
  Settings s;
  s.memory = 16u << 20;
  s.keep_weighed = true;
  return s;
}

// Days of an institution; on day 25, its `odd`th person opens much and starts what nobody started.
void feed(World& w, const testing::Life& life, const std::string& site, int from, int to, int odd = -1) {
  for (int day = from; day < to; ++day) {
    auto facts = life.day(day, w.texts);
    // Other people and computers, the same programs and kinds of records.
    for (Fact& f : facts) {
      f.host = w.texts.intern(site + std::string(w.texts.text(f.host)));
      f.user = w.texts.intern(site + std::string(w.texts.text(f.user)));
    }
    for (int i = 0; odd >= 0 && day == 25 && i < 400; ++i) {
      Fact f = testing::fact_at(i % 2 == 0 ? Kind::Access : Kind::Run, 25 * kDay + 3 * kHour + i * kSecond, 9'000'000 + static_cast<std::uint64_t>(i));
      f.host = w.texts.intern(fmt::format("{}ws-{:03}", site, odd));
      f.user = w.texts.intern(fmt::format("{}u{:03}", site, odd));
      f.log = w.texts.intern("windows security");
      f.peer = w.texts.intern(i % 2 == 0 ? "\\\\fs\\vault" : fmt::format("winword > odd{}", i));
      f.object = w.texts.intern(fmt::format("x{}\\{}", i % 9, i));
      facts.push_back(f);
    }
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.time < b.time; });
    for (const Fact& f : facts) w.analysis.take(f);
  }
  w.analysis.finish();
}

std::string saved(const Analysis& a) {
  std::string s;
  Packer out(s);
  a.save(out, [](std::uint32_t) { return std::string("file"); });
  return s;
}

void load(World& w, const std::string& state) {
  Unpacker in(state);
  ASSERT_TRUE(w.analysis.load(in, [](const std::string&) { return 0u; }));
}

std::string merged(const std::string& a, const std::string& b) {
  World one(judging()), other(judging());
  load(one, a);
  load(other, b);
  EXPECT_TRUE(one.analysis.merge(std::move(other.analysis)));
  return saved(one.analysis);
}

std::multiset<std::string> told(const Analysis& analysis, std::vector<Anomaly>& anomalies) {
  EXPECT_GT(analysis.weighed().size(), 20u);
  std::multiset<std::string> out;
  for (const Anomaly& a : anomalies) {
    out.insert(fmt::format("{} {} {:a} {:a}", a.actor, a.raised, a.p, a.odds));
    for (const Part& p : a.parts) out.insert(fmt::format("{} {} {:a} {}", a.actor, p.detector, p.p, p.why.sentence));
  }
  return out;
}

std::set<std::string> raised_on(std::vector<Anomaly>& anomalies, Micros when) {
  std::set<std::string> out;
  for (const Anomaly& a : anomalies) {
    if (a.raised == when) out.insert(a.actor);
  }
  return out;
}

// Facts of every kind that a detector listens to, of each of its lives.
void feed_all(World& w, int windows) {
  using namespace ordinary;
  std::vector<std::unique_ptr<ordinary::Life>> lives;
  lives.push_back(life_of_access({}));
  lives.push_back(life_of_execution({}));
  lives.push_back(life_of_templates({}));
  lives.push_back(life_of_hoarding());
  lives.push_back(life_of_credentials());
  lives.push_back(life_of_dns(0.5));
  lives.push_back(life_of_nxdomain());
  lives.push_back(life_of_egress());
  lives.push_back(life_of_beacon());
  lives.push_back(life_of_silence(Machines::Desks));
  lives.push_back(life_of_alerts());
  Stage stage(20, kDay, 5);
  std::map<TextId, TextId> texts{{kNoText, kNoText}};
  for (int n = 0; n < windows; ++n) {
    stage.number = static_cast<std::uint32_t>(n);
    stage.facts.clear();
    for (const auto& life : lives) life->live(stage);
    std::sort(stage.facts.begin(), stage.facts.end(), [](const Fact& a, const Fact& b) { return a.time != b.time ? a.time < b.time : a.offset < b.offset; });
    for (Fact f : stage.facts) {
      for (TextId* t : {&f.host, &f.user, &f.peer, &f.object, &f.log}) *t = w.texts.intern(stage.texts.text(*t));
      w.analysis.take(f);
    }
  }
  w.analysis.finish();
}

TEST(Merging, WithWhatKnowsNothingChangesNothing) {
  World learned(learning());
  feed_all(learned, 20);
  const std::string state = saved(learned.analysis);
  World fresh(learning());
  const std::string nothing = saved(fresh.analysis);
  const auto goes_on = [](const std::string& from) {
    World w(judging());
    load(w, from);
    feed_all(w, 26);  // of which 20 are late
    EXPECT_EQ(w.analysis.counts().windows, 26u);
    std::multiset<std::string> out = told(w.analysis, w.analysis.anomalies());
    for (const Weighed& x : w.analysis.weighed()) out.insert(fmt::format("{} {} {:a} {:a}", w.roster.text(w.roster.at(x.actor).name), x.window, x.p, x.odds));
    return out;
  };
  const auto as_learned = goes_on(state);
  EXPECT_EQ(goes_on(merged(state, nothing)), as_learned);
  EXPECT_EQ(goes_on(merged(nothing, state)), as_learned);
}

TEST(Merging, TwoStretchesOfTimeAreAsOne) {
  const testing::Life life(15, 3);
  World early(learning()), late(learning(20 * kDay)), whole(learning());
  feed(early, life, "", 0, 15);
  feed(late, life, "", 15, 25);
  feed(whole, life, "", 0, 25);
  for (const std::string& both : {merged(saved(early.analysis), saved(late.analysis)), merged(saved(late.analysis), saved(early.analysis))}) {
    World w(judging()), as_one(judging());
    load(w, both);
    load(as_one, saved(whole.analysis));
    EXPECT_EQ(w.analysis.counts().windows, 25u);
    EXPECT_NEAR(w.analysis.counts().actors, as_one.analysis.counts().actors, 3);
    EXPECT_EQ(w.analysis.first(), 0);
    EXPECT_EQ(w.analysis.until(), 25 * kDay);
    feed(w, life, "", 24, 28, 4);  // the 24th is late
    feed(as_one, life, "", 24, 28, 4);
    EXPECT_GT(w.analysis.counts().late, 0u);
    const auto found = raised_on(w.analysis.anomalies(), 26 * kDay);
    EXPECT_TRUE(found.contains("u004")) << found.size();
    EXPECT_TRUE(raised_on(as_one.analysis.anomalies(), 26 * kDay).contains("u004"));
    EXPECT_LE(found.size(), 3u);
  }
}

TEST(Merging, TwoSitesAreKnownBoth) {
  const testing::Life hague(15, 3), annex(15, 8);
  World one(learning()), other(learning());
  feed(one, hague, "h-", 0, 25);
  feed(other, annex, "a-", 0, 25);
  World w(judging());
  load(w, merged(saved(one.analysis), saved(other.analysis)));
  EXPECT_EQ(w.analysis.counts().windows, 25u);
  EXPECT_NEAR(w.analysis.counts().actors, one.analysis.counts().actors + other.analysis.counts().actors, 1e-9);
  // Both go on: nobody of either is new, but for the one who opens much.
  feed(w, hague, "h-", 25, 26, 4);
  EXPECT_TRUE(raised_on(w.analysis.anomalies(), 26 * kDay).contains("h-u004"));
  EXPECT_LE(raised_on(w.analysis.anomalies(), 26 * kDay).size(), 3u);
  World again(judging());
  load(again, merged(saved(one.analysis), saved(other.analysis)));
  feed(again, annex, "a-", 25, 28, 7);
  EXPECT_TRUE(raised_on(again.analysis.anomalies(), 26 * kDay).contains("a-u007"));
  EXPECT_LE(again.analysis.anomalies().size(), 5u);
}

TEST(Merging, WindowsOfOtherLengthAreRefused) {
  Settings hours = learning();
  hours.window = kHour;
  World days(learning()), other(hours);
  feed(days, testing::Life(5, 1), "", 0, 3);
  feed(other, testing::Life(5, 1), "", 0, 3);
  const auto refused = days.analysis.merge(std::move(other.analysis));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("windows of 86400 s, the other of 3600 s"), std::string::npos) << refused.error().text;
}

TEST(Merging, ContactsOfTwoStretchesAreThoseOfOne) {
  Contacts<64> whole, first, second;
  for (int i = 0; i < 40; ++i) {
    const Micros t = kDay + i * 600 * kSecond;
    whole.add(t, 7);
    if (i < 25) first.add(t, 7);
    if (i >= 20) second.add(t, 7);  // five of them both saw
  }
  Contacts<64> forth = first, back = second;
  forth.merge(second);
  back.merge(first);
  for (const auto* c : {&forth, &back}) {
    EXPECT_EQ(c->times(kDay), whole.times(kDay));
    EXPECT_EQ(c->sizes(64), whole.sizes(64));
  }
}

}  // namespace
}  // namespace custos::behavior::merging
