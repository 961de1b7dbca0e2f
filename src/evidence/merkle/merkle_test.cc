#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "evidence/merkle/proof.h"
#include "evidence/merkle/tile_tree.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/vectors_test.h"

namespace custos::evidence {
namespace {

std::vector<Hash32> leaves_of(std::size_t n) {
  std::vector<Hash32> leaves;
  for (std::size_t i = 0; i < n; ++i) leaves.push_back(leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

Hash32 hash_of(const nlohmann::json& text) {
  std::string bytes;
  EXPECT_TRUE(from_base64(text.get<std::string>(), bytes));
  return bytes.size() == 32 ? hash_from(bytes) : sha256(bytes);  // some vectors have texts where a root does not matter
}

// A proof as it stands in a vector; nothing where a hash in it is none.
bool proof_of(const nlohmann::json& texts, Proof& proof) {
  if (texts.is_null()) return true;
  for (const auto& t : texts) {
    std::string bytes;
    if (!from_base64(t.get<std::string>(), bytes) || bytes.size() != 32) return false;
    proof.push_back(hash_from(bytes));
  }
  return true;
}

std::vector<nlohmann::json> vectors(const std::string& kind) {
  std::vector<nlohmann::json> all;
  for (const auto& e : std::filesystem::recursive_directory_iterator(vectors_folder() + "/rfc6962-merkle/testdata/" + kind)) {
    if (e.path().extension() != ".json") continue;
    std::ifstream in(e.path());
    all.push_back(nlohmann::json::parse(in));
  }
  return all;
}

}  // namespace

TEST(MerkleVectors, InclusionProofs) {
  NEEDS_VECTORS("rfc6962-merkle");
  std::size_t good = 0, bad = 0;
  for (const auto& v : vectors("inclusion")) {
    Proof proof;
    std::string leaf;
    const bool holds = proof_of(v.at("proof"), proof) && from_base64(v.at("leafHash").get<std::string>(), leaf) && leaf.size() == 32 &&
                       proves_inclusion(proof, hash_of(v.at("leafHash")), v.at("leafIdx"), v.at("treeSize"), hash_of(v.at("root")));
    EXPECT_EQ(holds, !v.at("wantErr").get<bool>()) << v.dump();
    ++(holds ? good : bad);
  }
  EXPECT_EQ(good + bad, 98u);
  EXPECT_GT(good, 5u);
}

TEST(MerkleVectors, ConsistencyProofs) {
  NEEDS_VECTORS("rfc6962-merkle");
  std::size_t all = 0;
  for (const auto& v : vectors("consistency")) {
    Proof proof;
    const bool holds = proof_of(v.at("proof"), proof) &&
                       proves_consistency(proof, v.at("size1"), hash_of(v.at("root1")), v.at("size2"), hash_of(v.at("root2")));
    EXPECT_EQ(holds, !v.at("wantErr").get<bool>()) << v.dump();
    ++all;
  }
  EXPECT_EQ(all, 98u);
}

TEST(MerkleVectors, Roots) {
  NEEDS_VECTORS("rfc6962-merkle");
  std::ifstream in(vectors_folder() + "/rfc6962-merkle/roots.json");
  const auto v = nlohmann::json::parse(in);
  std::vector<Hash32> leaves;
  for (std::size_t n = 0; n <= 8; ++n) {
    EXPECT_EQ(to_hex(view(root_of(leaves))), v.at("roots_by_size")[n].get<std::string>());
    if (n == 8) break;
    std::string leaf;
    ASSERT_TRUE(from_hex(v.at("leaves_hex")[n].get<std::string>(), leaf));
    leaves.push_back(leaf_hash(leaf));
  }
}

TEST(Merkle, EveryProofOfSmallTreesHoldsAndNoOther) {
  for (std::size_t n = 1; n <= 40; ++n) {
    const auto leaves = leaves_of(n);
    const Hash32 root = root_of(leaves);
    for (std::uint64_t i = 0; i < n; ++i) {
      const Proof proof = inclusion_proof(leaves, i);
      EXPECT_TRUE(proves_inclusion(proof, leaves[i], i, n, root));
      for (std::uint64_t j = 0; j < n; ++j) {
        EXPECT_EQ(proves_inclusion(proof, leaves[i], j, n, root), j == i);
      }
      EXPECT_FALSE(proves_inclusion(proof, node_hash(root, root), i, n, root));
      Proof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(proves_inclusion(longer, leaves[i], i, n, root));
    }
    for (std::uint64_t m = 1; m <= n; ++m) {
      const auto proof = consistency_proof(nodes_of(leaves), m, n);
      ASSERT_TRUE(proof);
      const Hash32 old_root = root_of(std::vector<Hash32>(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(m)));
      EXPECT_TRUE(proves_consistency(*proof, m, old_root, n, root));
      for (std::uint64_t other = 1; other < n; ++other) {
        EXPECT_EQ(proves_consistency(*proof, other, old_root, n, root), other == m) << other << " for " << m << " of " << n;
      }
    }
  }
}

TEST(Merkle, AProofFromAnotherHistoryShowsItsPrefix) {
  for (std::size_t n = 2; n <= 24; ++n) {
    auto leaves = leaves_of(n);
    leaves[0] = leaf_hash("another");
    const Hash32 root = root_of(leaves);
    for (std::uint64_t m = 1; m < n; ++m) {
      const Proof proof = *consistency_proof(nodes_of(leaves), m, n);
      const Hash32 prefix = root_of(std::vector<Hash32>(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(m)));
      const auto shown = shown_prefix(proof, m, n, root);
      const bool power = (m & (m - 1)) == 0;
      ASSERT_EQ(shown.has_value(), !power) << m << " of " << n;
      EXPECT_EQ(shown.value_or(prefix), prefix) << m << " of " << n;
      EXPECT_FALSE(shown_prefix(proof, m, n, prefix));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        Proof wrong = proof;
        wrong[i] = root;
        EXPECT_FALSE(shown_prefix(wrong, m, n, root));
      }
      Proof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(shown_prefix(longer, m, n, root));
    }
    EXPECT_FALSE(shown_prefix({}, n, n, root));
    EXPECT_FALSE(shown_prefix({}, 0, n, root));
  }
}

TEST(TileTree, GivesTheSameRootsAndProofsAsLeaves) {
  const std::size_t n = 70'000;
  const auto leaves = leaves_of(n);
  std::map<std::string, std::string> store;
  TileTree tree;
  const auto keep = [&](const TileAddress& a, const std::string& row) { store[tile_path(a)] = row; };
  for (const Hash32& l : leaves) tree.add(l, keep);
  EXPECT_EQ(store.size(), 273u + 1);  // what tlog-tiles says of 70,000
  tree.partial(keep);
  EXPECT_EQ(store.size(), 273u + 1 + 3);
  EXPECT_EQ(store.count("tile/0/273.p/112"), 1u);
  EXPECT_EQ(store.count("tile/2/000.p/1"), 1u);
  const auto read = [&](const TileAddress& a) -> Result<std::string> {
    const auto it = store.find(tile_path(a));
    return it == store.end() ? Result<std::string>(fail(Code::NotFound, tile_path(a))) : it->second;
  };
  std::size_t visited = 0;
  each_tile(n, [&](const TileAddress& a) { visited += store.count(tile_path(a)); });
  EXPECT_EQ(visited, store.size());
  const Hash32 root = root_of(leaves);
  EXPECT_EQ(tree.root(), root);
  const auto nodes = nodes_of_tiles(n, read);
  EXPECT_EQ(*root_of(nodes, n), root);
  for (std::uint64_t i : {0ul, 1ul, 255ul, 256ul, 65'535ul, 65'536ul, 69'999ul}) {
    const auto proof = inclusion_proof(nodes, i, n);
    ASSERT_TRUE(proof) << proof.error().text;
    EXPECT_EQ(*proof, inclusion_proof(leaves, i));
    const auto later = consistency_proof(nodes, i + 1, n);
    ASSERT_TRUE(later) << later.error().text;
    EXPECT_EQ(*later, *consistency_proof(nodes_of(leaves), i + 1, n));
  }
  auto again = TileTree::load(n, read);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->root(), root);
  again->add(leaves[0], keep);
  tree.add(leaves[0], keep);
  EXPECT_EQ(again->root(), tree.root());
}

TEST(TileTree, EveryRootUpTo600) {
  const auto leaves = leaves_of(600);
  TileTree tree;
  std::vector<Hash32> so_far;
  for (const Hash32& l : leaves) {
    tree.add(l, [](const TileAddress&, const std::string&) {});
    so_far.push_back(l);
    ASSERT_EQ(tree.root(), root_of(so_far)) << so_far.size();
  }
}

TEST(TileTree, NumbersTilesAsTheSpecificationDoes) {
  EXPECT_EQ(tile_number(1'234'067, 256), "x001/x234/067");
  EXPECT_EQ(tile_number(0, 1), "000.p/1");
}

}  // namespace custos::evidence
