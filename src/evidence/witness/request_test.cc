#include <gtest/gtest.h>

#include "base/crypto/base64.h"
#include "evidence/witness/request.h"

namespace custos::evidence {
namespace {

// The example of C2SP tlog-witness.
constexpr const char* kExample =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

}  // namespace

TEST(AddCheckpoint, TheExampleOfTheSpecificationIsReadAndWritten) {
  const auto request = parse_add_checkpoint(kExample);
  ASSERT_TRUE(request) << request.error().text;
  EXPECT_EQ(request->old_size, 20852014u);
  ASSERT_EQ(request->proof.size(), 4u);
  EXPECT_EQ(to_base64(view(request->proof[3])), "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=");
  EXPECT_TRUE(request->checkpoint.starts_with("example.com/behind-the-sofa\n"));
  EXPECT_EQ(to_text(*request), kExample);
}

TEST(AddCheckpoint, HasOneSpelling) {
  const std::string good = kExample, head = good.substr(0, good.find("\n\n") + 2);
  for (std::size_t cut = 0; cut < head.size(); ++cut) EXPECT_FALSE(parse_add_checkpoint(head.substr(0, cut))) << cut;
  std::size_t read = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const auto request = parse_add_checkpoint(bad);
      if (!request) continue;
      ++read;
      EXPECT_EQ(to_text(*request), bad) << i << " " << bit;
    }
  }
  EXPECT_GT(read, 100u);
}

TEST(AddCheckpoint, RefusesOdd) {
  const std::string hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
  for (const std::string& odd : std::vector<std::string>{"", "old", "old \n\n", "old 01\n\n", "old -1\n\n", "old 1 \n\n", "old  1\n\n", "Old 1\n\n", "old 1\r\n\r\n", "old 18446744073709551616\n\n",
                                                         "old 1\n" + hash, "old 1\nAAAA\n\n", "old 1\n " + hash + "\n", "old 1\n" + hash.substr(0, 43) + "\n\n", "\nold 1\n\n"}) {
    EXPECT_FALSE(parse_add_checkpoint(odd)) << odd;
  }
  std::string lines;
  for (int i = 0; i < 63; ++i) lines += hash;
  EXPECT_TRUE(parse_add_checkpoint("old 1\n" + lines + "\n"));
  EXPECT_FALSE(parse_add_checkpoint("old 1\n" + lines + hash + "\n"));
  EXPECT_TRUE(parse_add_checkpoint("old 0\n\n" + std::string(kMostAddCheckpointBytes - 7, 'x')));
  EXPECT_FALSE(parse_add_checkpoint("old 0\n\n" + std::string(kMostAddCheckpointBytes - 6, 'x')));
}

TEST(AddCheckpoint, HeadsOfOthersMayHaveExtensions) {
  const std::string head = "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const char* more : {"", "more\n", "more\nand more\n"}) {
    const auto parsed = parse_head_with_extensions(head + more);
    ASSERT_TRUE(parsed) << more;
    EXPECT_EQ(to_text(*parsed), head);
  }
  for (const char* odd : {"\n", "more\n\n", "\nmore\n", "more"}) EXPECT_FALSE(parse_head_with_extensions(head + odd)) << odd;
  EXPECT_FALSE(parse_head_with_extensions(""));
  EXPECT_FALSE(parse_head_with_extensions("o\n1\n"));
  EXPECT_FALSE(parse_head_with_extensions("o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n"));
}

}  // namespace custos::evidence
