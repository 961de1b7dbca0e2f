#include <gtest/gtest.h>

#include "evidence/witness/watched_test.h"

namespace custos::evidence {

TEST(Witness, TheFirstCheckpointNeedsNoProof) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).status, 404);
  const WitnessAnswer a = w.ask(log.request(0, 7));
  ASSERT_EQ(a.status, 200) << a.body;
  // As a log takes it: the lines behind the checkpoint.
  const auto note = parse_note(log.checkpoint(7) + a.body);
  ASSERT_TRUE(note) << note.error().text;
  const auto own = verify_cosignature(*note, w.witness->key());
  ASSERT_TRUE(own) << own.error().text;
  EXPECT_EQ(own->time, 1'790'000'000u);
  EXPECT_EQ(w.witness->key().type, SignatureType::Cosignature);
  EXPECT_EQ(w.witness->key().name, "witness.example/w");
  const WitnessAnswer seen = w.witness->checkpoint_of(log.file());
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(seen.body, log.checkpoint(7) + a.body);
  EXPECT_EQ(w.file(w.state_path(log)), seen.body);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, EveryStepOfAGrowingLogIsCosigned) {
  MadeUpLog log(kMadeUpOrigin);
  for (const std::size_t step : {1u, 2u, 3u, 5u, 8u, 13u}) {
    Watched w({log.key()});
    std::size_t size = 0;
    for (; size + step <= 80; size += step) {
      const WitnessAnswer a = w.ask(log.request(size, size + step));
      ASSERT_EQ(a.status, 200) << size << " " << a.body;
      EXPECT_EQ(w.known(log), size + step);
    }
    EXPECT_TRUE(w.alarms.empty());
  }
}

TEST(Witness, TheSameCheckpointAgainIsCosignedAnew) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  const std::string first = w.ask(log.request(0, 5)).body;
  EXPECT_EQ(w.ask(log.request(5, 5)).body, first);  // in the same second
  ++w.now;
  const WitnessAnswer later = w.ask(log.request(5, 5));
  EXPECT_EQ(later.status, 200);
  EXPECT_NE(later.body, first);
  EXPECT_EQ(verify_cosignature(*parse_note(log.checkpoint(5) + later.body), w.witness->key())->time, 1'790'000'001u);
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).body, log.checkpoint(5) + later.body);
  // A proof where none is needed is a mistake and no fork.
  EXPECT_EQ(w.status(to_text(AddCheckpoint{5, log.proof(3, 5), log.checkpoint(5)})), 422);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, AStaleOldSizeIsAnsweredWithTheKnownOne) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  WitnessAnswer a = w.ask(log.request(3, 9));
  EXPECT_EQ(a.status, 409);
  EXPECT_EQ(a.body, "0\n");
  EXPECT_EQ(w.status(log.request(0, 9)), 200);
  for (const auto& [from, to] : {std::pair(0, 9), std::pair(0, 12), std::pair(8, 12), std::pair(10, 12), std::pair(3, 5), std::pair(5, 5), std::pair(0, 0)}) {
    a = w.ask(log.request(static_cast<std::size_t>(from), static_cast<std::size_t>(to)));
    EXPECT_EQ(a.status, 409) << from << " " << to;
    EXPECT_EQ(a.body, "9\n");
    EXPECT_EQ(a.content_type, "text/x.tlog.size");
  }
  EXPECT_TRUE(w.alarms.empty());
  EXPECT_EQ(w.known(log), 9u);
}

TEST(Witness, AnOldSizeBeyondTheCheckpointIsABadRequest) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  EXPECT_EQ(w.status(log.request(0, 9)), 200);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{9, {}, log.checkpoint(7)})), 400);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{10, {}, log.checkpoint(9)})), 400);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, TheEmptyTreeHasOneRoot) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {}, log.sign(to_text(TreeHead{kMadeUpOrigin, 0, sha256("x")}))})), 422);
  EXPECT_EQ(w.known(log), 0u);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {sha256("x")}, log.checkpoint(0)})), 422);
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).status, 404);
  EXPECT_TRUE(w.alarms.empty());
  EXPECT_EQ(w.status(log.request(0, 0)), 200);
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).status, 200);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {sha256("x")}, log.checkpoint(4)})), 422);
  EXPECT_EQ(w.status(log.request(0, 4)), 200);
}

TEST(Witness, UnknownLogsAndKeysAreRefused) {
  MadeUpLog log(kMadeUpOrigin), other("elsewhere.example/log");
  Watched w({log.key()});
  EXPECT_EQ(w.status(other.request(0, 3)), 404);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {}, other.sign(log.text(3))})), 403);  // signed, but by nobody who is known for this log
  EXPECT_EQ(w.status(to_text(AddCheckpoint{5, {}, other.sign(log.text(3))})), 403);  // before anything else is told
  // A known key's line that does not hold makes a note bad whatever else holds.
  auto note = *parse_note(log.checkpoint(3));
  note.signatures.push_back(note.signatures[0]);
  note.signatures[1].bytes[5] = static_cast<char>(note.signatures[1].bytes[5] ^ 1);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {}, to_text(note)})), 403);
  note.signatures[1].bytes.resize(3);
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {}, to_text(note)})), 403);
  // The same line under another id is nobody's, and is passed over.
  note.signatures[1].id ^= 1;
  EXPECT_EQ(w.status(to_text(AddCheckpoint{0, {}, to_text(note)})), 200);
  EXPECT_EQ(parse_note(w.witness->checkpoint_of(log.file()).body)->signatures.size(), 2u);  // the log's and ours
  EXPECT_EQ(w.witness->checkpoint_of(other.file()).status, 404);
  for (const char* odd : {"", "x", "../lock", "lock"}) EXPECT_EQ(w.witness->checkpoint_of(odd).status, 404) << odd;
  std::string upper = log.file();
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(w.witness->checkpoint_of(upper).status, 404);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, NothingThatIsDamagedIsCosigned) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 11)), 200);
  const std::string good = log.request(11, 30);
  std::size_t bad_requests = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    const int cut = w.status(good.substr(0, i));
    EXPECT_TRUE(cut == 400 || cut == 403) << cut << " cut at " << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const int status = w.status(bad);
      EXPECT_TRUE(status >= 400 && status < 500) << status << " at " << i << " " << bit;
      bad_requests += status == 400;
    }
  }
  EXPECT_GT(bad_requests, 100u);
  for (const char* odd : {"", "\n", "garbage", "old 0\n\n", "old 0\n\nx\n", "old 0\n\nx\n\n"}) EXPECT_EQ(w.status(odd), 400) << odd;
  EXPECT_EQ(w.known(log), 11u);
  EXPECT_EQ(w.status(good), 200);
}

TEST(Witness, ExtensionLinesAreCosignedToo) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  const std::string checkpoint = log.sign(log.text(3) + "an extension\nand one more\n");
  const WitnessAnswer a = w.ask("old 0\n\n" + checkpoint);
  ASSERT_EQ(a.status, 200) << a.body;
  EXPECT_TRUE(verify_cosignature(*parse_note(checkpoint + a.body), w.witness->key()));
  EXPECT_EQ(w.known(log), 3u);
  EXPECT_EQ(w.status(log.request(3, 6)), 200);
  EXPECT_EQ(w.status("old 6\n\n" + log.sign(log.text(6) + "\nafter an empty line\n")), 400);
  w.start();
  EXPECT_EQ(w.known(log), 6u);
}

TEST(Witness, WhatIsTooLargeToBeKeptIsNotCosigned) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  const std::string empty = "old 0\n\n" + log.sign(log.text(3) + "x\n");
  const auto body = [&](std::size_t size) { return "old 0\n\n" + log.sign(log.text(3) + std::string(size - empty.size() + 1, 'x') + "\n"); };
  ASSERT_EQ(body(60'000).size(), 60'000u);
  EXPECT_EQ(w.status(body((64u << 10) + 1)), 400);
  EXPECT_EQ(w.status(body(64u << 10)), 400);
  EXPECT_EQ(w.known(log), 0u);
  EXPECT_EQ(w.status(body((64u << 10) - 150)), 200);
  w.start();
  EXPECT_EQ(w.known(log), 3u);
}

TEST(Witness, ALogMayChangeItsKey) {
  MadeUpLog log(kMadeUpOrigin);
  WordSigner next("next"), stranger("stranger");
  const VerifierKey next_key = verifier_key(kMadeUpOrigin, SignatureType::Ed25519, next.public_key());
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 5)), 200);
  const auto by_next = [&](std::size_t from, std::size_t to, Signer& s) {
    return to_text(AddCheckpoint{from, log.proof(from, to), to_text(*sign_note(log.text(to), kMadeUpOrigin, s))});
  };
  EXPECT_EQ(w.status(by_next(5, 8, next)), 403);
  w.start_with({next_key, log.key(), next_key});
  EXPECT_EQ(w.known(log), 5u);
  EXPECT_EQ(w.status(by_next(5, 8, stranger)), 403);
  // Without the old key, its checkpoint can't be relied on yet.
  w.witness.reset();
  EXPECT_FALSE(Witness::open(w.files, "home/witness", {"witness.example/w", {next_key}}, w.signer, [](const Alarm&) {}, [] { return 1; }));
  w.start_with({next_key, log.key()});
  EXPECT_EQ(w.status(by_next(5, 8, next)), 200);
  // Signed by both: both are kept, and either key is enough to read it again.
  auto both = *parse_note(log.checkpoint(9));
  both.signatures.push_back({kMadeUpOrigin, next_key.id, *next.sign(both.text)});
  EXPECT_EQ(w.status(to_text(AddCheckpoint{8, log.proof(8, 9), to_text(both)})), 200);
  EXPECT_EQ(parse_note(w.witness->checkpoint_of(log.file()).body)->signatures.size(), 3u);
  w.start_with({next_key});
  EXPECT_EQ(parse_note(w.witness->checkpoint_of(log.file()).body)->signatures.size(), 2u);
  EXPECT_EQ(w.status(by_next(9, 12, next)), 200);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, SeveralLogsDoNotMix) {
  MadeUpLog one(kMadeUpOrigin), two("court.example/log", 0);
  Watched w({one.key(), two.key()});
  EXPECT_EQ(w.status(one.request(0, 4)), 200);
  EXPECT_EQ(w.status(two.request(0, 9)), 200);
  EXPECT_EQ(w.status(one.request(4, 6)), 200);
  EXPECT_EQ(w.known(one), 6u);
  EXPECT_EQ(w.known(two), 9u);
  EXPECT_TRUE(w.alarms.empty());
}

TEST(Witness, OptionsThatMakeNoSenseAreRefused) {
  MadeUpLog log(kMadeUpOrigin);
  CrashingFiles files;
  WordSigner signer("witness"), same(kMadeUpOrigin);
  const auto open = [&](std::string folder, std::string name, std::vector<VerifierKey> logs, Signer& s) {
    return Witness::open(files, std::move(folder), {std::move(name), std::move(logs)}, s, [](const Alarm&) {}, [] { return 1; }).has_value();
  };
  EXPECT_TRUE(open("w/", "w", {log.key(), log.key()}, signer));
  EXPECT_TRUE(files.exists("w") && !files.exists("w/w"));
  EXPECT_FALSE(open("", "w", {log.key()}, signer));
  EXPECT_FALSE(open("w", "", {log.key()}, signer));
  EXPECT_FALSE(open("w", "w w", {log.key()}, signer));
  EXPECT_FALSE(open("w", "w", {}, signer));
  EXPECT_FALSE(open("w", "w", {verifier_key("other", SignatureType::Cosignature, log.key().public_key)}, signer));
  EXPECT_FALSE(open("w", "w", {log.key()}, same));
  VerifierKey twin = log.key();
  twin.public_key[0] = static_cast<char>(twin.public_key[0] ^ 1);
  EXPECT_FALSE(open("w", "w", {log.key(), twin}, signer));
}

}  // namespace custos::evidence
