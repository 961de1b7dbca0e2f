#include "evidence/merkle/tile_tree.h"

#include <optional>

#include <fmt/format.h>

#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace tiles {

constexpr std::size_t kFull = kTileWidth * 32;

Hash32 hash_at(std::string_view row, std::size_t i) { return hash_from(row.substr(i * 32, 32)); }

}  // namespace tiles

std::string tile_number(std::uint64_t index, unsigned width) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = fmt::format("x{:03}/{}", index % 1000, path);
  return width == kTileWidth ? path : fmt::format("{}.p/{}", path, width);
}

std::string tile_path(const TileAddress& t) { return fmt::format("tile/{}/{}", t.level, tile_number(t.index, t.width)); }

std::string entries_path(std::uint64_t index, unsigned width) { return "tile/entries/" + tile_number(index, width); }

Hash32 row_root(std::string_view row) {
  if (row.size() == 32) return hash_from(row);
  const std::size_t half = row.size() / 2;
  return node_hash(row_root(row.substr(0, half)), row_root(row.substr(half)));
}

void TileTree::add(const Hash32& leaf, const Sink& full) {
  Hash32 hash = leaf;
  for (unsigned level = 0;; ++level) {
    if (rows_.size() == level) rows_.emplace_back();
    std::string& row = rows_[level];
    row.append(view(hash));
    if (row.size() < tiles::kFull) break;
    full({level, size_ >> (8 * (level + 1)), kTileWidth}, row);
    hash = row_root(row);
    row.clear();
  }
  ++size_;
}

Hash32 TileTree::root() const {
  if (size_ == 0) return empty_root();
  // From the lowest and rightmost subtree to the left: what is smaller hangs on the right of what is larger.
  std::optional<Hash32> right;
  for (const std::string& row : rows_) {
    std::size_t end = row.size() / 32;
    for (std::size_t width = 1; end > 0; width *= 2) {
      if ((end & width) == 0) continue;
      const Hash32 part = row_root(std::string_view(row).substr((end - width) * 32, width * 32));
      right = right ? node_hash(part, *right) : part;
      end -= width;
    }
  }
  return *right;
}

void TileTree::partial(const Sink& sink) const {
  for (unsigned level = 0; level < rows_.size(); ++level) {
    if (!rows_[level].empty()) sink({level, size_ >> (8 * (level + 1)), static_cast<unsigned>(rows_[level].size() / 32)}, rows_[level]);
  }
}

Result<TileTree> TileTree::load(std::uint64_t size, const Read& read) {
  TileTree t;
  t.size_ = size;
  for (unsigned level = 0; level < 8 && size >> (8 * level) > 0; ++level) {
    const auto width = static_cast<unsigned>(size >> (8 * level) & 255);
    t.rows_.emplace_back();
    if (width == 0) continue;
    auto row = read({level, size >> (8 * (level + 1)), width});
    if (!row) return tl::unexpected<Error>(row.error());
    t.rows_.back() = std::move(*row);
  }
  return t;
}

void each_tile(std::uint64_t size, const std::function<void(const TileAddress&)>& visit) {
  for (unsigned level = 0; level < 8 && size >> (8 * level) > 0; ++level) {
    const std::uint64_t hashes = size >> (8 * level), full = hashes / kTileWidth;
    for (std::uint64_t i = 0; i < full; ++i) visit({level, i, kTileWidth});
    if (hashes % kTileWidth != 0) visit({level, full, static_cast<unsigned>(hashes % kTileWidth)});
  }
}

NodeSource nodes_of_tiles(std::uint64_t size, TileTree::Read read) {
  return [size, read = std::move(read)](unsigned level, std::uint64_t index) -> Result<Hash32> {
    const unsigned row = level / 8, inside = level % 8;
    const std::uint64_t first = index << inside, hashes = size >> (8 * row), tile = first / kTileWidth;
    const std::uint64_t width = std::min<std::uint64_t>(kTileWidth, hashes - tile * kTileWidth);
    auto got = read({row, tile, static_cast<unsigned>(width)});
    if (!got) return tl::unexpected<Error>(got.error());
    return row_root(std::string_view(*got).substr(first % kTileWidth * 32, 32u << inside));
  };
}

}  // namespace custos::evidence
