#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "behavior/analysis.h"
#include "behavior/statistics/random_test.h"

namespace custos::behavior::credentials {
extern const Detector detector;
}

namespace custos::behavior {
namespace credentials_tests {

using testing::Draws;

struct Office {
  explicit Office(std::uint64_t seed = 1) : draws{seed} {
    settings.calibrate_from = 5 * kDay;
    settings.judge_from = 20 * kDay;
    settings.keep_weighed = true;
    for (const Detector* d : detectors()) {
      if (d->name != "credentials") settings.without.push_back(d->name);
    }
  }
  Fact& add(Kind kind, Micros t, const std::string& host, const std::string& user, const std::string& peer, const std::string& object, bool failed) {
    Fact f;
    f.kind = kind;
    f.time = t;
    f.offset = facts.size();
    f.host = host.empty() ? kNoText : texts.intern(host);
    f.user = texts.intern(user);
    f.peer = peer.empty() ? kNoText : texts.intern(peer);
    f.object = texts.intern(object);
    f.failed = failed;
    f.host_ours = true;
    f.peer_ours = kind == Kind::Logon && peer.starts_with("ws-");
    facts.push_back(f);
    return facts.back();
  }
  Micros at(int d) { return d * kDay + static_cast<Micros>(draws.uniform() * static_cast<double>(kDay - kSecond)); }
  // 40 people with a computer each: logons, now and then a wrong password before the right one, tickets; one old service with RC4; a gate to the world.
  void day(int d) {
    for (int u = 0; u < 40; ++u) {
      const std::string user = fmt::format("user-{}", u), ws = fmt::format("ws-{}", u);
      for (int i = 0; i < 4; ++i) {
        const Micros t = at(d);
        for (int k = draws.poisson(mistypes); k > 0; --k) add(Kind::Logon, t - k * 5 * kSecond, "dc-01", user, ws, "ntlm 3", true);
        add(Kind::Logon, t, "dc-01", user, ws, "kerberos 3", false);
      }
      for (int i = 0; i < 6; ++i) add(Kind::Ticket, at(d), ws, user, fmt::format("svc-{}", draws.next() % 12), "0x12", false);
      if (draws.uniform() < 0.1) add(Kind::Ticket, at(d), ws, user, "svc-old", "0x17", false);
    }
    for (int i = draws.poisson(25); i > 0; --i) add(Kind::Logon, at(d), "gate", fmt::format("guess-{}", draws.next() % 500), fmt::format("198.51.100.{}", draws.next() % 200), "ssh", true);
  }
  void run(Analysis& a) {
    sort();
    for (const Fact& f : facts) a.take(f);
    a.finish();
  }
  void sort() {
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.time < b.time; });
  }
  Draws draws;
  double mistypes = 0.1;  // at a logon
  Institution known;
  Dictionary texts;
  Settings settings;
  std::vector<Fact> facts;
};

// The sentences raised about an actor.
std::string raised(Office& office, std::string_view actor) {
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  std::string out;
  for (const Anomaly& x : a.anomalies()) {
    for (const Part& p : x.parts) out += x.actor == actor ? p.why.sentence + "\n" : "";
  }
  return out;
}

void attack(Office& o, int d, std::string_view how) {
  const Micros t = d * kDay + 11 * 3600 * kSecond;
  if (how == "spray") {
    for (int u = 0; u < 30; ++u) o.add(Kind::Logon, t + u * 60 * kSecond, "dc-01", fmt::format("user-{}", u), "ws-7", "ntlm 3", true);
  } else if (how == "sought") {
    for (int i = 0; i < 25; ++i) o.add(Kind::Logon, t + i * 60 * kSecond, "", "user-9", fmt::format("203.0.113.{}", i), "portal, browser", true);
  } else if (how == "roast") {
    for (int i = 0; i < 10; ++i) o.add(Kind::Ticket, t + i * kSecond, "ws-11", "user-11", fmt::format("svc-{}", i), "0x17", false);
  } else if (how == "break") {
    for (int i = 0; i < 60; ++i) o.add(Kind::Logon, t + i * kSecond, "files-01", "user-13", "ws-20", "ntlm 3", true);
    o.add(Kind::Logon, t + 70 * kSecond, "files-01", "user-13", "ws-20", "ntlm 3", false);
  }
}

TEST(Credentials, EveryKindOfAbuseIsFound) {
  const std::pair<std::string_view, std::pair<std::string_view, std::string_view>> cases[] = {{"spray", {"ws-7", "30 different names failed"}},
                                                                                              {"sought", {"user-9", "25 different places"}},
                                                                                              {"roast", {"user-11", "10 different services"}},
                                                                                              {"break", {"user-13", "after 60 failures"}}};
  for (const auto& [how, whom] : cases) {
    Office office;
    for (int d = 0; d < 25; ++d) office.day(d);
    attack(office, 23, how);
    const std::string said = raised(office, whom.first);
    EXPECT_NE(said.find(whom.second), std::string::npos) << how << ": " << said;
    Office quiet;
    for (int d = 0; d < 25; ++d) quiet.day(d);
    const std::string ordinary = raised(quiet, whom.first);
    EXPECT_EQ(ordinary.find(whom.second), std::string::npos) << how << ": " << ordinary;
  }
}

// Names that somebody outside invents are nobody's oddness, and the gate knows them.
TEST(Credentials, OrdinaryDaysKeepTheirPromise) {
  Office office(5);
  for (int d = 0; d < 60; ++d) office.day(d);
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  std::size_t at10 = 0, at1 = 0;
  for (const Weighed& w : a.weighed()) {
    EXPECT_FALSE(roster.text(roster.at(w.actor).name).starts_with("guess-"));
    at10 += w.p <= 0.1 ? 1 : 0;
    at1 += w.p <= 0.01 ? 1 : 0;
  }
  const double n = static_cast<double>(a.weighed().size());
  ASSERT_GE(n, 3000);
  EXPECT_LE(static_cast<double>(at10), 0.125 * n);
  EXPECT_LE(static_cast<double>(at1), 0.016 * n);
}

// A score means what it meant when it was calibrated, however much becomes known of everybody since: else a mistyped password, which nearly all
// scores above zero are, gets a little odder than every one before.
TEST(Credentials, OneMistypedPasswordStaysOrdinaryWhereTheyGrowFewer) {
  Office office(7);
  for (int d = 0; d < 60; ++d) {
    if (d == 20) office.mistypes = 0.02;
    office.day(d);
  }
  Roster roster(office.known, office.texts);
  Analysis a(office.settings, roster);
  office.run(a);
  double odd = 0, n = 0;
  for (const Weighed& w : a.weighed()) {
    const auto name = roster.text(roster.at(w.actor).name);
    if (!name.starts_with("ws-") || name.size() < 5) continue;  // ws-10 to ws-39
    ++n;
    odd += w.p <= 0.01 ? 1 : 0;
  }
  ASSERT_GE(n, 1000);
  EXPECT_LE(odd, 0.02 * n) << n;
}

TEST(Credentials, TheOrderOfEqualTimesDoesNotMatter) {
  std::vector<double> p[2];
  for (const bool turned : {false, true}) {
    Office office;
    for (int d = 0; d < 24; ++d) office.day(d);
    for (const auto how : {"spray", "sought", "roast", "break"}) attack(office, 22, how);
    for (Fact& f : office.facts) f.time -= f.time % (600 * kSecond);
    office.sort();
    if (turned) {
      for (auto b = office.facts.begin(); b != office.facts.end();) {
        const auto e = std::find_if(b, office.facts.end(), [&](const Fact& f) { return f.time != b->time; });
        std::reverse(b, e);
        b = e;
      }
    }
    Roster roster(office.known, office.texts);
    Analysis a(office.settings, roster);
    for (const Fact& f : office.facts) a.take(f);
    a.finish();
    auto w = a.weighed();
    std::sort(w.begin(), w.end(), [&](const Weighed& x, const Weighed& y) { return std::pair(x.window, roster.at(x.actor).key) < std::pair(y.window, roster.at(y.actor).key); });
    for (const Weighed& x : w) p[turned].push_back(x.p);
  }
  EXPECT_EQ(p[0], p[1]);
}

struct Alone {
  Alone(Office& o, std::size_t memory) : office(o), roster(o.known, o.texts), watch(credentials::detector.open(roster, memory)) { watch->number = 0; }
  void day(int d) {
    judge.begin(0, d < 8 ? Phase::Calibrate : Phase::Judge);
    for (const Fact& f : office.facts) {
      if (f.time / kDay == d) watch->observe(f, {roster.host(f.host), roster.user(f.user)}, judge);
    }
    watch->close({static_cast<std::uint32_t>(d), d * kDay, kDay}, judge);
    judge.end();
  }
  std::vector<std::tuple<std::uint64_t, double, double, std::string>> said() {
    std::vector<std::tuple<std::uint64_t, double, double, std::string>> out;
    for (const Verdict& v : judge.take()) out.emplace_back(roster.at(v.actor).key, v.score, v.p, v.why ? v.why->sentence : "");
    std::sort(out.begin(), out.end());
    return out;
  }
  Office& office;
  Roster roster;
  Judge judge;
  std::unique_ptr<Watch> watch;
};

TEST(Credentials, WhatIsSavedGoesOnAsWhatWasNot) {
  Office office;
  for (int d = 0; d < 14; ++d) office.day(d);
  attack(office, 12, "spray");
  office.sort();
  Alone one(office, 8u << 20), other(office, 8u << 20);
  for (int d = 0; d < 10; ++d) one.day(d);
  std::string saved;
  Packer out(saved);
  one.watch->save(out);
  Unpacker in(saved);
  ASSERT_TRUE(other.watch->load(in));
  EXPECT_TRUE(in.finish("state"));
  other.judge.strata() = one.judge.strata();
  one.said();
  for (int d = 10; d < 14; ++d) {
    one.day(d);
    other.day(d);
    EXPECT_EQ(one.said(), other.said());
  }
  std::string cut = saved.substr(0, saved.size() / 2);
  Unpacker half(cut);
  EXPECT_FALSE(Alone(office, 8u << 20).watch->load(half));
}

TEST(Credentials, MemoryIsBoundedAndWhatIsForgottenIsCounted) {
  Office office;
  constexpr std::size_t kMemory = 256u << 10;
  Alone alone(office, kMemory);
  for (int i = 0; i < 20'000; ++i) office.add(Kind::Logon, i * kSecond, fmt::format("host-{}", i % 400), fmt::format("user-{}", i), fmt::format("198.51.{}.{}", i / 200, i % 200), "ssh", i % 2 == 0);
  alone.day(0);
  EXPECT_LE(alone.watch->bytes(), kMemory + (256u << 10));
  EXPECT_GT(alone.watch->evictions(), 1000u);
}

}  // namespace credentials_tests
}  // namespace custos::behavior
