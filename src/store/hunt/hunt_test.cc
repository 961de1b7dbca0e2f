// Parts of an index against a naive twin that keeps every event, and against damage.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "store/hunt/index_file.h"
#include "store/hunt/part_reader.h"

namespace custos::store {
namespace hunt_test {

struct Kept {
  std::string kind;
  std::set<std::string> keys;
  std::size_t source;
  std::uint64_t offset;
  Micros time;
  auto operator<=>(const Kept&) const = default;
};

class HuntParts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "custos-hunt-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Events with few and many names, with and without a time, in no order.
  HuntPartFile make(std::size_t events, unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    HuntPartBuilder builder;
    truth_.clear();
    for (std::size_t i = 0; i < events; ++i) {
      if (i % 500 == 0) builder.source({i % 1000 == 0 ? "" : "0123456789abcdef", i});
      Kept k{"kind " + std::to_string(below(5)), {}, i / 500, below(1u << 30), below(9) == 0 ? kNoTime : static_cast<Micros>(below(1u << 30)) - (1 << 29)};
      const std::size_t n = 1 + below(6);
      while (k.keys.size() < n) k.keys.insert(std::string(1, "huadpfxHUF"[below(10)]) + "name-" + std::to_string(below(below(2) == 0 ? 4 : 3000)));
      if (below(3) == 0 && !truth_.empty()) k.keys = truth_.back().keys;
      const std::vector<std::string_view> keys(k.keys.begin(), k.keys.end());
      builder.add(k.offset, k.time, k.kind, keys);
      truth_.push_back(std::move(k));
    }
    const auto done = builder.write(*files_, path());
    EXPECT_TRUE(done) << (done ? "" : done.error().text);
    EXPECT_TRUE(builder.empty());
    return done ? *done : HuntPartFile{};
  }

  // Everything that a part says of the events that name one of these; an error where it is damaged.
  static Result<std::multiset<Kept>> ask(HuntPart& part, const std::vector<std::string>& names) {
    std::vector<HuntPart::Named> of;
    for (const std::string& n : names) {
      auto found = part.find(n);
      if (!found) return tl::unexpected<Error>(found.error());
      if (*found) of.push_back(**found);
    }
    std::multiset<Kept> all;
    Result<void> ok;
    auto read = part.each_combination(of, [&](const HuntPart::Combination& c, std::uint64_t place) {
      const auto again = part.combination(place);
      EXPECT_TRUE(!again || again->entities == c.entities);
      Kept k{part.kinds()[c.kind], {}, 0, 0, kNoTime};
      auto keys = part.each_key(c.entities, [&](std::uint32_t, std::string_view key) { k.keys.emplace(key); });
      Micros first = kNoTime, last = kNoTime;
      auto events = part.each_event(c, [&](std::uint32_t source, std::uint64_t offset, Micros time) {
        k.source = source;
        k.offset = offset;
        k.time = time;
        if (time != kNoTime && first == kNoTime) first = time;
        last = std::max(last, time);
        all.insert(k);
      });
      if (!keys || !events) ok = keys ? events : keys;
      EXPECT_TRUE(!keys || !events || (first == c.first && last == c.last));
    });
    if (!read) return tl::unexpected<Error>(read.error());
    if (!ok) return tl::unexpected<Error>(ok.error());
    return all;
  }
  std::multiset<Kept> truth_of(const std::vector<std::string>& names) const {
    std::multiset<Kept> all;
    for (const Kept& k : truth_) {
      if (std::any_of(names.begin(), names.end(), [&](const auto& n) { return k.keys.contains(n); })) all.insert(k);
    }
    return all;
  }
  std::string path() const { return folder_ + "/0123456789abcdef.part"; }
  std::string bytes() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool write_whole_file(const std::string& name) const { return static_cast<bool>(std::ofstream(hunt_folder(folder_) + "/" + name) << "x"); }
  void put(const std::string& b) const { std::ofstream(path(), std::ios::binary) << b; }

  std::string folder_;
  std::unique_ptr<FileSystem> files_ = real_files();
  std::vector<Kept> truth_;
};

TEST_F(HuntParts, SayWhatWasPutIn) {
  for (const std::size_t events : {std::size_t{1}, std::size_t{70}, std::size_t{20'000}}) {
    const HuntPartFile file = make(events, static_cast<unsigned>(events));
    auto part = HuntPart::open(path(), file);
    ASSERT_TRUE(part) << part.error().text;
    EXPECT_EQ((*part)->events(), events);
    std::set<std::string> names;
    for (const Kept& k : truth_) names.insert(k.keys.begin(), k.keys.end());
    EXPECT_EQ((*part)->entities(), names.size());
    std::size_t n = 0;
    for (const std::string& name : names) {
      if (n++ % (events / 500 + 1) != 0) continue;
      const auto said = ask(**part, {name});
      ASSERT_TRUE(said) << said.error().text;
      ASSERT_EQ(*said, truth_of({name})) << name;
    }
    const std::vector<std::string> several{*names.begin(), *names.rbegin(), "hname-1", "uname-2", "aname-0"};
    EXPECT_EQ(*ask(**part, several), truth_of(several));
    for (const char* absent : {"", "h", "hname-1x", "zzz", "A"}) EXPECT_TRUE(ask(**part, {absent})->empty()) << absent;
    EXPECT_EQ(*(*part)->lower_bound(""), 0u);
    EXPECT_EQ(*(*part)->lower_bound("\x7f"), names.size());
    ASSERT_TRUE(files_->remove(path()));
  }
}

// Whatever byte is changed or missing: it is said to be damaged, or the answer is the true one.
TEST_F(HuntParts, DamageIsFound) {
  const HuntPartFile file = make(3000, 7);
  const std::string whole = bytes();
  const std::vector<std::string> names{"hname-1", "uname-2", "aname-0"};
  const auto truth = truth_of(names);
  std::mt19937 random(1);
  std::size_t found = 0, same = 0;
  const auto judge = [&](const std::string& b) {
    put(b);
    auto part = HuntPart::open(path(), file);
    const auto said = part ? ask(**part, names) : Result<std::multiset<Kept>>(tl::unexpected<Error>(part.error()));
    ++(said ? same : found);
    if (said) {
      EXPECT_EQ(*said, truth);
    }
  };
  for (int i = 0; i < 400; ++i) {
    std::string b = whole;
    b[random() % b.size()] ^= static_cast<char>(1 + random() % 255);
    judge(b);
  }
  for (std::size_t cut = 0; cut < whole.size(); cut += 1 + whole.size() / 50) judge(whole.substr(0, cut));
  judge(whole + "x");
  judge(std::string(whole.size(), '\0'));
  EXPECT_GT(found, 250u);
  put(whole);
  auto part = HuntPart::open(path(), {file.size, file.hash + 1});
  EXPECT_FALSE(part);
  ASSERT_TRUE(HuntPart::open(path(), file));
}

TEST_F(HuntParts, IndexFileIsReadBack) {
  ASSERT_TRUE(files_->make_folder(hunt_folder(folder_)));
  EXPECT_EQ(read_hunt_index(*files_, folder_).error().code, Code::NotFound);
  HuntIndexFile index{"0123456789abcdef", 3, {{{"", 4}, "ab", ""}, {{"fedcba9876543210", 9}, "cd", "cut"}}, {{"0123456789abcdef.part", {77, 0xfedcba9876543210u}}}};
  ASSERT_TRUE(write_whole_file("fedcba9876543210.part") && write_whole_file("0123456789abcdef.part"));
  ASSERT_TRUE(write_hunt_index(*files_, folder_, index));
  const auto back = read_hunt_index(*files_, folder_);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->case_number, index.case_number);
  EXPECT_EQ(back->deleted, 3u);
  ASSERT_EQ(back->sources.size(), 2u);
  EXPECT_EQ(back->sources[1].source, (HuntSource{"fedcba9876543210", 9}));
  EXPECT_EQ(back->sources[1].why, "cut");
  EXPECT_EQ(back->parts.at(0).file.hash, 0xfedcba9876543210u);
  EXPECT_FALSE(files_->exists(hunt_folder(folder_) + "/fedcba9876543210.part"));  // nobody names it
  EXPECT_TRUE(files_->exists(hunt_folder(folder_) + "/0123456789abcdef.part"));
  const std::string path = hunt_folder(folder_) + "/index", good = *files_->read(path, 1u << 20);
  for (const std::string& bad : {std::string(), std::string("{}"), good.substr(0, good.size() / 2), std::string(100'000, '['),
                                 std::string(good).replace(good.find("0123456789abcdef.part"), 4, "../x"), std::string(good).replace(good.find("\"format\":1"), 10, "\"format\":9")}) {
    std::ofstream(path, std::ios::binary) << bad;
    EXPECT_EQ(read_hunt_index(*files_, folder_).error().code, Code::Malformed) << bad.substr(0, 80);
  }
}

}  // namespace hunt_test
}  // namespace custos::store
