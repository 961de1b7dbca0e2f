#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/crypto/secure_random.h"
#include "evidence/merkle/proof.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/segments/cutter.h"
#include "evidence/segments/salts.h"
#include "evidence/segments/segment.h"

namespace custos::evidence {
namespace {

RawSegment some_records() {
  RawSegment raw;
  for (const std::string& r : {std::string("first record\n"), std::string(), std::string(300, 'x') + "\n", std::string("\0\xff", 2)}) {
    raw.bytes += r;
    raw.lengths.push_back(static_cast<std::uint32_t>(r.size()));
  }
  return raw;
}

}  // namespace

TEST(Salts, AreAesOfTheNumber) {
  std::string key;
  ASSERT_TRUE(from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", key));
  Salts salts(key);
  // As `openssl enc -aes-256-ecb` says of sixteen zero bytes.
  EXPECT_EQ(to_hex(salts.of(0, 1)), "f29000b62a499fd0a9f39a6add2e7780");
  EXPECT_EQ(salts.of(3, 2), salts.of(3, 1) + salts.of(4, 1));
}

TEST(Segment, ComesBackWithItsTree) {
  const RawSegment raw = some_records();
  const std::string seed = secure_random(32);
  SegmentScratch scratch;
  const auto sealed = seal_segment(raw, seed, scratch);
  ASSERT_TRUE(sealed);
  const auto segment = Segment::read(sealed->file);
  ASSERT_TRUE(segment) << segment.error().text;
  ASSERT_EQ(segment->records(), 4u);
  EXPECT_EQ(segment->record(0), "first record\n");
  EXPECT_EQ(segment->record(1), "");
  EXPECT_EQ(segment->record(3), std::string_view("\0\xff", 2));
  const auto leaves = segment->leaves();
  EXPECT_EQ(root_of(leaves), sealed->root);
  EXPECT_EQ(leaves[2], salted_leaf_hash(segment->salt(2), segment->record(2)));
  EXPECT_TRUE(proves_inclusion(inclusion_proof(leaves, 2), leaves[2], 2, 4, sealed->root));
  EXPECT_EQ(*read_lengths(sealed->lengths, 4), raw.lengths);
}

TEST(Segment, EveryCutAndFlipIsRefusedOrChangesTheRoot) {
  SegmentScratch scratch;
  const auto sealed = seal_segment(some_records(), std::string(32, 's'), scratch);
  for (std::size_t i = 0; i < sealed->file.size(); ++i) {
    EXPECT_FALSE(Segment::read(sealed->file.substr(0, i))) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = sealed->file;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const auto s = Segment::read(bad);
      // zstd has bits that mean nothing; the file's name, which is its hash, tells of those.
      EXPECT_TRUE(!s || root_of(s->leaves()) != sealed->root || i >= 66) << i;
    }
  }
  EXPECT_FALSE(Segment::read(sealed->file + "x"));
}

TEST(Cutter, AllBytesOfEverySourceAreThereInOrderAndRecordsBeginWhereTheyWereSaidTo) {
  std::mt19937_64 chance(7);
  std::map<std::uint32_t, std::string> given, got;
  std::map<std::uint32_t, std::vector<std::uint64_t>> said, starts;
  std::size_t segments = 0;
  Cutter cutter([&](CutSegment&& s) {
    ++segments;
    EXPECT_LE(s.parts.size(), Cutter::kMostParts);
    EXPECT_LE(s.raw.lengths.size(), kSegmentRecords);
    std::size_t at = 0, record = 0;
    for (const SegmentPart& p : s.parts) {
      EXPECT_EQ(p.first, record);
      EXPECT_EQ(p.at, got[p.source].size());
      for (std::uint32_t i = 0; i < p.records; ++i) {
        starts[p.source].push_back(got[p.source].size());
        got[p.source] += s.raw.bytes.substr(at, s.raw.lengths[record]);
        at += s.raw.lengths[record++];
      }
    }
    EXPECT_EQ(record, s.raw.lengths.size());
    EXPECT_EQ(at, s.raw.bytes.size());
  });
  for (std::uint32_t source = 0; source < 400; ++source) {
    cutter.begin(source);
    const std::size_t size = source == 7 ? 11'000'000 : source == 9 ? 40'000'000 : chance() % 3000;
    std::string& bytes = given[source];
    bytes.resize(size);
    for (char& c : bytes) c = static_cast<char>(chance() & 127);
    std::size_t fed = 0;
    for (std::size_t at = 0; at < size;) {
      const std::size_t record = source == 9 ? size : 1 + chance() % 900;
      while (fed < std::min(at + record, size)) {
        const std::size_t n = std::min<std::size_t>(1 + chance() % 200'000, size - fed);
        cutter.bytes(std::string_view(bytes).substr(fed, n));
        fed += n;
      }
      if (at > 0 || chance() % 2 == 0) {
        cutter.record_at(at);
        said[source].push_back(at);
      }
      at += record;
    }
    if (source == 12) {
      cutter.forget();
      given.erase(12);
      said.erase(12);
      continue;
    }
    cutter.end();
  }
  cutter.flush();
  EXPECT_GT(segments, 6u);
  for (auto& [source, bytes] : given) {
    ASSERT_TRUE(got[source] == bytes) << source;
    for (const std::uint64_t at : said[source]) EXPECT_TRUE(std::binary_search(starts[source].begin(), starts[source].end(), at)) << source << " " << at;
  }
  EXPECT_FALSE(got.contains(12));
}

}  // namespace custos::evidence
