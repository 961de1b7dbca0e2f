#include "evidence/merkle/proof.h"

#include <bit>
#include <span>
#include <utility>

#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace proving {

std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }  // the largest power of two below n, n > 1

// The root of the leaves from `first` on, `count` of them; `first` is a multiple of count's next power of two.
Result<Hash32> range_root(const NodeSource& nodes, std::uint64_t first, std::uint64_t count) {
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return nodes(level, first >> level);
  }
  const std::uint64_t k = split(count);
  const auto left = range_root(nodes, first, k);
  if (!left) return left;
  const auto right = range_root(nodes, first + k, count - k);
  if (!right) return right;
  return node_hash(*left, *right);
}

// From the root downwards, the way that the RFC's recursion goes; the proof is the reverse.
Result<Proof> path_down(const NodeSource& nodes, std::uint64_t index, std::uint64_t size) {
  Proof path;
  std::uint64_t first = 0;
  while (size > 1) {
    const std::uint64_t k = split(size);
    const bool left = index < k;
    const auto other = left ? range_root(nodes, first + k, size - k) : range_root(nodes, first, k);
    if (!other) return tl::unexpected<Error>(other.error());
    path.push_back(*other);
    if (!left) {
      first += k;
      index -= k;
    }
    size = left ? k : size - k;
  }
  return path;
}

// The roots of the first `from` and of all `to` leaves, climbed from the node `start`, the largest that ends where the smaller tree does.
std::optional<std::pair<Hash32, Hash32>> both_roots(std::span<const Hash32> siblings, const Hash32& start, std::uint64_t from, std::uint64_t to) {
  std::uint64_t node = from - 1, last = to - 1;
  while (node % 2 == 1) {
    node >>= 1;
    last >>= 1;
  }
  Hash32 old_hash = start, new_hash = start;
  for (const Hash32& sibling : siblings) {
    if (last == 0) return std::nullopt;
    if (node % 2 == 1 || node == last) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return std::nullopt;
  return std::pair(old_hash, new_hash);
}

}  // namespace proving

Result<Hash32> root_of(const NodeSource& nodes, std::uint64_t size) {
  if (size == 0) return empty_root();
  return proving::range_root(nodes, 0, size);
}

Result<Proof> inclusion_proof(const NodeSource& nodes, std::uint64_t index, std::uint64_t size) {
  if (index >= size) return fail(Code::Usage, "there is no such leaf in a tree of this size");
  auto path = proving::path_down(nodes, index, size);
  if (path) *path = Proof(path->rbegin(), path->rend());
  return path;
}

Result<Proof> consistency_proof(const NodeSource& nodes, std::uint64_t from, std::uint64_t to) {
  if (from == 0 || from > to) return fail(Code::Usage, "a consistency proof leads from a tree with leaves to one that is not smaller");
  Proof path;
  std::uint64_t first = 0, m = from, n = to;
  bool whole = true;  // the old tree's root itself is still a node of the way down
  while (m != n) {
    const std::uint64_t k = proving::split(n);
    const bool left = m <= k;
    const auto other = left ? proving::range_root(nodes, first + k, n - k) : proving::range_root(nodes, first, k);
    if (!other) return tl::unexpected<Error>(other.error());
    path.push_back(*other);
    if (!left) {
      first += k;
      m -= k;
      whole = false;
    }
    n = left ? k : n - k;
  }
  if (!whole) {
    const auto own = proving::range_root(nodes, first, m);
    if (!own) return tl::unexpected<Error>(own.error());
    path.push_back(*own);
  }
  return Proof(path.rbegin(), path.rend());
}

NodeSource nodes_of(const std::vector<Hash32>& leaves) {
  return [&leaves](unsigned level, std::uint64_t index) -> Result<Hash32> {
    std::vector<Hash32> row(leaves.begin() + static_cast<std::ptrdiff_t>(index << level), leaves.begin() + static_cast<std::ptrdiff_t>((index + 1) << level));
    while (row.size() > 1) {
      for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
      row.resize(row.size() / 2);
    }
    return row.front();
  };
}

Hash32 root_of(const std::vector<Hash32>& leaves) { return *root_of(nodes_of(leaves), leaves.size()); }

Proof inclusion_proof(const std::vector<Hash32>& leaves, std::uint64_t index) { return *inclusion_proof(nodes_of(leaves), index, leaves.size()); }

bool proves_inclusion(const Proof& proof, const Hash32& leaf, std::uint64_t index, std::uint64_t size, const Hash32& root) {
  if (index >= size) return false;
  Hash32 hash = leaf;
  std::uint64_t last = size - 1;  // index of the last node of the row that `hash` is in
  for (const Hash32& sibling : proof) {
    if (last == 0) return false;
    if (index % 2 == 1 || index == last) {
      hash = node_hash(sibling, hash);
      // The last node of a row without a sibling is the same node one row up.
      while (index % 2 == 0) {
        index >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    index >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool proves_consistency(const Proof& proof, std::uint64_t from, const Hash32& from_root, std::uint64_t to, const Hash32& to_root) {
  if (from == 0 || from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  // A tree of a power of two is a node of the larger one: its root is where both ways begin.
  if (std::has_single_bit(from)) {
    const auto roots = proving::both_roots(proof, from_root, from, to);
    return roots && roots->first == from_root && roots->second == to_root;
  }
  return shown_prefix(proof, from, to, to_root) == from_root;
}

std::optional<Hash32> shown_prefix(const Proof& proof, std::uint64_t from, std::uint64_t to, const Hash32& to_root) {
  if (from == 0 || from >= to || std::has_single_bit(from) || proof.empty()) return std::nullopt;
  const auto roots = proving::both_roots(std::span(proof).subspan(1), proof[0], from, to);
  if (!roots || roots->second != to_root) return std::nullopt;
  return roots->first;
}

}  // namespace custos::evidence
