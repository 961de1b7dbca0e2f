#include "evidence/package/package.h"

#include <gtest/gtest.h>

#include <random>

#include "evidence/check/store_for_test.h"
#include "evidence/documents/disclosure.h"
#include "evidence/package/check_package.h"
#include "evidence/package/zip.h"

namespace custos::evidence {
namespace {

constexpr const char* kFinding = "b0f2c54f0f7a3d11";

Result<Package> pack(FileSystem& files, const std::vector<std::string>& withhold = {}, const std::vector<std::string>& findings = {kFinding}) {
  const VerifierKey key = test_key();
  auto log = LogReader::open(files, "/e");
  if (!log) return tl::unexpected<Error>(log.error());
  return make_package(files, "/e", **log, test_signer(), {findings, withhold, "the prosecutor", kTestTime, {"dekker", "officer", "", "", "custos test", ""}});
}

CheckReport check(const std::string& bytes, const std::string& earlier = {}) {
  CheckOptions options;
  options.key = test_key();
  return check_package(bytes, options, earlier);
}

std::string member(const std::string& bytes, const std::string& name) {
  const auto members = read_zip(bytes);
  if (!members) return "no package";
  for (const ZipMember& m : *members) {
    if (m.name == name) return m.bytes;
  }
  return {};
}

}  // namespace

TEST(Zip, HasOneFormAndRefusesEveryOther) {
  const std::vector<ZipMember> members{{"a.txt", "text"}, {"b/\xc3\xa9", std::string("\0\xff", 2)}, {"empty", ""}};
  const std::string bytes = write_zip(members);
  const auto again = read_zip(bytes);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), 3u);
  EXPECT_EQ((*again)[1].bytes, members[1].bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(read_zip(bytes.substr(0, i))) << i;
    EXPECT_FALSE(read_zip(bytes.substr(0, i) + "x" + bytes.substr(i))) << i;
  }
  EXPECT_FALSE(read_zip(bytes + "x"));
  EXPECT_FALSE(read_zip(""));
}

TEST(Package, AWholeOneHolds) {
  CrashingFiles files;
  make_test_store(files);
  const auto p = pack(files);
  ASSERT_TRUE(p) << p.error().text;
  EXPECT_EQ(p->records, 1u);
  const CheckReport r = check(p->bytes);
  EXPECT_TRUE(r.holds()) << r.problems[0];
  EXPECT_EQ(member(p->bytes, std::string("records/") + kFinding + ".bin"), "line of anna\n");
  EXPECT_NE(member(p->bytes, "README.txt").find("the record: line of anna"), std::string::npos);
  EXPECT_FALSE(pack(files, {}, {"0000000000000000"}));
  EXPECT_FALSE(pack(files, {}, {}));
}

TEST(Package, WhatIsWithheldIsNowhereInItAndMatchesWhenItIsShownLater) {
  CrashingFiles files;
  make_test_store(files);
  for (const char* asked : {"User", "user", "entity:user", "part:User", "matched:user"}) {
    const auto p = pack(files, {asked});
    ASSERT_TRUE(p) << p.error().text;
    EXPECT_EQ(p->bytes.find("anna"), std::string::npos);
    std::string shown = member(p->bytes, std::string("findings/") + kFinding + ".disclosures");
    for (std::size_t end = shown.find('\n'); !shown.empty(); shown.erase(0, end + 1), end = shown.find('\n')) {
      EXPECT_EQ(read_disclosure(shown.substr(0, end))->text.find("anna"), std::string::npos);
    }
    EXPECT_EQ(p->withheld.size(), 3u) << asked;  // matched value, entity, and the record's part hold the name
    EXPECT_EQ(p->records, 0u);
    EXPECT_EQ(member(p->bytes, std::string("records/") + kFinding + ".bin"), "");
    EXPECT_NE(member(p->bytes, std::string("findings/") + kFinding + ".disclosures"), "");
    EXPECT_EQ(member(p->bytes, "README.txt").find("line of anna"), std::string::npos);
    EXPECT_TRUE(check(p->bytes).holds()) << check(p->bytes).problems[0];
    const auto later = pack(files);
    const CheckReport r = check(later->bytes, p->bytes);
    EXPECT_TRUE(r.holds());
    EXPECT_NE(r.checked.back().find("3 values that it withheld are shown now and match"), std::string::npos) << r.checked.back();
  }
  EXPECT_FALSE(pack(files, {"Image"}));  // a slip of the pen would show everything
  EXPECT_FALSE(pack(files, {"User", "Usr"}));
  EXPECT_FALSE(pack(files, {}, {kFinding, kFinding}));
}

TEST(Package, AnotherStoresFindingIsNotTheEarlierOne) {
  CrashingFiles files, other;
  make_test_store(files);
  make_test_store(other);  // the same texts under other salts
  const auto before = pack(files, {"User"}), now = pack(other);
  const CheckReport r = check(now->bytes, before->bytes);
  EXPECT_FALSE(r.holds());
}

TEST(Package, EachOfAThousandRandomDamagesIsRefused) {
  CrashingFiles files;
  make_test_store(files);
  const std::string whole = pack(files)->bytes, part = pack(files, {"User"})->bytes;
  std::mt19937_64 chance(11);
  for (int i = 0; i < 1000; ++i) {
    std::string bad = i % 2 == 0 ? whole : part;
    const std::string good = bad;
    const std::size_t at = chance() % bad.size(), n = 1 + chance() % 40;
    switch (i % 5) {
      case 0: bad[at] = static_cast<char>(bad[at] ^ 1 << chance() % 8); break;
      case 1: bad.erase(at, n); break;
      case 2: bad.insert(at, std::string(n, static_cast<char>(chance()))); break;
      case 3: bad.resize(at); break;
      default: std::swap(bad[at], bad[chance() % bad.size()]);
    }
    EXPECT_TRUE(bad == good || !check(bad).holds()) << i;
  }
}

// Whoever can write ZIP files can mend every checksum: members changed, lost, added, in another order.
TEST(Package, ForgedMembersAreRefused) {
  CrashingFiles files;
  make_test_store(files);
  const auto members = *read_zip(pack(files)->bytes);
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t at = 0; at < members[i].bytes.size(); at += 1 + members[i].bytes.size() / 40) {
      auto bad = members;
      bad[i].bytes[at] = static_cast<char>(bad[i].bytes[at] ^ 0x01);
      EXPECT_FALSE(check(write_zip(bad)).holds()) << members[i].name << " " << at;
    }
    auto fewer = members;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(check(write_zip(fewer)).holds()) << members[i].name;
    auto more = members;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), {"records/more.bin", "x"});
    EXPECT_FALSE(check(write_zip(more)).holds());
    auto other = members;
    std::swap(other[i], other[(i + 1) % other.size()]);
    EXPECT_FALSE(check(write_zip(other)).holds());
  }
}

TEST(Package, AnotherKeyIsRefusedAndNobodyVouchingIsSaid) {
  CrashingFiles files;
  make_test_store(files);
  const std::string bytes = pack(files)->bytes;
  CheckOptions other;
  other.key = verifier_key(kTestOrigin, SignatureType::Ed25519, std::string(32, 'k'));
  EXPECT_FALSE(check_package(bytes, other).holds());
  const CheckReport r = check_package(bytes, {});
  EXPECT_TRUE(r.holds());
  EXPECT_FALSE(r.key_vouched);
}

}  // namespace custos::evidence
