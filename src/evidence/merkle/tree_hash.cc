#include "evidence/merkle/tree_hash.h"

#include <cstring>

namespace custos::evidence {

Hash32 leaf_hash(std::string_view entry) { return salted_leaf_hash({}, entry); }

Hash32 salted_leaf_hash(std::string_view salt, std::string_view record) {
  Sha256 s;
  s.add(std::string_view("\0", 1));
  s.add(salt);
  s.add(record);
  return s.finish();
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
  char both[65];
  both[0] = 1;
  std::memcpy(both + 1, left.data(), 32);
  std::memcpy(both + 33, right.data(), 32);
  return sha256({both, sizeof both});
}

Hash32 empty_root() { return sha256({}); }

}  // namespace custos::evidence
