// Against others: the program `age`, and the test vectors of the format's authors.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "evidence/age/age_file.h"
#include "evidence/vectors_test.h"

namespace custos::evidence {
namespace age_oracle {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = fs::temp_directory_path() / "custos_age_XXXXXX";
    path_ = ::mkdtemp(name.data()) != nullptr ? name : "";
    EXPECT_FALSE(path_.empty());
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, std::string_view bytes) const { std::ofstream(path_ / name, std::ios::binary) << bytes; }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Whether it went well, run in the folder.
  bool run(const std::string& command) const { return std::system(("cd '" + path_.string() + "' && (" + command + ") >said 2>&1").c_str()) == 0; }

 private:
  fs::path path_;
};

bool there_is(const char* program) { return std::system((std::string("command -v ") + program + " >/dev/null 2>&1").c_str()) == 0; }

std::string bytes_of(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t v = 99;
  for (char& c : out) c = static_cast<char>((v = v * 1'664'525 + 1'013'904'223) >> 24);
  return out;
}

constexpr std::size_t kSizes[] = {0, 1, 100, 65535, 65536, 65537, 131072, 200000};

struct Vector {
  std::map<std::string, std::string> keys;
  std::string file;
};

Vector read_vector(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  Vector out;
  for (std::string line; std::getline(in, line) && !line.empty();) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) out.keys.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  out.file.assign(std::istreambuf_iterator<char>(in), {});
  return out;
}

}  // namespace
}  // namespace age_oracle

#define NEEDS_AGE() \
  if (!age_oracle::there_is("age") || !age_oracle::there_is("age-keygen")) GTEST_SKIP() << "no program `age` on PATH (Debian package age)"

TEST(AgeProgram, OpensWhatWeSealForEachRecipient) {
  NEEDS_AGE();
  const age_oracle::Folder folder;
  const auto one = make_identity(), two = make_identity(), stranger = make_identity();
  ASSERT_TRUE(one && two && stranger);
  folder.write("one", identity_file(*one, "2026-01-02T03:04:05Z"));
  folder.write("two", identity_file(*two, "2026-01-02T03:04:05Z"));
  folder.write("stranger", identity_file(*stranger, "2026-01-02T03:04:05Z"));
  for (const std::size_t size : age_oracle::kSizes) {
    const std::string plain = age_oracle::bytes_of(size);
    folder.write("sealed", *age_seal(plain, {one->recipient, two->recipient}));
    for (const std::string who : {"one", "two"}) {
      EXPECT_TRUE(folder.run("age -d -i " + who + " -o plain sealed")) << size << ": " << folder.read("said");
      EXPECT_TRUE(folder.read("plain") == plain) << size;
    }
    EXPECT_FALSE(folder.run("age -d -i stranger -o plain sealed")) << size;
  }
}

TEST(AgeProgram, SealsWhatWeOpen) {
  NEEDS_AGE();
  const age_oracle::Folder folder;
  const auto one = make_identity(), two = make_identity(), stranger = make_identity();
  ASSERT_TRUE(one && two && stranger);
  for (const std::size_t size : age_oracle::kSizes) {
    const std::string plain = age_oracle::bytes_of(size);
    folder.write("plain", plain);
    ASSERT_TRUE(folder.run("age -r " + to_text(one->recipient) + " -r " + to_text(two->recipient) + " -o sealed plain")) << folder.read("said");
    const std::string sealed = folder.read("sealed");
    for (const auto* who : {&*one, &*two}) {
      const auto opened = age_open(sealed, {*who});
      ASSERT_TRUE(opened) << size << ": " << opened.error().text;
      EXPECT_TRUE(*opened == plain) << size;
    }
    EXPECT_EQ(age_open(sealed, {*stranger}).error().code, Code::Denied);
  }
}

TEST(AgeProgram, ReadsOurKeysAndWeReadItsKeys) {
  NEEDS_AGE();
  const age_oracle::Folder folder;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(folder.run("rm -f key recipient && age-keygen -o key && age-keygen -y -o recipient key")) << folder.read("said");
    const auto theirs = parse_identity_file(folder.read("key"));
    ASSERT_TRUE(theirs) << theirs.error().text;
    ASSERT_EQ(theirs->size(), 1u);
    EXPECT_EQ(to_text(theirs->front().recipient) + "\n", folder.read("recipient"));
    const auto ours = make_identity();
    ASSERT_TRUE(ours);
    folder.write("ours", identity_file(*ours, "now"));
    ASSERT_TRUE(folder.run("rm -f recipient && age-keygen -y -o recipient ours")) << folder.read("said");
    EXPECT_EQ(to_text(ours->recipient) + "\n", folder.read("recipient"));
  }
}

TEST(AgeProgram, RefusesWhatWeRefuse) {
  NEEDS_AGE();
  const age_oracle::Folder folder;
  const auto identity = make_identity();
  ASSERT_TRUE(identity);
  folder.write("key", identity_file(*identity, "now"));
  const std::string good = *age_seal("text", {identity->recipient});
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    folder.write("sealed", bad);
    EXPECT_FALSE(folder.run("age -d -i key -o plain sealed")) << i;
    EXPECT_FALSE(age_open(bad, {*identity})) << i;
  }
}

// age-testkit/: the files of c2sp.org/CCTV/age (testdata/), those that say `compressed: zlib` unpacked and without that line.
TEST(AgeTestkit, EveryVectorWithoutPassphraseAndArmorHolds) {
  NEEDS_VECTORS("age-testkit");
  std::size_t looked_at = 0;
  for (const auto& entry : age_oracle::fs::directory_iterator(vectors_folder() + "/age-testkit")) {
    const age_oracle::Vector v = age_oracle::read_vector(entry.path());
    if (v.keys.count("expect") == 0 || v.keys.count("armored") + v.keys.count("compressed") > 0) continue;
    const std::string name = entry.path().filename(), expect = v.keys.at("expect");
    std::vector<AgeIdentity> identities;
    if (const auto i = v.keys.find("identity"); i != v.keys.end()) {
      auto parsed = parse_identity(i->second);
      if (!parsed && parsed.error().code == Code::Unsupported) continue;  // hybrid keys
      ASSERT_TRUE(parsed) << name << ": " << parsed.error().text;
      identities.push_back(*parsed);
    } else {
      continue;  // a passphrase
    }
    ++looked_at;
    const auto opened = age_open(v.file, identities);
    if (expect == "success") {
      ASSERT_TRUE(opened) << name << ": " << opened.error().text;
      EXPECT_EQ(to_hex(view(sha256(*opened))), v.keys.at("payload")) << name;
      continue;
    }
    ASSERT_FALSE(opened) << name;
    const bool denied = opened.error().code == Code::Denied;
    EXPECT_EQ(denied, expect == "no match") << name << ": " << opened.error().text;
  }
  EXPECT_GE(looked_at, 50u);
}

}  // namespace custos::evidence
