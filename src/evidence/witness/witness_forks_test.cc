#include <gtest/gtest.h>

#include "base/crypto/base64.h"
#include "evidence/witness/watched_test.h"

namespace custos::evidence {

TEST(WitnessForks, TwoTreesOfOneSizeAreAFork) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  const std::string ours = w.witness->checkpoint_of(log.file()).body, request = other.request(7, 7);
  EXPECT_EQ(w.status(request), 422);
  ASSERT_EQ(w.alarms.size(), 1u);
  const Alarm& a = w.alarms[0];
  EXPECT_EQ(a.kind, AlarmKind::Fork);
  EXPECT_EQ(name_of(a.kind), "fork");
  EXPECT_EQ(a.origin, kMadeUpOrigin);
  EXPECT_NE(a.sentence.find(to_base64(view(other.root(7)))), std::string::npos) << a.sentence;
  EXPECT_NE(a.sentence.find(to_base64(view(log.root(7)))), std::string::npos) << a.sentence;
  EXPECT_EQ(a.evidence, "home/witness/forks/1790000000-1");
  EXPECT_EQ(w.file(a.evidence + "/ours"), ours);
  EXPECT_EQ(w.file(a.evidence + "/theirs"), other.checkpoint(7));
  EXPECT_EQ(w.file(a.evidence + "/request"), request);
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).body, ours);
}

TEST(WitnessForks, AnotherTreeIsSeenEvenBehindAStaleSize) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  const WitnessAnswer a = w.ask(other.request(0, 7));
  EXPECT_EQ(a.status, 409);
  EXPECT_EQ(a.body, "7\n");
  ASSERT_EQ(w.alarms.size(), 1u);
  EXPECT_EQ(w.alarms[0].kind, AlarmKind::Fork);
}

TEST(WitnessForks, AnotherPastIsProvenByItsOwnProof) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  for (std::size_t known = 3; known < 40; ++known) {
    Watched w({log.key()});
    ASSERT_EQ(w.status(log.request(0, known)), 200);
    EXPECT_EQ(w.status(other.request(known, 41)), 422) << known;
    ASSERT_EQ(w.alarms.size(), 1u) << known;
    // From a power of two the proof begins with the root that the witness knows, and shows no other.
    const bool power = (known & (known - 1)) == 0;
    EXPECT_EQ(w.alarms[0].kind, power ? AlarmKind::Unproven : AlarmKind::Fork) << known;
    EXPECT_EQ(w.kept("forks"), power ? 0u : 1u);
    EXPECT_EQ(w.kept("unproven"), power ? 1u : 0u);
    EXPECT_EQ(w.file(w.alarms[0].evidence + "/theirs"), other.checkpoint(41));
    EXPECT_EQ(w.known(log), known);
  }
}

TEST(WitnessForks, AWrongProofProvesNothingButIsTold) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  Proof cut = log.proof(7, 20), longer = cut;
  cut.pop_back();
  longer.push_back(sha256("x"));
  for (const Proof& wrong : {Proof(), cut, longer, log.proof(6, 20), log.proof(7, 21)}) {
    EXPECT_EQ(w.status(to_text(AddCheckpoint{7, wrong, log.checkpoint(20)})), 422);
  }
  ASSERT_EQ(w.alarms.size(), 1u);  // the same checkpoint again is no news
  EXPECT_EQ(w.alarms[0].kind, AlarmKind::Unproven);
  EXPECT_EQ(w.kept("unproven"), 1u);
  EXPECT_EQ(w.kept("forks"), 0u);
  EXPECT_EQ(w.status(log.request(7, 20)), 200);  // and the right proof is still taken
}

TEST(WitnessForks, AForkIsNeverForgotten) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(w.status(other.request(7, 7)), 422);
    EXPECT_EQ(w.status(other.request(7, 9)), 422);
    w.start();
  }
  EXPECT_EQ(w.alarms.size(), 2u);
  EXPECT_EQ(w.kept("forks"), 2u);
  EXPECT_EQ(w.status(log.request(7, 9)), 200);  // one history goes on
  EXPECT_EQ(w.status(other.request(9, 9)), 422);
  EXPECT_EQ(w.kept("forks"), 2u);
  EXPECT_EQ(w.status(other.request(9, 11)), 422);
  EXPECT_EQ(w.kept("forks"), 3u);
  EXPECT_EQ(w.alarms.back().evidence, "home/witness/forks/1790000000-3");
}

TEST(WitnessForks, WhoSendsMuchDoesNotFillTheDisk) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(w.status("old 7\n\n" + log.sign(log.text(20) + "extension " + std::to_string(i) + "\n")), 422);
  }
  EXPECT_EQ(w.kept("unproven"), 256u);
  EXPECT_EQ(w.alarms.size(), 300u);
  EXPECT_EQ(w.alarms.back().evidence, "");
  EXPECT_NE(w.alarms.back().sentence.find("could not be kept"), std::string::npos) << w.alarms.back().sentence;
  w.start();
  EXPECT_EQ(w.status("old 7\n\n" + log.sign(log.text(20) + "one more\n")), 422);
  EXPECT_EQ(w.kept("unproven"), 256u);
  // A fork has room of its own.
  EXPECT_EQ(w.status(MadeUpLog(kMadeUpOrigin, 1).request(7, 7)), 422);
  EXPECT_EQ(w.kept("forks"), 1u);
}

TEST(WitnessForks, ItsOwnForgottenCosignatureIsRecognised) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  const std::string old_copy = w.file(w.state_path(log));
  const std::string line = w.ask(log.request(7, 20)).body;
  EXPECT_EQ(w.status(to_text(AddCheckpoint{20, {}, log.checkpoint(20) + line})), 200);  // remembered: no alarm
  EXPECT_TRUE(w.alarms.empty());
  w.witness.reset();
  w.files.put(w.state_path(log), old_copy);
  w.start();
  EXPECT_EQ(w.known(log), 7u);
  const std::string damaged = line.substr(0, line.size() - 10) + (line[line.size() - 10] == 'A' ? "B" : "A") + line.substr(line.size() - 9);
  w.ask(to_text(AddCheckpoint{20, {}, log.checkpoint(20) + damaged}));
  EXPECT_TRUE(w.alarms.empty());
  EXPECT_EQ(w.status(to_text(AddCheckpoint{20, {}, log.checkpoint(20) + line})), 409);
  ASSERT_EQ(w.alarms.size(), 1u);
  EXPECT_EQ(w.alarms[0].kind, AlarmKind::Rollback);
  EXPECT_EQ(w.kept("rollbacks"), 1u);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{7, log.proof(7, 20), log.checkpoint(20) + line})), 200);
  EXPECT_EQ(w.alarms.size(), 1u);
}

// The alarm may ask the witness: it is raised outside the lock.
TEST(WitnessForks, AnAlarmMayAskTheWitness) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  CrashingFiles files;
  WordSigner signer("witness");
  Witness* asked = nullptr;
  int status = 0;
  const auto w = *Witness::open(
      files, "w", {"w", {log.key()}}, signer, [&](const Alarm&) { status = asked->checkpoint_of(log.file()).status; }, [] { return 1; });
  asked = w.get();
  EXPECT_EQ(w->add_checkpoint(log.request(0, 7)).status, 200);
  EXPECT_EQ(w->add_checkpoint(other.request(7, 7)).status, 422);
  EXPECT_EQ(status, 200);
}

}  // namespace custos::evidence
