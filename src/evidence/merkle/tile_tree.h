// A growing Merkle tree kept as the tiles of C2SP tlog-tiles: only the right edge is in memory, everything left of it is in finished tiles.
// Called by the log's writer, which stores the tiles that come out, and by its readers for where a tile lies.
// A value; a copy is a snapshot (at most 64 KB).
// One thread an object.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"
#include "evidence/merkle/proof.h"

namespace custos::evidence {

inline constexpr std::uint64_t kTileWidth = 256;

struct TileAddress {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = 256;  // 256: a full tile
};

// "x001/x234/067", ".p/17" behind it where the width is not 256.
std::string tile_number(std::uint64_t index, unsigned width);
std::string tile_path(const TileAddress& tile);              // "tile/0/x001/x234/067"
std::string entries_path(std::uint64_t index, unsigned width);  // "tile/entries/x001/x234/067"

class TileTree {
 public:
  // Gets full tiles, lowest level first: 256 hashes of 32 bytes.
  using Sink = std::function<void(const TileAddress&, const std::string& hashes)>;

  void add(const Hash32& leaf, const Sink& full);
  std::uint64_t size() const { return size_; }
  Hash32 root() const;
  // The tiles of the right edge that are not full and not empty.
  void partial(const Sink& sink) const;

  // The tree of `size` leaves, its right edge read from tiles that `read` gives.
  using Read = std::function<Result<std::string>(const TileAddress&)>;
  static Result<TileTree> load(std::uint64_t size, const Read& read);

 private:
  std::uint64_t size_ = 0;
  std::vector<std::string> rows_;  // a row a level: the hashes of the last, unfinished tile
};

// All tiles that a tree of this size has, lowest level first, and in a level from left to right.
void each_tile(std::uint64_t size, const std::function<void(const TileAddress&)>& visit);

// Nodes of the tree of `size` leaves out of its tiles.
NodeSource nodes_of_tiles(std::uint64_t size, TileTree::Read read);

// The root of the 2^n hashes (32 bytes each) in `row`.
Hash32 row_root(std::string_view row);

}  // namespace custos::evidence
