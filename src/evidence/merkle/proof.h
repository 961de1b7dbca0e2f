// Inclusion and consistency proofs of RFC 6962 (sections 2.1.1 and 2.1.2), made and checked.
// Called by the log, by packages and by whoever checks them.
// Values.
// Any thread.
// Refuses proofs that are longer or shorter than their sizes call for, and a consistency proof from an empty tree, which proves nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

using Proof = std::vector<Hash32>;

// The root of the whole subtree of 2^level leaves that begins at leaf index << level.
using NodeSource = std::function<Result<Hash32>(unsigned level, std::uint64_t index)>;

// Of the tree with the first `size` leaves.
Result<Hash32> root_of(const NodeSource& nodes, std::uint64_t size);
Result<Proof> inclusion_proof(const NodeSource& nodes, std::uint64_t index, std::uint64_t size);   // index < size
Result<Proof> consistency_proof(const NodeSource& nodes, std::uint64_t from, std::uint64_t to);    // 0 < from <= to

// The same straight from leaf hashes, as the RFC writes it down; for segments, and as the twin of tiles.
Hash32 root_of(const std::vector<Hash32>& leaves);
Proof inclusion_proof(const std::vector<Hash32>& leaves, std::uint64_t index);
NodeSource nodes_of(const std::vector<Hash32>& leaves);

// The proof leads from this leaf at this index to this root of a tree of this size.
bool proves_inclusion(const Proof& proof, const Hash32& leaf, std::uint64_t index, std::uint64_t size, const Hash32& root);
// The tree of `to` leaves begins with the tree of `from` leaves.
bool proves_consistency(const Proof& proof, std::uint64_t from, const Hash32& from_root, std::uint64_t to, const Hash32& to_root);
// The root of the first `from` leaves of the tree with this root, as the proof shows it: what does not equal a root that was known is a proof of two
// histories. Nothing where the proof does not lead to `to_root`, and where `from` is a power of two: then it begins at the root that was known.
std::optional<Hash32> shown_prefix(const Proof& proof, std::uint64_t from, std::uint64_t to, const Hash32& to_root);

}  // namespace custos::evidence
