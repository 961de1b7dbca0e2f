#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "behavior/analysis.h"
#include "behavior/dns/names.h"
#include "behavior/statistics/random_test.h"

namespace custos::behavior::dns {
extern const Detector detector;
}
namespace custos::behavior::nxdomain {
extern const Detector detector;
}

namespace custos::behavior {
namespace dns_tests {

using testing::Draws;

// Look-ups of an office through the whole analysis, with one detector.
struct Office {
  explicit Office(std::string_view only, std::uint64_t seed = 1) : draws{seed} {
    known.domain = "court.example.org";
    settings.calibrate_from = 3 * kDay;
    settings.judge_from = 10 * kDay;
    settings.keep_weighed = true;
    for (const Detector* d : detectors()) {
      if (d->name != only) settings.without.push_back(d->name);
    }
  }
  void ask(Micros t, const std::string& host, const std::string& name, bool failed = false) {
    Fact f;
    f.kind = Kind::Lookup;
    f.time = t;
    f.offset = facts.size();
    f.host = texts.intern(host);
    f.object = texts.intern(name);
    f.failed = failed;
    facts.push_back(f);
  }
  std::string letters(std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += "abcdefghijklmnopqrstuvwxyz234567"[draws.next() % 32];
    return out;
  }
  // 20 hosts: sites with a few common names, now and then one of a new site, a typing error; and reputation look-ups of all of them.
  void day(int d) {
    for (int h = 0; h < 20; ++h) {
      const std::string host = fmt::format("ws-{}", h);
      const auto at = [&] { return d * kDay + static_cast<Micros>(draws.uniform() * static_cast<double>(kDay - kSecond)); };
      for (int i = 0; i < 30; ++i) ask(at(), host, fmt::format("{}.site{}.com", i % 3 == 0 ? "www" : i % 3 == 1 ? "mail" : "api-gateway", draws.next() % 60));
      for (int i = 0; i < 4; ++i) ask(at(), host, fmt::format("www{}.{}.org", letters(1 + draws.next() % 4), letters(7)));
      for (int i = draws.poisson(20); i > 0; --i) ask(at(), host, letters(26) + ".reputation.example");
      for (int i = draws.poisson(1); i > 0; --i) ask(at(), host, letters(6) + ".com", true);
    }
  }
  void tunnel(int d, int names, const std::string& domain = "t.example", const std::string& host = "ws-3") {
    for (int i = 0; i < names; ++i) ask(d * kDay + 9 * 3600 * kSecond + i * kSecond, host, letters(40) + "." + domain);
  }
  void sort() {
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.time < b.time; });
  }
  void run(Analysis& a) {
    sort();
    for (const Fact& f : facts) a.take(f);
    a.finish();
  }
  Draws draws;
  Institution known;
  Dictionary texts;
  Settings settings;
  std::vector<Fact> facts;
};

std::vector<std::string> told(Analysis& a) {
  std::vector<std::string> out;
  for (const Anomaly& x : a.anomalies()) {
    for (const Part& p : x.parts) out.push_back(fmt::format("{} {} {:.6g} {}", x.actor, x.raised, p.p, p.why.sentence));
  }
  return out;
}

TEST(OutsideNames, WhatNobodyOutsideIsAskedForIsLeftOut) {
  EXPECT_FALSE(outside_name("ws-1.court.example.org", "court.example.org"));
  EXPECT_FALSE(outside_name("court.example.org", "court.example.org"));
  EXPECT_FALSE(outside_name("10.1.20.10.in-addr.arpa", ""));
  EXPECT_FALSE(outside_name("printer.local", ""));
  EXPECT_FALSE(outside_name("wpad", ""));
  EXPECT_FALSE(outside_name("10.1.2.3", ""));
  const auto name = outside_name("a.b.food-court.example.org.", "court.example.org");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->domain, "example.org");
  EXPECT_EQ(name->below, "a.b.food-court");
}

TEST(OutsideNames, AreRememberedAsTheyWouldBeTakenApart) {
  Dictionary texts;
  Institution court;
  court.domain = "court.example.org";
  Roster roster(court, texts);
  OutsideNames remembered(roster);
  for (int time = 0; time < 2; ++time) {
    for (const std::string_view name : {"a.b.example.co.uk", "example.org..", "ws-1.court.example.org", "wpad", "10.1.2.3", "co.uk", "x.food-court.example.org."}) {
      const auto now = outside_name(name, court.domain), then = remembered.of(texts.intern(name));
      ASSERT_EQ(now.has_value(), then.has_value()) << name;
      if (!now) continue;
      EXPECT_EQ(now->domain, then->domain);
      EXPECT_EQ(now->below, then->below);
    }
  }
}

TEST(OutsideNames, NumbersAreSaid) {
  EXPECT_EQ(say_count(2314), "2,314");
  EXPECT_EQ(say_bytes(41200), "41.2 kB");
  EXPECT_EQ(say_span(240 * kSecond), "4 minutes");
}

TEST(Dns, ATunnelIsRaisedWithinMinutesAndReputationLookUpsAreNot) {
  Office office("dns");
  for (int d = 0; d < 20; ++d) office.day(d);
  office.tunnel(14, 600);
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  std::size_t tunnels = 0;
  for (const Anomaly& x : a.anomalies()) {
    ASSERT_FALSE(x.parts.empty());
    if (x.parts[0].why.sentence.find("t.example") == std::string::npos) continue;
    ++tunnels;
    EXPECT_EQ(x.actor, "ws-3");
    EXPECT_LE(x.raised, 14 * kDay + (9 * 3600 + 300) * kSecond);
    EXPECT_GT(x.parts[0].why.evidence.size(), 10u);
  }
  EXPECT_EQ(tunnels, 1u);
  EXPECT_LE(a.anomalies().size(), 3u);
  for (const std::string& t : told(a)) EXPECT_EQ(t.find("reputation.example"), std::string::npos) << t;
}

// The same amount as the reputation look-ups that are ordinary, below a domain nobody knows.
TEST(Dns, WhatIsOrdinaryForOneDomainIsOddForANewOne) {
  Office office("dns");
  for (int d = 0; d < 16; ++d) office.day(d);
  for (int i = 0; i < 40; ++i) office.ask(14 * kDay + i * 600 * kSecond, "ws-5", office.letters(26) + ".fresh.example");
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  const auto all = told(a);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const std::string& t) { return t.find("ws-5") == 0 && t.find("fresh.example") != std::string::npos; }));
}

TEST(Dns, BothTunnelsOfAHostAreTold) {
  Office office("dns");
  for (int d = 0; d < 12; ++d) office.day(d);
  office.tunnel(11, 300, "one.example");
  office.tunnel(11, 200, "two.example");
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  std::string all;
  for (const std::string& t : told(a)) all += t;
  EXPECT_NE(all.find("one.example"), std::string::npos);
  EXPECT_NE(all.find("two.example"), std::string::npos);
}

// Another sensor that logs the same look-ups adds nothing.
TEST(Dns, ALookUpLoggedTwiceCountsOnce) {
  std::vector<double> p[2];
  for (const bool twice : {false, true}) {
    Office office("dns");
    for (int d = 0; d < 12; ++d) office.day(d);
    if (twice) {
      const auto copy = office.facts;
      for (Fact f : copy) {
        f.source = 1;
        f.time += 1000;
        office.facts.push_back(f);
      }
    }
    Roster roster(office.known, office.texts);
    Analysis a(office.settings, roster);
    office.run(a);
    for (const Weighed& w : a.weighed()) p[twice].push_back(w.p);
  }
  EXPECT_EQ(p[0], p[1]);
}

TEST(Dns, OrdinaryDaysKeepTheirPromise) {
  for (const std::string_view of : {"dns", "nxdomain"}) {
    Office office(of, 7);
    for (int d = 0; d < 60; ++d) office.day(d);
    Roster roster(office.known, office.texts);
    Analysis a(office.settings, roster);
    office.run(a);
    std::size_t n = 0, at10 = 0, at1 = 0;
    for (const Weighed& w : a.weighed()) {
      ++n;
      at10 += w.p <= 0.1 ? 1 : 0;
      at1 += w.p <= 0.01 ? 1 : 0;
    }
    ASSERT_EQ(n, 1000u);
    EXPECT_LE(at10, 140u) << of;
    EXPECT_LE(at1, 22u) << of;
  }
}

TEST(Dns, TheOrderOfEqualTimesDoesNotMatter) {
  for (const std::string_view of : {"dns", "nxdomain"}) {
    std::vector<std::string> all[2];
    std::vector<double> p[2];
    for (const bool turned : {false, true}) {
      Office office(of);
      for (int d = 0; d < 13; ++d) office.day(d);
      office.tunnel(12, 400);
      for (int i = 0; i < 80; ++i) office.ask(12 * kDay, "ws-4", office.letters(14) + ".net", true);
      for (Fact& f : office.facts) f.time -= f.time % (1800 * kSecond);
      office.sort();
      if (turned) {
        for (auto b = office.facts.begin(); b != office.facts.end();) {
          const auto e = std::find_if(b, office.facts.end(), [&](const Fact& f) { return f.time != b->time; });
          std::reverse(b, e);
          b = e;
        }
      }
      Roster roster(office.known, office.texts);
      // The same actors have other numbers in another run.
      if (turned) roster.host(office.texts.intern("ws-19"));
      Analysis a(office.settings, roster);
      for (const Fact& f : office.facts) a.take(f);
      a.finish();
      // Which look-up of the same instant crosses the line can't be the same: the window's own words are.
      std::vector<Weighed> w = a.weighed();
      std::sort(w.begin(), w.end(), [&](const Weighed& x, const Weighed& y) { return std::pair(x.window, roster.at(x.actor).key) < std::pair(y.window, roster.at(y.actor).key); });
      for (const Weighed& x : w) p[turned].push_back(x.p);
      for (const Anomaly& x : a.anomalies()) all[turned].push_back(x.actor);
      std::sort(all[turned].begin(), all[turned].end());
    }
    EXPECT_EQ(p[0], p[1]) << of;
    EXPECT_EQ(all[0], all[1]) << of;
    EXPECT_FALSE(all[0].empty()) << of;
  }
}

TEST(Nxdomain, MadeUpNamesAreOdd) {
  Office office("nxdomain");
  for (int d = 0; d < 16; ++d) office.day(d);
  for (int i = 0; i < 60; ++i) office.ask(14 * kDay + i * 60 * kSecond, "ws-8", office.letters(16) + ".info", true);
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  const auto all = told(a);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const std::string& t) { return t.find("ws-8") == 0 && t.find(".info") != std::string::npos; }));
}

// Feeds a watch by itself: days of facts, each closed.
struct Alone {
  Alone(const Detector& d, Office& o, std::size_t memory) : office(o), roster(o.known, o.texts), watch(d.open(roster, memory)) { watch->number = 0; }
  void day(int d) {
    judge.begin(0, d < 8 ? Phase::Calibrate : Phase::Judge);
    for (const Fact& f : office.facts) {
      if (f.time / kDay == d) watch->observe(f, {roster.host(f.host), roster.user(f.user)}, judge);
    }
    watch->close({static_cast<std::uint32_t>(d), d * kDay, kDay}, judge);
    judge.end();
  }
  Office& office;
  Roster roster;
  Judge judge;
  std::unique_ptr<Watch> watch;
};

TEST(Dns, WhatIsSavedGoesOnAsWhatWasNot) {
  for (const Detector* detector : {&dns::detector, &nxdomain::detector}) {
    Office office(detector->name);
    for (int d = 0; d < 14; ++d) office.day(d);
    office.tunnel(12, 200);
    office.sort();
    Alone one(*detector, office, 8u << 20), other(*detector, office, 8u << 20);
    for (int d = 0; d < 10; ++d) one.day(d);
    std::string saved;
    Packer out(saved);
    one.watch->save(out);
    Unpacker in(saved);
    ASSERT_TRUE(other.watch->load(in));
    EXPECT_TRUE(in.finish("state"));
    other.judge.strata() = one.judge.strata();
    one.judge.take();
    for (int d = 10; d < 14; ++d) {
      one.day(d);
      other.day(d);
      auto a = one.judge.take(), b = other.judge.take();
      const auto by_key = [](Roster& r) { return [&r](const Verdict& x, const Verdict& y) { return r.at(x.actor).key < r.at(y.actor).key; }; };
      std::sort(a.begin(), a.end(), by_key(one.roster));
      std::sort(b.begin(), b.end(), by_key(other.roster));
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].score, b[i].score);
        EXPECT_EQ(a[i].p, b[i].p);
        ASSERT_EQ(a[i].why == nullptr, b[i].why == nullptr);
        if (!a[i].why) continue;
        EXPECT_EQ(a[i].why->sentence, b[i].why->sentence);
      }
    }
    std::string x, y;
    Packer px(x), py(y);
    one.watch->save(px);
    other.watch->save(py);
    EXPECT_EQ(x, y);
    std::string cut = saved.substr(0, saved.size() / 2);
    Unpacker half(cut);
    EXPECT_FALSE(Alone(*detector, office, 8u << 20).watch->load(half));
  }
}

TEST(Dns, MemoryIsBoundedAndWhatIsForgottenIsCounted) {
  Office office("dns");
  constexpr std::size_t kMemory = 256u << 10;
  Alone alone(dns::detector, office, kMemory);
  for (int i = 0; i < 40'000; ++i) office.ask(i * kSecond, fmt::format("ws-{}", i % 50), office.letters(8) + "." + office.letters(9) + ".com");
  alone.day(0);
  EXPECT_LE(alone.watch->bytes(), kMemory + (128u << 10));
  EXPECT_GT(alone.watch->evictions(), 1000u);
}

}  // namespace dns_tests
}  // namespace custos::behavior
