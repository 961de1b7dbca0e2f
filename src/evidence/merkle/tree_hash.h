// The hashes of an RFC 6962 Merkle tree (section 2.1): leaves and nodes can't be taken for each other.
// Called by everything in evidence/ that hashes.
// Values.
// Any thread.
// Refuses nothing.
#pragma once

#include <string_view>

#include "base/crypto/sha256.h"

namespace custos::evidence {

Hash32 leaf_hash(std::string_view entry);                         // SHA-256(0x00 || entry)
Hash32 salted_leaf_hash(std::string_view salt, std::string_view record);  // the leaf hash of both, one behind the other
Hash32 node_hash(const Hash32& left, const Hash32& right);        // SHA-256(0x01 || left || right)
Hash32 empty_root();                                              // SHA-256("")

}  // namespace custos::evidence
