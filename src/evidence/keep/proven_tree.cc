#include "evidence/keep/proven_tree.h"

#include <algorithm>

#include <fmt/format.h>

#include "evidence/log/folder.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace proving_trees {
namespace {

constexpr std::size_t kMostAttempts = 4096;

void add_once(std::vector<std::string>& all, std::string bytes) {
  if (std::find(all.begin(), all.end(), bytes) == all.end()) all.push_back(std::move(bytes));
}

std::string whole_path(const TileAddress& a) { return tile_path({a.level, a.index, kTileWidth}); }

// The bytes of a file of this width, out of a wider one where only that is there.
std::optional<std::string> bundle_bytes(FileSystem& files, const std::string& folder, std::uint64_t index, unsigned width) {
  if (auto exact = files.read_from_disk(folder + "/" + entries_path(index, width), kMostBundle)) return std::move(*exact);
  const auto stored = read_bundle(files, folder, index, width);
  if (!stored) return std::nullopt;
  std::string bytes;
  for (const std::string& s : *stored) append_to_bundle(bytes, s);
  return bytes;
}

}  // namespace
}  // namespace proving_trees

std::vector<std::string> spliced(FileSystem& files, const std::string& copy, const std::string& base, unsigned width, const std::string& own) {
  std::vector<std::string> all;
  for (const unsigned w : partial_widths(files, copy + "/" + base + ".p")) {
    if (w >= width) break;
    auto begin = files.read(fmt::format("{}/{}.p/{}", copy, base, w), kMostBundle);
    if (begin && begin->size() < own.size()) all.push_back(*begin + own.substr(begin->size()));
  }
  return all;
}

ProvenTree::ProvenTree(FileSystem& files, std::vector<std::string> folders, TreeHead head, const Keyring& keyring)
    : files_(files), folders_(std::move(folders)), head_(std::move(head)) {
  for (const std::string& folder : folders_) readers_.emplace_back(files_, folder, keyring);
}

Result<std::string> ProvenTree::open(std::uint64_t index, const std::string& stored) {
  Result<std::string> entry = fail(Code::Internal, "there is no folder to read it in");
  for (EntryReader& reader : readers_) {
    entry = reader.load(index, stored, head_.origin);
    if (entry || entry.error().code == Code::Denied) break;
  }
  return entry;
}

// A tile's hashes as what is below it gives them: entries, or tiles.
std::optional<std::string> ProvenTree::from_below(const std::string& folder, const TileAddress& a) {
  std::string hashes;
  if (a.level == 0) {
    const auto stored = read_bundle(files_, folder, a.index, a.width);
    if (!stored) return std::nullopt;
    for (unsigned k = 0; k < a.width; ++k) {
      const auto entry = open(a.index * kTileWidth + k, (*stored)[k]);
      if (!entry) return std::nullopt;
      hashes += view(leaf_hash(*entry));
    }
    return hashes;
  }
  for (unsigned k = 0; k < a.width; ++k) {
    const auto tile = read_tile(files_, folder, {a.level - 1, a.index * kTileWidth + k, kTileWidth});
    if (!tile) return std::nullopt;
    hashes += view(row_root(*tile));
  }
  return hashes;
}

// The folder's own first, and none twice.
std::vector<std::string> ProvenTree::candidates(const TileAddress& a) {
  using namespace proving_trees;
  std::vector<std::string> all;
  for (const std::string& folder : folders_) {
    if (auto tile = read_tile(files_, folder, a)) add_once(all, std::move(*tile));
  }
  const auto own = files_.read(folders_[0] + "/" + tile_path(a), kTileWidth * 32);
  for (std::size_t c = 1; own && c < folders_.size(); ++c) {
    for (std::string& s : spliced(files_, folders_[c], whole_path(a), a.width, *own)) {
      if (s.size() == a.width * 32) add_once(all, std::move(s));
    }
  }
  for (const std::string& folder : folders_) {
    if (auto tile = from_below(folder, a)) add_once(all, std::move(*tile));
  }
  return all;
}

// The unfinished tiles of all levels together give the root; of those that are there, the ones that do.
bool ProvenTree::prove_edge() {
  std::vector<TileAddress> edge;
  for (unsigned level = 0; level < 8 && head_.size >> (8 * level) > 0; ++level) {
    const auto width = static_cast<unsigned>(head_.size >> (8 * level) & 255);
    if (width > 0) edge.push_back({level, head_.size >> (8 * (level + 1)), width});
  }
  std::vector<std::vector<std::string>> choice;
  for (const TileAddress& a : edge) choice.push_back(candidates(a));
  std::vector<std::size_t> at(edge.size(), 0);
  const bool possible = std::none_of(choice.begin(), choice.end(), [](const auto& c) { return c.empty(); });
  for (std::size_t attempt = 0; possible && attempt < proving_trees::kMostAttempts; ++attempt) {
    std::size_t next = 0;
    const auto tree = TileTree::load(head_.size, [&](const TileAddress&) -> Result<std::string> {
      const std::size_t i = next++;
      return choice[i][at[i]];
    });
    if (tree && tree->root() == head_.root) {
      for (std::size_t i = 0; i < edge.size(); ++i) tiles_[tile_path(edge[i])] = choice[i][at[i]];
      return true;
    }
    std::size_t i = 0;
    while (i < at.size() && ++at[i] == choice[i].size()) at[i++] = 0;
    if (i == at.size()) break;
  }
  give_up_edge(edge);
  return false;
}

// Which of them is at fault can't be proven; those that are not even what lies below them are named, else all.
void ProvenTree::give_up_edge(const std::vector<TileAddress>& edge) {
  for (const TileAddress& a : edge) {
    const auto own = files_.read(folders_[0] + "/" + tile_path(a), kTileWidth * 32);
    const auto below = from_below(folders_[0], a);
    if (!own || own->size() != a.width * 32 || (below && *below != *own)) lost_.push_back(tile_path(a));
  }
  if (!lost_.empty()) return;
  for (const TileAddress& a : edge) lost_.push_back(tile_path(a));
}

// Each finished tile's root stands in the tile above it.
void ProvenTree::prove_full(unsigned level) {
  const std::uint64_t full = head_.size >> (8 * (level + 1));
  for (std::uint64_t i = 0; i < full; ++i) {
    const TileAddress a{level, i, kTileWidth};
    const std::uint64_t above = i / kTileWidth, hashes = full - above * kTileWidth;
    const auto parent = tiles_.find(tile_path({level + 1, above, static_cast<unsigned>(std::min(hashes, kTileWidth))}));
    if (parent == tiles_.end()) {
      lost_.push_back(tile_path(a));
      continue;
    }
    const Hash32 want = hash_from(std::string_view(parent->second).substr(i % kTileWidth * 32, 32));
    const auto right = [&](const std::string& tile) { return row_root(tile) == want; };
    auto own = files_.read_from_disk(folders_[0] + "/" + tile_path(a), kTileWidth * 32);
    if (own && own->size() == kTileWidth * 32 && right(*own)) {
      tiles_[tile_path(a)] = std::move(*own);
      continue;
    }
    auto others = candidates(a);
    const auto found = std::find_if(others.begin(), others.end(), right);
    if (found == others.end()) {
      lost_.push_back(tile_path(a));
    } else {
      tiles_[tile_path(a)] = std::move(*found);
    }
  }
}

void ProvenTree::prove() {
  if (head_.size == 0) return;
  if (!prove_edge()) {
    // Nothing above vouches for anything: what is missing altogether is named at least.
    each_tile(head_.size, [this](const TileAddress& a) {
      if (a.width == kTileWidth && !files_.exists(folders_[0] + "/" + tile_path(a))) lost_.push_back(tile_path(a));
    });
    return;
  }
  for (unsigned level = 8; level-- > 0;) {
    if (8 * (level + 1) < 64 && head_.size >> (8 * (level + 1)) > 0) prove_full(level);
  }
}

std::optional<Hash32> ProvenTree::leaf(std::uint64_t index) const {
  const auto tile = tiles_.find(tile_path({0, index / kTileWidth, width_of(index / kTileWidth)}));
  if (tile == tiles_.end()) return std::nullopt;
  return hash_from(std::string_view(tile->second).substr(index % kTileWidth * 32, 32));
}

std::optional<Hash32> ProvenTree::root_at(std::uint64_t size) const {
  if (size > head_.size) return std::nullopt;
  const auto read = [this](const TileAddress& a) -> Result<std::string> {
    const auto tile = tiles_.find(tile_path(a));
    return tile == tiles_.end() ? Result<std::string>(fail(Code::NotFound, "no such tile")) : Result<std::string>(tile->second);
  };
  const auto root = root_of(nodes_of_tiles(head_.size, read), size);
  return root ? std::optional(*root) : std::nullopt;
}

bool ProvenTree::is_right(std::uint64_t index, const std::string& bytes, Bundle& b) {
  std::vector<std::string> stored;
  if (!split_bundle(bytes, width_of(index), stored)) return false;
  b.checked = true;
  b.entries.assign(stored.size(), {});
  for (std::size_t k = 0; k < stored.size(); ++k) {
    const std::uint64_t at = index * kTileWidth + k;
    const auto hash = leaf(at);
    auto entry = open(at, stored[k]);
    if (!entry && entry.error().code != Code::Denied) return false;
    if (!entry || !hash) {
      b.checked = false;
    } else if (leaf_hash(*entry) != *hash) {
      return false;
    }
    if (entry) b.entries[k] = std::move(*entry);
  }
  return true;
}

ProvenTree::Bundle ProvenTree::bundle(std::uint64_t index) {
  Bundle b;
  b.path = entries_path(index, width_of(index));
  std::optional<std::string> unchecked;
  const auto take = [&](const std::string& bytes) {
    if (b.bytes || !is_right(index, bytes, b)) return;
    if (b.checked) b.bytes = bytes;
    if (!b.checked && !unchecked) unchecked = bytes;
  };
  const auto own = files_.read_from_disk(folders_[0] + "/" + b.path, kMostBundle);
  if (own) take(*own);
  // What nobody can read is taken as it lies: copies have nothing that proves them better.
  for (const std::string& folder : folders_) {
    if (b.bytes || unchecked) break;
    if (auto bytes = proving_trees::bundle_bytes(files_, folder, index, width_of(index))) take(*bytes);
    for (const std::string& s : own ? spliced(files_, folder, entries_path(index, kTileWidth), width_of(index), *own) : std::vector<std::string>()) take(s);
  }
  if (!b.bytes && unchecked && is_right(index, *unchecked, b)) b.bytes = std::move(unchecked);
  if (!b.bytes) b.entries.clear();
  return b;
}

}  // namespace custos::evidence
