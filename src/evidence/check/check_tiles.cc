#include "evidence/check/check_tiles.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "evidence/log/entry_store.h"
#include "evidence/log/folder.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {
namespace checking_tiles {
namespace {

constexpr std::string_view kPartial = ".p/";

std::string whole_path(const TileAddress& a) { return tile_path({a.level, a.index, kTileWidth}); }

// Whether these are the first hashes or entries of the whole file, as many as the name says.
bool begins(const std::string& whole, const std::string& bytes, const std::string& path) {
  std::uint64_t width = kTileWidth;
  const std::size_t partial = path.rfind(kPartial);
  if (partial != std::string::npos && !parse_decimal(path.substr(partial + kPartial.size()), width)) return false;
  if (!whole.starts_with(bytes)) return false;
  std::vector<std::string> stored;
  return path.starts_with("tile/entries/") ? split_bundle(bytes, width, stored) : bytes.size() == width * 32;
}

}  // namespace
}  // namespace checking_tiles

void TileCheck::add(const Hash32& leaf, const std::string& stored) {
  tree_.add(leaf, [this](const TileAddress& a, const std::string& hashes) {
    if ((a.index + 1) << (8 * (a.level + 1)) <= size_) return check_whole(tile_path(a), hashes);
    expected_[tile_path(a)] = hashes;
  });
  if (tree_.size() % kTileWidth == 1) bundle_.clear();
  append_to_bundle(bundle_, stored);
  if (tree_.size() % kTileWidth != 0) return;
  const std::string path = entries_path(tree_.size() / kTileWidth - 1, kTileWidth);
  if (tree_.size() > size_) {
    expected_[path] = bundle_;
  } else {
    checked_.insert(path);  // the entries were read out of this very file
  }
}

void TileCheck::check_whole(const std::string& path, const std::string& bytes) {
  checked_.insert(path);
  const auto there = files_.read(folder_ + "/" + path, kMostBundle);
  if (!there) {
    report_.problem(path + " is missing");
  } else if (*there != bytes) {
    report_.problem(path + " is not what the entries give");
  }
}

void TileCheck::must_have(const std::string& path) {
  needed_.insert(path);
  if (!files_.exists(folder_ + "/" + path)) report_.problem(path + " is missing");
}

void TileCheck::finish(const std::vector<std::string>& paths) {
  tree_.partial([this](const TileAddress& a, const std::string& hashes) { expected_[checking_tiles::whole_path(a)] = hashes; });
  if (tree_.size() % kTileWidth != 0) expected_[entries_path(tree_.size() / kTileWidth, kTileWidth)] = bundle_;
  each_tile(size_, [this](const TileAddress& a) {
    if (a.width < kTileWidth) must_have(tile_path(a));
  });
  if (size_ % kTileWidth != 0) must_have(entries_path(size_ / kTileWidth, static_cast<unsigned>(size_ % kTileWidth)));
  std::size_t left_over = 0;
  for (const std::string& path : paths) {
    if (!path.starts_with("tile/") || checked_.contains(path)) continue;
    if (!is_right(path)) report_.problem(path + " is not what the entries give");
    left_over += !needed_.contains(path);
  }
  if (left_over > 0)
    report_.not_checked.push_back(fmt::format("{} tiles are left over from a checkpoint that was cut off; what they hold is right", left_over));
  if (report_.holds()) report_.checked.push_back("every tile and file of entries is what the entries give");
}

bool TileCheck::is_right(const std::string& path) const {
  const auto all = whole(path.substr(0, path.rfind(checking_tiles::kPartial)));
  const auto bytes = files_.read(folder_ + "/" + path, kMostBundle);
  return all && bytes && checking_tiles::begins(*all, *bytes, path);
}

// What the entries give for this whole file, as far as they go.
Result<std::string> TileCheck::whole(const std::string& path) const {
  if (checked_.contains(path)) return files_.read(folder_ + "/" + path, kMostBundle);
  const auto it = expected_.find(path);
  return it != expected_.end() ? Result<std::string>(it->second) : fail(Code::NotFound, "no such tile");
}

Result<Hash32> TileCheck::root_at(std::uint64_t size) const {
  const auto read = [this](const TileAddress& a) -> Result<std::string> {
    auto hashes = whole(checking_tiles::whole_path(a));
    if (!hashes || hashes->size() < a.width * 32) return fail(Code::NotFound, "no such tile");
    hashes->resize(a.width * 32);
    return hashes;
  };
  return root_of(nodes_of_tiles(tree_.size(), read), size);
}

}  // namespace custos::evidence
