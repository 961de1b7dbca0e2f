// The keys of a JSON source as a tree: every distinct path once, with its field name and what it tells about the record.
// Called by the walk over a record; feeds it NameIds without hashing, because records of a log repeat the order of their keys.
// Nodes live until reset(), which the decoder calls between records.
// One thread.
// Refuses nothing; full() says when it is time to forget everything and begin again.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "ingest/envelopes/shape.h"
#include "model/names.h"

namespace custos::ingest::json {

using NodeId = std::uint32_t;
inline constexpr NodeId kRoot = 0;
inline constexpr NameId kNoName = 0xFFFFFFFF;

struct Node {
  const char* key = nullptr;  // 16 bytes are readable behind it
  std::uint32_t key_size = 0;
  NodeId parent = kRoot;
  NodeId follower = kRoot;    // the key that came after this one last time
  NameId name = kOtherName;
  NameId alias = kNoName;
  Role role = Role::None, alias_role = Role::None, transparent_when = Role::None;
  bool skip = false, embedded = false;
  bool sparse = false;        // a value that is empty says nothing
  bool whole = false;         // an object whose own text is a field, too
  bool known_array = false;   // a key that holds the records of an export
  bool special = false;       // any of the above: look closer
  std::string_view path;
};

class Nodes {
 public:
  Nodes() { reset(); }
  void reset();
  bool full() const { return nodes_.size() > 40'000 || keys_.held_bytes() > (8u << 20); }

  // `key` must be valid UTF-8 with 16 readable bytes behind it.
  NodeId child(NodeId parent, std::string_view key, Names& names) {
    const NodeId guess = nodes_[last_].follower;
    const Node& g = nodes_[guess];
    if (guess != kRoot && g.parent == parent && same(g, key)) return last_ = guess;
    return find(parent, key, names);
  }
  const Node& at(NodeId id) const { return nodes_[id]; }
  void begin_record() { last_ = kRoot; }

 private:
  static bool same(const Node& node, std::string_view key) {
    if (node.key_size != key.size()) return false;
#if defined(__SSE2__)
    if (key.size() <= 16) {
      const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(node.key));
      const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key.data()));
      const unsigned equal = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)));
      const unsigned wanted = (1u << key.size()) - 1;
      return (equal & wanted) == wanted;
    }
#endif
    return std::memcmp(node.key, key.data(), key.size()) == 0;
  }
  NodeId find(NodeId parent, std::string_view key, Names& names);
  NodeId make(NodeId parent, std::string_view key, Names& names);
  void grow();

  std::vector<Node> nodes_;
  std::vector<NodeId> table_;  // open addressing; 0 is free
  Arena keys_;
  std::string path_;
  NodeId last_ = kRoot;
};

}  // namespace custos::ingest::json
