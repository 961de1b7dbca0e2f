#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "evidence/witness/watched_test.h"

namespace custos::evidence {

TEST(WitnessMemory, OutlivesARestart) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  const std::string before = w.witness->checkpoint_of(log.file()).body;
  w.start();
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).body, before);
  EXPECT_EQ(w.ask(log.request(0, 9)).body, "7\n");
  EXPECT_EQ(w.status(log.request(7, 9)), 200);
  // Of a log that is not watched for a while, too.
  MadeUpLog other("court.example/log");
  w.start_with({other.key()});
  EXPECT_EQ(w.witness->checkpoint_of(log.file()).status, 404);
  w.start_with({other.key(), log.key()});
  EXPECT_EQ(w.known(log), 9u);
}

TEST(WitnessMemory, ADamagedOneIsRefusedAndNotForgotten) {
  MadeUpLog log(kMadeUpOrigin), other("court.example/log");
  Watched w({log.key(), other.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  ASSERT_EQ(w.status(other.request(0, 3)), 200);
  w.witness.reset();
  const std::string good = w.file(w.state_path(log));
  const auto refused = [&](std::string bytes) {
    w.files.put(w.state_path(log), std::move(bytes));
    const auto ok = w.open();
    if (ok) return false;
    EXPECT_EQ(ok.error().where, w.state_path(log));
    EXPECT_NE(ok.error().text.find(kMadeUpOrigin), std::string::npos);
    return true;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_TRUE(refused(good.substr(0, i))) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      EXPECT_TRUE(refused(bad)) << i << " " << bit;
    }
  }
  EXPECT_TRUE(refused(good + "x"));
  EXPECT_TRUE(refused(log.checkpoint(7)));                  // nobody cosigned it
  EXPECT_TRUE(refused(w.file(w.state_path(other))));        // cosigned, but another log's
  EXPECT_TRUE(refused(good + std::string(70'000, '\n')));
  auto foreign = *parse_note(log.sign(to_text(TreeHead{other.origin(), 7, log.root(7)})));  // signed by all, but about another log
  foreign.signatures.push_back(
      to_signature(verifier_key("witness.example/w", SignatureType::Cosignature, w.signer.public_key()), {1, *w.signer.sign(cosigned_message(1, foreign.text))}));
  EXPECT_TRUE(refused(to_text(foreign)));
  EXPECT_FALSE(refused(good));
  EXPECT_EQ(w.known(log), 7u);
}

TEST(WitnessMemory, BelongsToOneWitness) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 7)), 200);
  WordSigner another("another");
  const auto open = [&](const char* name, Signer& s) {
    return Witness::open(w.files, "home/witness", {name, {log.key()}}, s, [](const Alarm&) {}, [] { return 1; }).has_value();
  };
  EXPECT_FALSE(open("witness.example/w", w.signer));  // held
  w.witness.reset();
  EXPECT_FALSE(open("witness.example/w", another));
  EXPECT_FALSE(open("witness.example/v", w.signer));
  EXPECT_TRUE(open("witness.example/w", w.signer));
}

TEST(WitnessMemory, ACrashLeavesTheOldOrTheNewAndWhatWasAnsweredStays) {
  MadeUpLog log(kMadeUpOrigin);
  int answered = 0, kept_old = 0, kept_new = 0;
  for (const auto how : {CrashingFiles::Crash::LosesNames, CrashingFiles::Crash::KeepsNames}) {
    for (int steps = 0; steps < 12; ++steps) {
      Watched w({log.key()});
      ASSERT_EQ(w.status(log.request(0, 5)), 200);
      w.files.break_after(steps);
      const int status = w.status(log.request(5, 9));
      EXPECT_TRUE(status == 200 || status == 500) << status;
      EXPECT_EQ(w.known(log), status == 200 ? 9u : 5u) << steps;  // nothing is given away that is not on the disk
      if (status == 500) {
        ASSERT_EQ(w.alarms.size(), 1u);
        EXPECT_EQ(w.alarms[0].kind, AlarmKind::Trouble);
      }
      w.witness.reset();
      w.files.crash(how);
      w.start();
      const std::uint64_t known = w.known(log);
      EXPECT_TRUE(known == 9 || (known == 5 && status != 200)) << known << " after " << steps << " steps";
      ++(status == 200 ? answered : known == 5 ? kept_old : kept_new);
      EXPECT_EQ(w.status(known == 5 ? log.request(5, 9) : log.request(9, 9)), 200);
    }
  }
  EXPECT_GT(answered, 0);
  EXPECT_GT(kept_old, 0);
  EXPECT_GT(kept_new, 0);
}

TEST(WitnessMemory, ACrashAtTheVeryFirstCheckpointIsNoDifferent) {
  MadeUpLog log(kMadeUpOrigin);
  for (const auto how : {CrashingFiles::Crash::LosesNames, CrashingFiles::Crash::KeepsNames}) {
    for (int steps = 0; steps < 12; ++steps) {
      Watched w({log.key()});
      w.files.break_after(steps);
      const int status = w.status(log.request(0, 5));
      w.witness.reset();
      w.files.crash(how);
      w.start();
      EXPECT_TRUE(w.known(log) == 5 || (w.known(log) == 0 && status != 200)) << steps;
    }
  }
}

TEST(WitnessMemory, WhatWasReadAfterACrashIsMadeToStay) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 5)), 200);
  w.files.break_after(4);  // create, append, sync, rename: the folder is not synced
  ASSERT_EQ(w.status(log.request(5, 9)), 500);
  w.files.break_after(-1);
  w.start();  // the process died, not the machine
  ASSERT_EQ(w.known(log), 9u);
  w.files.crash(CrashingFiles::Crash::LosesNames);
  w.start();
  EXPECT_EQ(w.known(log), 9u);
}

TEST(WitnessMemory, ProofsOfAForkOutliveACrash) {
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  int told = 0, lost = 0;
  for (const auto how : {CrashingFiles::Crash::LosesNames, CrashingFiles::Crash::KeepsNames}) {
    for (int steps = 0; steps < 24; ++steps) {
      Watched w({log.key()});
      ASSERT_EQ(w.status(log.request(0, 7)), 200);
      w.files.break_after(steps);
      const std::string request = other.request(7, 7);
      EXPECT_EQ(w.status(request), 422);
      ASSERT_EQ(w.alarms.size(), 1u);
      const std::string folder = w.alarms[0].evidence;
      w.witness.reset();
      w.files.crash(how);
      w.start();
      if (!folder.empty()) {
        EXPECT_EQ(w.file(folder + "/theirs"), other.checkpoint(7)) << steps;
        EXPECT_EQ(w.file(folder + "/request"), request) << steps;
        EXPECT_EQ(w.file(folder + "/ours"), w.file(w.state_path(log))) << steps;
      }
      ++(folder.empty() ? lost : told);
      // What could not be kept is kept when it comes again; what is there is whole.
      EXPECT_EQ(w.status(request), 422);
      ASSERT_EQ(w.files.exists("home/witness/forks/1790000000-1"), true);
      EXPECT_EQ(w.file("home/witness/forks/1790000000-1/request"), request);
      EXPECT_FALSE(w.files.exists("home/witness/forks/1790000000-2"));
    }
  }
  EXPECT_GT(told, 0);
  EXPECT_GT(lost, 0);
}

TEST(WitnessMemory, TimeDoesNotGoBack) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 5)), 200);
  const auto time_of = [&](std::size_t size, const WitnessAnswer& a) {
    return verify_cosignature(*parse_note(log.checkpoint(size) + a.body), w.witness->key())->time;
  };
  w.now -= 10;
  EXPECT_EQ(time_of(9, w.ask(log.request(5, 9))), 1'790'000'000u);
  EXPECT_TRUE(w.alarms.empty());
  w.now -= 100'000;
  w.start();
  EXPECT_EQ(time_of(12, w.ask(log.request(9, 12))), 1'790'000'000u);
  EXPECT_EQ(w.status(log.request(12, 13)), 200);
  ASSERT_EQ(w.alarms.size(), 1u);
  EXPECT_EQ(w.alarms[0].kind, AlarmKind::Trouble);
  w.now = 0;
  EXPECT_EQ(w.status(log.request(13, 14)), 500);
  EXPECT_EQ(w.known(log), 13u);
  w.now = 1'790'000'005;
  EXPECT_EQ(time_of(14, w.ask(log.request(13, 14))), 1'790'000'005u);
}

TEST(WitnessMemory, AKeyThatFailsGivesNothingAway) {
  MadeUpLog log(kMadeUpOrigin);
  Watched w({log.key()});
  ASSERT_EQ(w.status(log.request(0, 5)), 200);
  w.signer.broken = true;
  EXPECT_EQ(w.status(log.request(5, 9)), 500);
  w.signer.broken = false;
  w.signer.lies = true;
  EXPECT_EQ(w.status(log.request(5, 9)), 500);
  ASSERT_EQ(w.alarms.size(), 2u);
  EXPECT_NE(w.alarms[0].sentence.find("pulled out"), std::string::npos);
  EXPECT_EQ(w.known(log), 5u);
  w.signer.lies = false;
  EXPECT_EQ(w.status(log.request(5, 9)), 200);
}

namespace {

// Many threads ask for steps that exclude each other, while one looks on.
void race(FileSystem& files, const std::string& folder) {
  MadeUpLog log(kMadeUpOrigin);
  WordSigner signer("witness");
  const auto opened = Witness::open(files, folder, {"w", {log.key()}}, signer, [](const Alarm&) { ADD_FAILURE() << "an alarm"; }, [] { return 1'790'000'000; });
  ASSERT_TRUE(opened) << opened.error().text;
  Witness& w = **opened;
  std::vector<std::vector<std::string>> requests(60);  // from each size some steps
  for (std::size_t from = 0; from < requests.size(); ++from) {
    for (std::size_t step = 1; step <= 4; ++step) requests[from].push_back(log.request(from, from + step));
  }
  std::mutex mutex;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> steps;
  std::atomic<bool> done{false};
  const auto known = [&] {
    const WitnessAnswer a = w.checkpoint_of(log.file());
    return a.status == 200 ? parse_head_with_extensions(parse_note(a.body)->text)->size : 0;
  };
  std::thread looker([&] {
    for (std::uint64_t last = 0; !done;) {
      const std::uint64_t now = known();
      EXPECT_GE(now, last);
      last = now;
    }
  });
  std::vector<std::thread> askers;
  for (std::size_t step = 1; step <= 4; ++step) {
    askers.emplace_back([&, step] {
      for (std::uint64_t from = known(); from < requests.size(); from = known()) {
        const int status = w.add_checkpoint(requests[from][step - 1]).status;
        EXPECT_TRUE(status == 200 || status == 409) << status;
        if (status != 200) continue;
        const std::lock_guard lock(mutex);
        steps.emplace_back(from, from + step);
      }
    });
  }
  for (auto& t : askers) t.join();
  done = true;
  looker.join();
  // Each step that was granted begins where another ended: nothing was taken back.
  std::sort(steps.begin(), steps.end());
  std::uint64_t at = 0;
  for (const auto& [from, to] : steps) {
    EXPECT_EQ(from, at);
    at = to;
  }
  EXPECT_EQ(known(), at);
  EXPECT_GE(at, requests.size());
}

}  // namespace

TEST(WitnessMemory, NothingIsTakenBackWhileManyAsk) {
  for (int i = 0; i < 20; ++i) {
    CrashingFiles files;
    race(files, "w");
  }
}

TEST(WitnessMemory, NothingIsTakenBackOnARealDisk) {
  std::string folder = (std::filesystem::temp_directory_path() / "custos-witness-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const auto files = real_files();
  race(*files, folder + "/made/anew");
  MadeUpLog log(kMadeUpOrigin), other(kMadeUpOrigin, 2);
  WordSigner signer("witness");
  std::vector<Alarm> alarms;
  auto w = Witness::open(*files, folder + "/made/anew/", {"w", {log.key()}}, signer, [&](const Alarm& a) { alarms.push_back(a); }, [] { return 1'790'000'001; });
  ASSERT_TRUE(w) << w.error().text;
  const auto head = parse_head_with_extensions(parse_note((*w)->checkpoint_of(log.file()).body)->text);
  EXPECT_EQ((*w)->add_checkpoint(other.request(head->size, head->size)).status, 422);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(*files->read(alarms[0].evidence + "/theirs", 1u << 20), other.checkpoint(head->size));
  EXPECT_EQ(files->list(folder + "/made/anew")->size(), 3u);  // the log's file, forks/, lock
  // Nobody else gets the folder meanwhile.
  EXPECT_FALSE(Witness::open(*files, folder + "/made/anew", {"w", {log.key()}}, signer, [](const Alarm&) {}, [] { return 1; }));
  std::filesystem::remove_all(folder);
}

}  // namespace custos::evidence
