// What each detector must find, and must not: by itself, with a judge that has seen ordinary scores.
#include <gtest/gtest.h>

#include "behavior/life_test.h"
#include "behavior/analysis.h"

namespace custos::behavior::detecting {
namespace {

using testing::kHour;

struct Bench {
  explicit Bench(std::string_view name, Institution i = {}) : known(std::move(i)) {
    for (const Detector* d : detectors()) {
      if (d->name == name) watch = d->open(roster, 8u << 20);
    }
  }
  Institution known;
  Dictionary texts;
  Roster roster{known, texts};
  Judge judge;
  std::unique_ptr<Watch> watch;
  std::uint64_t offset = 0;
  const Verdict none{.p = 2};

  Fact fact(Kind kind, Micros time, std::string_view host, std::string_view user, std::string_view peer, std::string_view object) {
    Fact f = testing::fact_at(kind, time, ++offset);
    f.host = texts.intern(host), f.user = texts.intern(user), f.peer = texts.intern(peer), f.object = texts.intern(object);
    f.log = texts.intern("windows security");
    f.host_ours = true;
    return f;
  }
  void see(const Fact& f) { watch->observe(f, {roster.host(f.host), roster.user(f.user)}, judge); }
  std::vector<Verdict> close(int day, Phase phase = Phase::Learn) {
    judge.begin(0, phase);
    watch->close({static_cast<std::uint32_t>(day), day * kDay, kDay}, judge);
    judge.end();
    return judge.take();
  }
  // Of an actor; its p is 2 where there is none.
  const Verdict& of(const std::vector<Verdict>& all, ActorId who) {
    for (const Verdict& v : all) {
      if (v.actor == who) return v;
    }
    return none;
  }
  const Verdict& user(const std::vector<Verdict>& all, std::string_view name) { return of(all, roster.user(texts.intern(name))); }
  const Verdict& host(const std::vector<Verdict>& all, std::string_view name) { return of(all, roster.host(texts.intern(name))); }
  void resume(Bench& from) {
    std::string state;
    Packer out(state);
    from.watch->save(out);
    Unpacker in(state);
    ASSERT_TRUE(watch->load(in));
    EXPECT_EQ(in.left(), 0u);
    judge.strata() = from.judge.strata();
    std::string again;
    Packer second(again);
    watch->save(second);
    EXPECT_EQ(again, state);
  }
};

// Twenty people of steady habits: twenty days to learn, twenty to calibrate.
template <class Day>
void live(Bench& b, Day day) {
  for (int d = 0; d < 40; ++d) {
    for (int u = 0; u < 20; ++u) day(b, d, u);
    b.close(d, d < 20 ? Phase::Learn : Phase::Calibrate);
  }
}
std::string name(std::string_view what, int n) { return fmt::format("{}{:02}", what, n); }

void access_day(Bench& b, int d, int u) {
  b.see(b.fact(Kind::Access, d * kDay + u, name("ws", u), name("u", u), "\\\\fs\\s", fmt::format("unit{}\\{}.doc", u % 4, d)));
  b.see(b.fact(Kind::Logon, d * kDay + u, name("ws", u), name("u", u), "", "kerberos 3"));
}

TEST(Access, ANewShareIsNewsAndANewFileInAKnownFolderIsNot) {
  Bench b("access"), c("access");
  live(b, access_day);
  c.resume(b);
  for (Bench* x : {&b, &c}) {
    for (int u = 0; u < 20; ++u) access_day(*x, 40, u);
    for (int i = 0; i < 5; ++i) x->see(x->fact(Kind::Access, 40 * kDay + 50 + i, "ws03", "u03", name("\\\\vault\\", i), "a\\b\\c"));
    x->see(x->fact(Kind::Logon, 40 * kDay + 60, "dc", "u04", "", "ntlm 10"));
  }
  const auto one = b.close(40, Phase::Judge), two = c.close(40, Phase::Judge);
  const Verdict& odd = b.user(one, "u03");
  EXPECT_LE(odd.p, 0.01);
  EXPECT_NE(odd.why->sentence.find("5 things for the first time"), std::string::npos) << odd.why->sentence;
  EXPECT_EQ(odd.why->evidence.size(), 5u);
  EXPECT_EQ(odd.why->first, 40 * kDay + 50);
  EXPECT_LE(b.user(one, "u04").p, 0.01);
  EXPECT_GT(b.user(one, "u05").p, 0.5);
  for (const char* who : {"u03", "u04", "u05"}) {
    EXPECT_EQ(b.user(one, who).p, c.user(two, who).p);
    EXPECT_EQ(b.user(one, who).why == nullptr, c.user(two, who).why == nullptr);
    if (b.user(one, who).why) {
      EXPECT_EQ(b.user(one, who).why->sentence, c.user(two, who).why->sentence);
    }
  }
}

TEST(Access, ARefusedLogonShowsNoPath) {
  Bench b("access");
  Fact f = b.fact(Kind::Logon, 5, "h", "u", "p", "ntlm 3");
  f.failed = true;
  b.see(f);
  EXPECT_TRUE(b.close(0).empty());
}

void run_day(Bench& b, int d, int u) { b.see(b.fact(Kind::Run, d * kDay + u, name("ws", u), name("u", u), "explorer > word", "word report 0")); }

TEST(Execution, ANewProgramIsNews) {
  Bench b("execution"), c("execution");
  live(b, run_day);
  c.resume(b);
  for (Bench* x : {&b, &c}) {
    for (int u = 0; u < 20; ++u) run_day(*x, 40, u);
    x->see(x->fact(Kind::Run, 40 * kDay + 70, "ws03", "u03", "word > powershell", "powershell -enc xyzq//=="));
  }
  const auto one = b.close(40, Phase::Judge), two = c.close(40, Phase::Judge);
  EXPECT_LE(b.user(one, "u03").p, 0.01);
  EXPECT_LE(b.host(one, "ws03").p, 0.01);
  EXPECT_NE(b.host(one, "ws03").why->sentence.find("powershell"), std::string::npos);
  EXPECT_GT(b.host(one, "ws04").p, 0.5);
  EXPECT_EQ(b.host(one, "ws03").why->sentence, c.host(two, "ws03").why->sentence);
  EXPECT_EQ(b.host(one, "ws03").score, c.host(two, "ws03").score);
}

TEST(Templates, ANewKindOfRecordIsNews) {
  Bench b("templates");
  const auto day = [](Bench& x, int d, int u) { x.see(x.fact(Kind::Trace, d * kDay + u, name("ws", u), "", "", "4719")); };
  live(b, day);
  for (int u = 0; u < 20; ++u) day(b, 40, u);
  b.see(b.fact(Kind::Trace, 40 * kDay + 70, "ws03", "", "", "1102"));
  b.see(b.fact(Kind::Contact, 40 * kDay + 70, "ws04", "", "x", "y"));
  const auto v = b.close(40, Phase::Judge);
  EXPECT_LE(b.host(v, "ws03").p, 0.01);
  EXPECT_GT(b.host(v, "ws04").p, 0.5);
}

void files(Bench& b, int d, int u, int n) {
  for (int i = 0; i < n; ++i) b.see(b.fact(Kind::Access, d * kDay + i, "h", name("u", u), "\\\\fs\\s", fmt::format("f{}\\{}", i % 3, i)));
}
void hoard_day(Bench& b, int d, int u) {
  testing::Draws r{static_cast<std::uint64_t>(d * 100 + u)};
  files(b, d, u, 1 + r.poisson(10));
}

TEST(Hoarding, ManyFilesAreNewsAndAreNotLearnedFrom) {
  Bench b("hoarding"), c("hoarding");
  live(b, hoard_day);
  c.resume(b);
  for (int d = 40; d < 45; ++d) {
    for (Bench* x : {&b, &c}) {
      for (int u = 0; u < 20; ++u) u == 3 ? files(*x, d, u, 900) : hoard_day(*x, d, u);
    }
    const auto one = b.close(d, Phase::Judge), two = c.close(d, Phase::Judge);
    EXPECT_LE(b.user(one, "u03").p, Judge::kTooOdd) << d;  // also the fifth time: it became no habit
    EXPECT_NE(b.user(one, "u03").why->sentence.find("opened 900 files in 3 folders"), std::string::npos) << b.user(one, "u03").why->sentence;
    EXPECT_EQ(b.user(one, "u03").why->evidence.size(), Judge::kMostEvidence);
    EXPECT_GT(b.user(one, "u04").p, 1e-3);
    EXPECT_EQ(b.user(one, "u03").why->sentence, c.user(two, "u03").why->sentence);
  }
}

TEST(Hoarding, OneFileOpenedOftenIsOneFile) {
  Bench b("hoarding");
  live(b, hoard_day);
  for (int i = 0; i < 900; ++i) b.see(b.fact(Kind::Access, 40 * kDay + i, "h", "u03", "\\\\fs\\s", "f1\\1"));
  EXPECT_GT(b.user(b.close(40, Phase::Judge), "u03").p, 0.05);
}

TEST(NeedToKnow, SpeaksOfWhatNobodyCalledForAndOfNothingElse) {
  Institution i;
  i.confidentialities = {"internal", "secret"};
  i.items.push_back({.id = "w", .title = "Witnesses", .confidentiality = "secret", .match = {"\\\\fs\\w\\*"}, .units = {"protection"}});
  i.people.push_back({.id = "p1", .name = "Una", .unit = "archive", .accounts = {{.name = "una"}}});
  i.people.push_back({.id = "p2", .name = "Bo", .unit = "protection", .accounts = {{.name = "bo"}}});
  Bench b("need_to_know", i), c("need_to_know", i);
  const auto opens = [](Bench& x, int d, const char* who, const char* file) { x.see(x.fact(Kind::Access, d * kDay + 5, "h", who, "\\\\fs\\w", file)); };
  for (const char* who : {"una", "bo", "stranger"}) opens(b, 0, who, "a.doc");
  const auto first = b.close(0);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_TRUE(first[0].known);
  EXPECT_NEAR(first[0].p, 1e-3, 1e-9);
  EXPECT_NE(first[0].why->sentence.find("Una (no role, archive) opened 1 file that neither role, unit nor cases call for: 1 in Witnesses (secret)"), std::string::npos)
      << first[0].why->sentence;
  c.resume(b);
  opens(c, 1, "una", "b.doc");
  const auto again = c.close(1);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_LE(again[0].p, 1.01e-3);  // the own habit excuses nothing
}

// Computers whose agent writes every hour, and which the domain controller sees.
void silence_day(Bench& b, int d, int u, int writes_until = 24) {
  for (int h = 0; h < 24; ++h) {
    if (h < writes_until) b.see(b.fact(Kind::Presence, d * kDay + h * kHour, name("ws", u), "", "", ""));
    Fact seen = b.fact(Kind::Contact, d * kDay + h * kHour + 1, name("ws", u), "", "x", "443/tcp");
    seen.log = b.texts.intern("zeek conn");
    b.see(seen);
  }
}

TEST(Silence, ALogThatStopsWhileItsComputerLivesIsNews) {
  Bench b("silence"), c("silence");
  live(b, [](Bench& x, int d, int u) { silence_day(x, d, u); });
  c.resume(b);
  for (Bench* x : {&b, &c}) {
    for (int u = 0; u < 20; ++u) silence_day(*x, 40, u, u == 3 ? 9 : 24);
  }
  const auto one = b.close(40, Phase::Judge), two = c.close(40, Phase::Judge);
  EXPECT_LE(b.host(one, "ws03").p, 0.01);
  EXPECT_NE(b.host(one, "ws03").why->sentence.find("silent for 15 hours from 09:00 on"), std::string::npos) << b.host(one, "ws03").why->sentence;
  EXPECT_EQ(b.host(one, "ws03").why->sentence, c.host(two, "ws03").why->sentence);
  EXPECT_GT(b.host(one, "ws04").p, 0.5);
}

TEST(Silence, AComputerThatIsOffIsNotSilentAndOneThatSaysNothingAllDayIs) {
  Bench b("silence");
  live(b, [](Bench& x, int d, int u) { silence_day(x, d, u); });
  for (int u = 0; u < 20; ++u) {
    if (u != 3) silence_day(b, 40, u, u == 5 ? 0 : 24);
  }
  const auto v = b.close(40, Phase::Judge);
  EXPECT_EQ(b.host(v, "ws03").p, 2);
  EXPECT_LE(b.host(v, "ws05").p, 0.01);
}

// Computers get numbers one after the other and share the names of their logs: keys made of both must not meet in a table.
TEST(EveryDetector, ADayOfManyComputersStaysSmall) {
  constexpr int kComputers = 20'000;
  for (const Detector* d : detectors()) {
    Bench b(d->name);
    for (int u = 0; u < kComputers; ++u) {
      const Micros t = 40 * kDay + u * (kDay / kComputers);
      const std::string host = name("ws", u), user = name("u", u);
      for (const Kind kind : {Kind::Contact, Kind::Lookup, Kind::Logon, Kind::Access, Kind::Run, Kind::Presence, Kind::Trace}) {
        Fact f = b.fact(kind, t, host, user, kind == Kind::Logon ? host : "\\\\files\\cases", name("thing", u % 300));
        f.host_ours = true;
        b.see(f);
      }
    }
    EXPECT_LT(b.watch->bytes(), 96u << 20) << d->name;
    b.close(40);
  }
}

}  // namespace
}  // namespace custos::behavior::detecting
