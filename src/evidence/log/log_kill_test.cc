// The process dies by SIGKILL in the middle of its work, 200 times, on the real file system.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "evidence/check/check_folder.h"
#include "evidence/log/log_for_test.h"
#include "evidence/log/reader.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace {

struct Acknowledged {
  std::uint64_t index;
  Hash32 leaf;
};

// Appends from three threads and signs from a fourth until it is killed; tells the pipe of each entry once it is acknowledged.
[[noreturn]] void live(const std::string& folder, int pipe, std::uint64_t round) {
  const auto files = real_files();
  auto log = open_test_log(*files, folder);
  if (!log) _exit(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (std::uint64_t i = 0;; ++i) {
        const std::string entry = test_entry(round * 1'000'000 + i);
        const auto index = (*log)->append(entry);
        if (!index) _exit(1);
        const Acknowledged a{*index, leaf_hash(entry)};
        if (write(pipe, &a, sizeof a) != sizeof a) _exit(1);
      }
    });
  }
  while (true) {
    if (!(*log)->checkpoint()) _exit(1);
  }
}

}  // namespace

TEST(LogKilled, EveryAcknowledgedEntryIsThereAfterEachOf200Kills) {
  const auto folder = std::filesystem::temp_directory_path() / ("custos-kill-" + std::to_string(getpid()));
  std::filesystem::remove_all(folder);
  const auto files = real_files();
  ASSERT_TRUE(make_test_log(*files, folder.string()));
  std::mt19937_64 chance(5);
  std::vector<Acknowledged> all;
  std::size_t recovered = 0;
  for (std::uint64_t round = 0; round < 200; ++round) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      live(folder.string(), ends[1], round);
    }
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(500 + chance() % 60'000));
    kill(child, SIGKILL);
    Acknowledged a;
    while (read(ends[0], &a, sizeof a) == sizeof a) all.push_back(a);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    auto log = open_test_log(*files, folder.string());
    ASSERT_TRUE(log) << round << ": " << log.error().text << " " << log.error().where;
    recovered += (*log)->recovery().entries > 0;
    ASSERT_TRUE((*log)->checkpoint());
    const VerifierKey key = test_key();
    auto reader = LogReader::open(*files, folder.string());
    ASSERT_TRUE(reader);
    for (const Acknowledged& k : all) {
      ASSERT_LT(k.index, (*reader)->size()) << round;
      ASSERT_EQ(*(*reader)->leaf(k.index), k.leaf) << round << " " << k.index;
    }
  }
  CheckOptions options;
  options.key = test_key();
  const auto report = check_folder(*files, folder.string(), options);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->holds()) << report->problems[0];
  EXPECT_GT(all.size(), 1000u);
  EXPECT_GT(recovered, 20u);
  for (const auto& e : std::filesystem::directory_iterator(folder.parent_path())) {
    if (e.path().filename().string().starts_with(folder.filename().string())) std::filesystem::remove_all(e.path());
  }
}

}  // namespace custos::evidence
