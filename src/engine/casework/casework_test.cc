// A case whose log is in a file system that crashes and runs full, and whose database is a file: nothing acknowledged is lost, and what is made anew is equal.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "base/files/crashing_files_test.h"
#include "engine/casework/case_writer.h"
#include "engine/casework/merging.h"
#include "engine/casework/steps.h"
#include "evidence/evidence.h"

namespace custos::engine {
namespace {

using Keys = nlohmann::ordered_json;

class Cases : public testing::Test {
 protected:
  Cases() {
    EXPECT_NE(mkdtemp(top_.data()), nullptr);
    const auto real = real_files();
    EXPECT_TRUE(write_whole(*real, top_ + "/key", *evidence::make_key_file("words"), true));
    files.put(top_ + "/key", "it is read from the disk");
    case_a = access("a");
    case_b = access("b");
  }
  ~Cases() override { std::filesystem::remove_all(top_); }

  CaseAccess access(const std::string& name) {
    CaseAccess a{top_ + "/" + name, {}, {}};
    a.log.key_file = top_ + "/key";
    a.log = evidence_of(a.folder, a.log);
    a.log.passphrase = "words";
    a.log.origin = "court.example/" + name;
    a.log.custody.who = "dekker";
    std::filesystem::create_directory(a.folder);
    return a;
  }
  static Keys note(const std::string& text) { return {{"act", "note"}, {"text", text}, {"about", ""}, {"replaces", nullptr}}; }
  static Keys opened(const std::string& number) { return {{"act", "open"}, {"title", "t"}, {"number", number}}; }

  // The live database and one that is made anew from the log alone.
  void expect_equal(const CaseAccess& a) {
    auto live = read_case(files, {a.folder, {}});
    ASSERT_TRUE(live) << live.error().text;
    EXPECT_FALSE(live->in_memory);
    EXPECT_TRUE(live->said.empty()) << live->said[0];
    auto reader = evidence::LogReader::open(files, a.log.folder);
    ASSERT_TRUE(reader);
    auto steps = read_steps(files, a.folder, **reader, {});
    ASSERT_TRUE(steps);
    auto anew = store::CaseDatabase::in_memory();
    ASSERT_TRUE(anew && take_steps(**anew, *steps).value_or(false));
    EXPECT_EQ(*live->database->dump(), *(*anew)->dump());
  }

  std::string top_ = (std::filesystem::temp_directory_path() / "custos-cases-XXXXXX").string();
  CrashingFiles files;
  CaseAccess case_a, case_b;
};

constexpr const char* kA = "aaaaaaaaaaaaaaaa";
constexpr const char* kB = "bbbbbbbbbbbbbbbb";

TEST_F(Cases, WhatIsAcknowledgedIsThereAfterACrashAtAnyOperation) {
  {
    auto writer = CaseWriter::open_or_create(files, case_a);
    ASSERT_TRUE(writer) << writer.error().text;
    ASSERT_TRUE((*writer)->put({opened(kA)}));
  }
  std::vector<std::string> acknowledged;
  unsigned crashes = 0;
  for (int at = 0; at < 70; ++at) {
    files.break_after(at);
    if (auto writer = CaseWriter::open(files, case_a)) {
      for (int i = 0; i < 3; ++i) {
        const std::string text = std::to_string(at) + "." + std::to_string(i);
        if ((*writer)->put({note(text), note("with " + text)})) acknowledged.insert(acknowledged.end(), {text, "with " + text});
      }
    }
    crashes += files.crashed();
    files.revive(static_cast<std::uint64_t>(at));
    auto writer = CaseWriter::open(files, case_a);
    ASSERT_TRUE(writer) << at << ": " << writer.error().where << ": " << writer.error().text;
    std::set<std::string> there;
    for (const auto& n : (*writer)->state()->view.notes) there.insert(n.text);
    for (const std::string& text : acknowledged) ASSERT_TRUE(there.contains(text)) << text << " is lost after the crash at " << at;
    expect_equal(case_a);
  }
  EXPECT_GT(crashes, 20u);
  EXPECT_GT(acknowledged.size(), 30u);
}

TEST_F(Cases, OnAFullDiskNothingIsAcknowledgedAndLaterItGoesOn) {
  ASSERT_TRUE((*CaseWriter::open_or_create(files, case_a))->put({opened(kA)}));
  for (std::uint64_t room = 0; room < 6000; room += 500) {
    const auto before = read_case(files, {case_a.folder, {}})->view.notes.size();
    bool put = false;
    if (auto writer = CaseWriter::open(files, case_a)) {
      files.room = room;
      put = (*writer)->put({note("n")}).has_value();
    }
    files.room = CrashingFiles::kNever;
    auto writer = CaseWriter::open(files, case_a);
    ASSERT_TRUE(writer) << writer.error().text;
    const auto after = (*writer)->state()->view.notes.size();
    EXPECT_GE(after, before + (put ? 1 : 0));
    EXPECT_LE(after, before + 1);
    expect_equal(case_a);
  }
}

// Acts in any order, also of those that are not understood; another case's log beside it, merged again and again as it grows.
TEST_F(Cases, RandomActsAndMergesAreTheSameWhenMadeAnew) {
  std::mt19937_64 chance(11);
  const auto pick = [&](std::uint64_t n) { return chance() % n; };
  auto a = std::move(*CaseWriter::open_or_create(files, case_a)), b = std::move(*CaseWriter::open_or_create(files, case_b));
  ASSERT_TRUE(a->put({opened(kA)}) && b->put({opened(kB)}));
  const auto any = [&]() -> Keys {
    const std::uint64_t entry = pick(40);
    const Keys ref = pick(3) == 0 ? Keys(std::string(pick(2) == 0 ? kA : kB) + ":" + std::to_string(entry)) : Keys(entry);
    switch (pick(9)) {
      case 0: return {{"act", "task"}, {"title", "t"}, {"due", ""}};
      case 1: return {{"act", "task_state"}, {"task", ref}, {"state", "done"}, {"text", ""}};
      case 2: return {{"act", "undo"}, {"entry", ref}, {"text", ""}};
      case 3: return {{"act", "member"}, {"person", pick(2) == 0 ? "x" : "y"}, {"role", "lead"}, {"state", pick(3) == 0 ? "removed" : "added"}};
      case 4: return {{"act", "close"}, {"outcome", "o"}, {"text", ""}};
      case 5: return {{"act", "dance"}, {"with", ref}};
      case 6: return {{"act", "incident"}, {"incident", {{"id", pick(2) == 0 ? "p" : "q"}, {"title", "t"}, {"level", "low"}, {"score", pick(5)}, {"first", ""}, {"last", ""},
                                                         {"findings", Keys::array()}, {"was", {"q"}}}}};
      default: return {{"act", "note"}, {"text", "n"}, {"about", ""}, {"replaces", pick(2) == 0 ? Keys(nullptr) : ref}};
    }
  };
  for (int round = 0; round < 250; ++round) {
    ASSERT_TRUE((pick(3) == 0 ? b : a)->put({any(), any()}));
    if (pick(10) == 0) {
      const std::string to = merged_folder(case_a.folder, kB);
      ASSERT_TRUE(evidence::copy_folder(files, {case_b.log.folder, to}));
      auto reader = std::move(*evidence::LogReader::open(files, to));
      const Keys from{{"origin", "court.example/b"}, {"number", kB}, {"size", reader->size()}, {"root", to_base64(view(reader->head().root))}, {"key", "k"}};
      ASSERT_TRUE(a->put({{{"act", "merge"}, {"from", from}, {"folder", std::string("merged/") + kB}}}));
    }
    if (pick(4) == 0) expect_equal(case_a);
  }
  expect_equal(case_a);
  EXPECT_GT(a->state()->view.merged.size(), 5u);
  EXPECT_GT(a->state()->view.not_understood, 10);
}

// What was merged is in one case or the other at any time, and the same call again ends what was cut off.
TEST_F(Cases, AMergeThatIsCutOffAnywhereIsEndedByTheSameCallAgain) {
  ASSERT_TRUE((*CaseWriter::open_or_create(files, case_a))->put({opened(kA)}));
  std::mt19937_64 chance(5);
  unsigned cut = 0;
  for (unsigned i = 0; i < 30; ++i) {
    const std::string number = fmt::format("{:016x}", i + 1), text = "note of " + number;
    const CaseAccess other = access(number);
    ASSERT_TRUE((*CaseWriter::open_or_create(files, other))->put({opened(number), note(text)}));
    files.break_after(static_cast<int>(chance() % 150));
    const auto first = merge_cases(files, case_a, other, {});
    cut += !first;
    files.revive(i);
    const auto again = merge_cases(files, case_a, other, {});
    ASSERT_TRUE(again) << again.error().where << ": " << again.error().text;
    ASSERT_EQ(again->refused, "");
    const auto a = read_case(files, {case_a.folder, {}}), b = read_case(files, {other.folder, {}});
    ASSERT_TRUE(a && b);
    EXPECT_EQ(b->view.into, kA);
    EXPECT_EQ(b->view.outcome, "merged");
    ASSERT_EQ(a->view.notes.size(), i + 1);
    EXPECT_EQ(a->view.notes[i].text, text);
    EXPECT_EQ(a->view.notes[i].ref.log, number);
    EXPECT_EQ(a->view.merged.size(), i + 1) << "and it is merged once";
    EXPECT_TRUE(evidence::check_folder(files, merged_folder(case_a.folder, number), {})->holds());
    expect_equal(case_a);
    const auto third = merge_cases(files, case_a, other, {});
    EXPECT_TRUE(third && third->refused.empty() && third->entry == 0);
  }
  EXPECT_GT(cut, 10u);
}

TEST_F(Cases, ADatabaseThatDoesNotFitIsSetAsideAndThatIsSaid) {
  {
    auto writer = CaseWriter::open_or_create(files, case_a);
    ASSERT_TRUE((*writer)->put({opened(kA), note("one")}));
  }
  const std::string path = store::database_path(case_a.folder);
  const auto read = [&] { return std::move(*read_case(files, {case_a.folder, {}})); };
  const auto spoil = [&](const std::string& what) {
    auto c = store::Connection::open(path, store::Connection::Mode::File);
    ASSERT_TRUE(c && c->run(what));
  };
  const std::vector<std::pair<std::string, std::string>> ways{
      {"UPDATE logs SET applied = applied + 5", "put back or cut"},
      {"UPDATE logs SET applied = applied - 1", "another history"},
      {"UPDATE logs SET root = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='", "another history"},
      {"UPDATE logs SET origin = 'other'", "another log"},
      {"PRAGMA user_version = 9", "version 9"},
      {"DROP VIEW current_notes", "version 1"}};
  unsigned aside = 0;
  for (const auto& [what, why] : ways) {
    spoil(what);
    const auto state = read();
    ASSERT_EQ(state.said.size(), 1u) << what;
    EXPECT_NE(state.said[0].find(why), std::string::npos) << state.said[0];
    EXPECT_TRUE(std::filesystem::exists(path + ".aside-" + std::to_string(++aside)));
    EXPECT_EQ(state.view.notes.size(), 1u);
  }
  std::filesystem::resize_file(path, 5000);
  EXPECT_EQ(read().said.size(), 1u);
  const auto real = real_files();
  std::filesystem::remove(path);
  ASSERT_TRUE(write_whole(*real, path, "no database at all, but long enough to be looked at as one by whoever does", false));
  EXPECT_EQ(read().said.size(), 1u);
  std::filesystem::remove(path);
  EXPECT_TRUE(read().said.empty()) << "none is made without a word";
  expect_equal(case_a);
}

TEST_F(Cases, WhatAReaderChangedByHandIsFoundByMakingItAnew) {
  ASSERT_TRUE((*CaseWriter::open_or_create(files, case_a))->put({opened(kA), note("one")}));
  EXPECT_EQ(rebuild_case(files, {case_a.folder, {}})->old, "equal");
  auto c = store::Connection::open(store::database_path(case_a.folder), store::Connection::Mode::File);
  ASSERT_TRUE(c && c->run("UPDATE notes SET text = 'another'"));
  const auto rebuilt = rebuild_case(files, {case_a.folder, {}});
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->old, "different");
  EXPECT_TRUE(std::filesystem::exists(rebuilt->kept_as));
  EXPECT_EQ(rebuilt->state.view.notes[0].text, "one");
}

TEST_F(Cases, AnEntryOfAnyDepthOrKindIsPassedOver) {
  auto a = std::move(*CaseWriter::open_or_create(files, case_a));
  ASSERT_TRUE(a->put({opened(kA)}));
  const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
  for (const char* key : {"incident", "custody", "text"}) {
    ASSERT_TRUE(a->log().log->append(fmt::format(R"({{"kind":"case","act":"incident","{}":{}}})", key, deep)));
  }
  for (const char* odd : {R"({"kind":"case","act":7})", R"({"kind":"case","custody":[],"time":{},"act":"note"})", R"({"kind":"other","size":"x"})",
                          R"({"kind":"case","act":"incident","incident":{"id":"x","title":"[[[","level":"low","score":1,"first":"","last":"","findings":[],"was":[1,null]}})"}) {
    ASSERT_TRUE(a->log().log->append(odd));
  }
  ASSERT_TRUE(a->put({note("after")}));
  ASSERT_NE(a->state(), nullptr) << a->unreadable().text;
  EXPECT_EQ(a->state()->view.not_understood, 5);
  EXPECT_EQ(a->state()->view.incidents.size(), 1u);
  EXPECT_EQ(a->state()->view.notes.size(), 1u);
  expect_equal(case_a);
}

TEST_F(Cases, AMergedLogThatIsNotTheOneOnRecordIsLeftOutAndThatIsSaid) {
  auto a = std::move(*CaseWriter::open_or_create(files, case_a)), b = std::move(*CaseWriter::open_or_create(files, case_b));
  ASSERT_TRUE(a->put({opened(kA)}) && b->put({opened(kB), note("theirs")}));
  ASSERT_TRUE(evidence::copy_folder(files, {case_b.log.folder, merged_folder(case_a.folder, kB)}));
  const Keys from{{"origin", "o"}, {"number", kB}, {"size", 3}, {"root", std::string(43, 'A') + "="}, {"key", "k"}};
  ASSERT_TRUE(a->put({{{"act", "merge"}, {"from", from}, {"folder", std::string("merged/") + kB}}}));
  ASSERT_EQ(a->state()->said.size(), 1u);
  EXPECT_NE(a->state()->said[0].find("left out"), std::string::npos);
  ASSERT_EQ(a->state()->view.merged.size(), 1u);
  EXPECT_FALSE(a->state()->view.merged[0].in_view);
  EXPECT_TRUE(a->state()->view.notes.empty());
}

}  // namespace
}  // namespace custos::engine
