// The detector of alerts, through Watch and Judge, on made-up hours.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "behavior/detector.h"
#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace alerts_test {
namespace {

constexpr Micros kHour = 3600 * kSecond;
constexpr std::uint32_t kFirst = 480'000;  // an hour of 2024, the first of a day

struct Alert {
  std::uint32_t hour;
  std::string host, name, user;
  std::uint32_t count = 1;
  Micros second = 0;
};

const Detector& of_alerts() {
  for (const Detector* d : detectors()) {
    if (d->name == "alerts") return *d;
  }
  throw std::runtime_error("no such detector");
}

class Bench {
 public:
  explicit Bench(std::size_t memory = 16u << 20) : watch(of_alerts().open(roster, memory)) {}

  void take(const Alert& a) {
    Fact f;
    f.time = (kFirst + a.hour) * kHour + a.second * kSecond;
    f.kind = Kind::Alert;
    f.host = a.host.empty() ? kNoText : texts.intern(a.host);
    f.user = a.user.empty() ? kNoText : texts.intern(a.user);
    f.object = texts.intern(a.name);
    f.count = a.count;
    f.offset = offset++;
    watch->observe(f, {roster.host(f.host), roster.user(f.user)}, judge);
  }
  // A window of `hours` hours.
  std::map<std::string, Verdict> close(std::uint32_t hour, Phase phase, std::uint32_t hours = 1) {
    const Micros length = hours * kHour;
    judge.begin(0, phase);
    watch->close({static_cast<std::uint32_t>((kFirst + hour) * kHour / length), (kFirst + hour) * kHour, length}, judge);
    judge.end();
    std::map<std::string, Verdict> out;
    for (Verdict& v : judge.take()) out[std::string(roster.text(roster.at(v.actor).name))] = std::move(v);
    return out;
  }
  std::string saved() const {
    std::string s;
    Packer out(s);
    watch->save(out);
    return s;
  }

  Dictionary texts;
  Institution known;
  Roster roster{known, texts};
  Judge judge;
  std::unique_ptr<Watch> watch;
  std::uint64_t offset = 0;
};

// An hour of ordinary life: of twelve kinds, the frequent and the seldom, each host has its own share.
std::vector<Alert> ordinary(std::uint32_t hour, int hosts, testing::Draws& draw) {
  std::vector<Alert> out;
  for (int h = 0; h < hosts; ++h) {
    for (int k = 0; k < 12; ++k) {
      const double chance = 0.9 / (1 + ((h + k) % 12) * ((h + k) % 12));
      if (draw.uniform() > chance) continue;
      out.push_back({hour, "host-" + std::to_string(h), "kind " + std::to_string(k), "", 1u + static_cast<unsigned>(draw.poisson(3 + k)), 60 + k});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Alert& a, const Alert& b) { return a.second < b.second; });
  return out;
}

Phase phase_of(std::uint32_t hour, std::uint32_t calibrate = 72, std::uint32_t judge = 240) {
  return hour < calibrate ? Phase::Learn : hour < judge ? Phase::Calibrate : Phase::Judge;
}

TEST(Alerts, FindABurstOfNewKindsOnOneHost) {
  Bench b;
  testing::Draws draw{1};
  for (std::uint32_t t = 0; t < 264; ++t) {
    for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
    const std::uint64_t from = b.offset;
    if (t == 250) {
      for (int k = 0; k < 6; ++k) b.take({t, "host-3", "new " + std::to_string(k), "", 2, 900});
      b.take({t, "host-3", "kind 1", "", 5000, 901});
    }
    const auto verdicts = b.close(t, phase_of(t));
    if (t != 250) continue;
    const Verdict& v = verdicts.at("host-3");
    EXPECT_LT(v.p, 2e-3);
    for (const auto& [who, other] : verdicts) EXPECT_TRUE(who == "host-3" || other.p > v.p) << who;
    EXPECT_NE(v.why->sentence.find("nobody had it before"), std::string::npos) << v.why->sentence;
    for (std::uint64_t o = from; o < from + 7; ++o) {
      EXPECT_TRUE(std::find(v.why->evidence.begin(), v.why->evidence.end(), Where{0, o}) != v.why->evidence.end()) << o - from;
    }
    EXPECT_FALSE(v.why->chart.bars.empty());
    EXPECT_GE(v.why->first, (kFirst + t) * kHour);
    EXPECT_LT(v.why->last, (kFirst + t + 1) * kHour);
  }
}

TEST(Alerts, WhatComesTogetherIsOdderThanEachAlone) {
  const auto p_of = [](int kinds) {
    Bench b;
    testing::Draws draw{2};
    double p = 1;
    for (std::uint32_t t = 0; t <= 250; ++t) {
      for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
      // Known to others, new here: odd, but of the sort that happens.
      for (int k = 0; t == 250 && k < kinds; ++k) b.take({t, "host-0", "kind " + std::to_string(7 + k), "", 1, 900});
      const auto verdicts = b.close(t, phase_of(t));
      if (t == 250) p = verdicts.at("host-0").p;
    }
    return p;
  };
  EXPECT_LT(p_of(4), p_of(1) / 3);
}

// Score of a host in hour 251, with one new kind, after an hour in which so many hosts, from `first` on, had six other new ones.
double after_a_burst(int first, int hosts, const std::string& whose = "host-0") {
  Bench b;
  testing::Draws draw{13};
  double score = 0;
  for (std::uint32_t t = 0; t <= 251; ++t) {
    for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
    for (int h = first; t == 250 && h < first + hosts; ++h) {
      for (int k = 0; k < 6; ++k) b.take({t, "host-" + std::to_string(h), "burst " + std::to_string(k), "", 1, 900});
    }
    if (t == 251) b.take({t, whose, "new", "", 1, 900});
    const auto verdicts = b.close(t, phase_of(t));
    if (t == 251) score = verdicts.at(whose).score;
  }
  return score;
}

TEST(Alerts, AnOddHourMakesTheNextOneOdder) { EXPECT_GT(after_a_burst(0, 1), after_a_burst(0, 0) + 1); }

TEST(Alerts, AnAttackThatGoesOnDoesNotMakeItselfOrdinaryByItsFirstHour) {
  EXPECT_GT(after_a_burst(0, 9, "host-9"), after_a_burst(0, 0, "host-9") - 1);
}

TEST(Alerts, AFloodOfAKnownKindDoesNotAlarmForEver) {
  Bench b;
  testing::Draws draw{3};
  double first = 1;
  int late = 0, hours = 0;
  for (std::uint32_t t = 0; t < 600; ++t) {
    for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
    if (t >= 250) b.take({t, "host-5", "kind 7", "", 20'000 + static_cast<unsigned>(draw.poisson(100)), 900});
    const auto verdicts = b.close(t, phase_of(t));
    if (t == 250) first = verdicts.at("host-5").p;
    if (t < 500) continue;
    ++hours;
    late += verdicts.at("host-5").p <= 0.01 ? 1 : 0;
  }
  EXPECT_LT(first, 0.01);
  EXPECT_LE(late, hours / 25);
}

TEST(Alerts, KeepTheirPromiseOnOrdinaryLife) {
  int all = 0, at_5 = 0, at_1 = 0;
  for (std::uint64_t seed = 10; seed < 14; ++seed) {
    Bench b;
    testing::Draws draw{seed};
    for (std::uint32_t t = 0; t < 480; ++t) {
      for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
      for (const auto& [who, v] : b.close(t, phase_of(t))) {
        if (phase_of(t) != Phase::Judge) continue;
        ++all;
        at_5 += v.p <= 0.05 ? 1 : 0;
        at_1 += v.p <= 0.01 ? 1 : 0;
      }
    }
  }
  ASSERT_GT(all, 8000);
  EXPECT_NEAR(static_cast<double>(at_5) / all, 0.05, 0.02);
  EXPECT_NEAR(static_cast<double>(at_1) / all, 0.01, 0.006);
}

TEST(Alerts, GoOnAfterLoadingAsIfNothingHadHappened) {
  Bench a, b;
  testing::Draws draw{4};
  for (std::uint32_t t = 0; t < 300; ++t) {
    const auto alerts = ordinary(t, 8, draw);
    for (const Alert& x : alerts) a.take(x);
    const auto expected = a.close(t, phase_of(t));
    if (t == 259) {
      // Another dictionary, another order of numbers: what is saved must not rest on them.
      for (int k = 20; k > 0; --k) b.roster.host(b.texts.intern("host-" + std::to_string(k)));
      const std::string s = a.saved();
      Unpacker in(s);
      ASSERT_TRUE(b.watch->load(in) && in.finish("alerts"));
      EXPECT_EQ(b.saved(), s);
      b.judge.strata() = a.judge.strata();
    }
    if (t < 260) continue;
    for (const Alert& x : alerts) b.take(x);
    const auto verdicts = b.close(t, phase_of(t));
    ASSERT_EQ(verdicts.size(), expected.size());
    for (const auto& [who, v] : expected) {
      EXPECT_EQ(verdicts.at(who).score, v.score);
      EXPECT_EQ(verdicts.at(who).p, v.p);
    }
  }
  EXPECT_EQ(a.saved(), b.saved());
}

TEST(Alerts, RefuseDamagedState) {
  Bench a;
  testing::Draws draw{5};
  for (std::uint32_t t = 0; t < 30; ++t) {
    for (const Alert& x : ordinary(t, 4, draw)) a.take(x);
    a.close(t, Phase::Learn);
  }
  const std::string s = a.saved();
  for (std::size_t n = 0; n < s.size(); n += 1 + s.size() / 200) {
    Bench b;
    Unpacker in(Bytes(s).substr(0, n));
    EXPECT_FALSE(b.watch->load(in) && in.finish("alerts")) << n;
  }
}

TEST(Alerts, DoNotDependOnTheOrderOfEqualTimes) {
  Bench a, b;
  testing::Draws draw{6};
  for (std::uint32_t t = 0; t < 200; ++t) {
    auto alerts = ordinary(t, 8, draw);
    const auto once = alerts;
    alerts.insert(alerts.end(), once.begin(), once.end());
    for (Alert& x : alerts) x.second = 60;
    const std::uint64_t from = a.offset;
    for (const Alert& x : alerts) a.take(x);
    for (std::size_t k = alerts.size(); k > 0; --k) {
      b.offset = from + k - 1;
      b.take(alerts[k - 1]);
    }
    b.offset = a.offset;
    const auto one = a.close(t, phase_of(t, 24, 100)), other = b.close(t, phase_of(t, 24, 100));
    for (const auto& [who, v] : one) {
      EXPECT_EQ(other.at(who).p, v.p);
      ASSERT_EQ(other.at(who).why == nullptr, v.why == nullptr);
      if (!v.why) continue;
      EXPECT_EQ(other.at(who).why->sentence, v.why->sentence);
      EXPECT_EQ(other.at(who).why->evidence, v.why->evidence);
    }
  }
  EXPECT_EQ(a.saved(), b.saved());
}

TEST(Alerts, LaterWindowsDoNotChangeEarlierVerdicts) {
  const auto run = [](std::uint32_t until, bool attack) {
    Bench b;
    testing::Draws draw{7};
    std::vector<double> scores;
    for (std::uint32_t t = 0; t < until; ++t) {
      for (const Alert& a : ordinary(t, 8, draw)) b.take(a);
      if (attack && t == 260) b.take({t, "host-1", "new", "", 100, 900});
      for (const auto& [who, v] : b.close(t, phase_of(t))) {
        if (t < 260) scores.push_back(v.p), scores.push_back(v.score);
      }
    }
    return scores;
  };
  EXPECT_EQ(run(260, false), run(300, true));
}

TEST(Alerts, OfADayTheOddestHourSpeaks) {
  Bench b;
  testing::Draws draw{8};
  for (std::uint32_t day = 0; day < 40; ++day) {
    for (std::uint32_t t = day * 24; t < day * 24 + 24; ++t) {
      for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
      for (int k = 0; day == 39 && t % 24 == 13 && k < 5; ++k) b.take({t, "host-2", "new " + std::to_string(k), "", 3, 900 + k});
    }
    const auto verdicts = b.close(day * 24, phase_of(day, 5, 38), 24);
    if (day < 39) continue;
    const Verdict& v = verdicts.at("host-2");
    EXPECT_LT(v.p, 0.01);
    EXPECT_EQ((v.why->first - kFirst * kHour) / kHour, 39 * 24 + 13);
    EXPECT_EQ(v.why->last, (kFirst + 39 * 24 + 13) * kHour + 904 * kSecond);
  }
}

TEST(Alerts, AreJudgedByAccountToo) {
  Bench b;
  testing::Draws draw{9};
  for (std::uint32_t t = 0; t <= 250; ++t) {
    for (Alert a : ordinary(t, 12, draw)) {
      a.user = "user of " + a.host;
      b.take(a);
    }
    for (int k = 0; t == 250 && k < 5; ++k) b.take({t, "", "new " + std::to_string(k), "user of host-4", 2, 900});
    const auto verdicts = b.close(t, phase_of(t));
    if (t < 250) continue;
    EXPECT_LT(verdicts.at("user of host-4").p, 0.005);
    EXPECT_GT(verdicts.at("host-4").p, 0.05);
  }
}

TEST(Alerts, AFloodDoesNotHideWhatCameWithIt) {
  Bench b;
  testing::Draws draw{11};
  for (std::uint32_t t = 0; t <= 250; ++t) {
    for (const Alert& a : ordinary(t, 12, draw)) b.take(a);
    for (Micros k = 0; t == 250 && k < 500; ++k) b.take({t, "host-6", "flood", "", 1, 900 + k});
    const std::uint64_t single = b.offset;
    if (t == 250) b.take({t, "host-6", "single", "", 1, 2000});
    const auto verdicts = b.close(t, phase_of(t));
    if (t < 250) continue;
    const auto& evidence = verdicts.at("host-6").why->evidence;
    EXPECT_EQ(evidence.size(), Judge::kMostEvidence);
    EXPECT_TRUE(std::find(evidence.begin(), evidence.end(), Where{0, single}) != evidence.end());
  }
}

TEST(Alerts, StayWithinTheirMemoryAndCountWhatTheyForget) {
  constexpr std::size_t kMemory = 2u << 20;
  Bench b(kMemory);
  testing::Draws draw{12};
  EXPECT_EQ(b.watch->evictions(), 0u);
  std::uint64_t at_first = 0;
  for (std::uint32_t t = 0; t < 200; ++t) {
    // More kinds in an hour than are held while it is open, and ever new ones.
    for (int k = 0; k < 400; ++k) b.take({t, "host-" + std::to_string(k % 20), "kind " + std::to_string(draw.next()), "", 1, k});
    b.close(t, Phase::Learn);
    ASSERT_LE(b.watch->bytes(), kMemory) << t;
    if (t == 0) at_first = b.watch->evictions();
  }
  EXPECT_GT(at_first, 0u) << "the open hour is bounded";
  EXPECT_GT(b.watch->evictions(), at_first * 200) << "the history is bounded";
}

}  // namespace
}  // namespace alerts_test
}  // namespace custos::behavior
