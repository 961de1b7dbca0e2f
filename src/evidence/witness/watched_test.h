// A witness in memory, with a clock to be turned and alarms to be looked at.
// Called by tests alone.
// Lives as long as the test.
// One thread an object; the witness takes many.
// Refuses nothing.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "evidence/witness/made_up_log_test.h"
#include "base/files/crashing_files_test.h"
#include "evidence/witness/witness.h"

namespace custos::evidence {

class Watched {
 public:
  explicit Watched(std::vector<VerifierKey> logs) : logs_(std::move(logs)) { start(); }

  Result<void> open() {
    witness.reset();
    auto opened = Witness::open(
        files, "home/witness", {"witness.example/w", logs_}, signer,
        [this](const Alarm& a) {
          const std::lock_guard lock(mutex_);
          alarms.push_back(a);
        },
        [this] { return now.load(); });
    if (!opened) return tl::unexpected<Error>(opened.error());
    witness = std::move(*opened);
    return {};
  }
  void start() {
    const auto ok = open();
    ASSERT_TRUE(ok) << ok.error().where << " " << ok.error().text;
  }
  void start_with(std::vector<VerifierKey> logs) {
    logs_ = std::move(logs);
    start();
  }

  WitnessAnswer ask(const std::string& body) { return witness->add_checkpoint(body); }
  int status(const std::string& body) { return ask(body).status; }
  // What GET says is known; 0 where nothing is.
  std::uint64_t known(const MadeUpLog& log) {
    const WitnessAnswer a = witness->checkpoint_of(log.file());
    if (a.status != 200) return 0;
    const auto note = parse_note(a.body);
    EXPECT_TRUE(note && verify_note(*note, log.key()) && verify_cosignature(*note, witness->key())) << a.body;
    return parse_head_with_extensions(note->text)->size;
  }
  std::string state_path(const MadeUpLog& log) const { return "home/witness/" + log.file(); }
  std::string file(const std::string& path) { return files.read(path, 1u << 20).value_or("(not there)"); }
  std::size_t kept(const std::string& kind) {
    const auto names = files.list("home/witness/" + kind);
    return names ? names->size() : 0;
  }

  CrashingFiles files;
  WordSigner signer{"witness"};
  std::atomic<std::int64_t> now{1'790'000'000};
  std::vector<Alarm> alarms;
  std::unique_ptr<Witness> witness;

 private:
  std::vector<VerifierKey> logs_;
  std::mutex mutex_;
};

}  // namespace custos::evidence
