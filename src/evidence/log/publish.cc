// What a checkpoint leaves on the disk: tiles and entry files, and what they make superfluous.
#include <set>

#include <fmt/format.h>

#include "evidence/log/folder.h"
#include "evidence/log/log.h"

namespace custos::evidence {
namespace publishing {
namespace {

constexpr std::size_t kFewFiles = 24;  // so many are synced one by one, more of them by one call for the whole file system

std::string folder_of(const std::string& path) { return path.substr(0, path.find_last_of('/')); }

// Writes files that may be there already: an earlier checkpoint's with these very bytes, which must never be missing, or what a crash left of one.
class Writer {
 public:
  Writer(FileSystem& files, const std::string& root, std::size_t count) : files_(files), root_(root), one_by_one_(count <= kFewFiles) {}

  Result<void> write(const std::string& name, std::string_view bytes) {
    const std::string path = root_ + "/" + name;
    if (folders_.insert(folder_of(path)).second) {
      if (auto ok = files_.make_folder(folder_of(path)); !ok) return ok;
    }
    if (files_.exists(path)) {
      if (files_.read(path, bytes.size()).value_or(std::string()) == bytes) return sync_again(path);
      if (auto ok = files_.remove(path); !ok) return ok;
    }
    return write_whole(files_, path, bytes, one_by_one_);
  }

  Result<void> sync_again(const std::string& path) {
    if (!one_by_one_) return {};
    auto file = files_.append_to(path);
    return file ? (*file)->sync() : Result<void>(tl::unexpected<Error>(file.error()));
  }

  Result<void> sync() {
    if (!one_by_one_) return files_.sync_all(root_);
    for (std::string folder : std::set<std::string>(folders_)) {
      for (; folder.size() >= root_.size(); folder = folder_of(folder)) {
        if (!synced_.insert(folder).second) break;
        if (auto ok = files_.sync_folder(folder); !ok) return ok;
      }
    }
    return {};
  }

 private:
  FileSystem& files_;
  const std::string& root_;
  bool one_by_one_;
  std::set<std::string> folders_, synced_;
};

void remove_narrower(FileSystem& files, const std::string& partial_folder, unsigned width) {
  for (const unsigned w : partial_widths(files, partial_folder)) {
    // What stays is no harm: it is the beginning of what replaced it, and the next checkpoint tries again.
    if (w < width) static_cast<void>(files.remove(fmt::format("{}/{}", partial_folder, w)));
  }
}

}  // namespace
}  // namespace publishing

Result<void> Log::publish(const Snapshot& s) {
  std::vector<std::pair<std::string, std::string>> bundles;
  for (std::size_t i = 0; i < s.entries.size(); i += kTileWidth) {
    const auto width = static_cast<unsigned>(std::min<std::size_t>(kTileWidth, s.entries.size() - i));
    std::string bundle;
    for (std::size_t k = i; k < i + width; ++k) append_to_bundle(bundle, s.entries[k]);
    bundles.emplace_back(entries_path((s.first + i) / kTileWidth, width), std::move(bundle));
  }
  publishing::Writer writer(files_, options_.folder, bundles.size() + s.full_tiles.size() + 8);
  Result<void> ok;
  for (const auto& [name, bytes] : bundles) {
    if (ok) ok = writer.write(name, bytes);
  }
  for (const auto& [tile, hashes] : s.full_tiles) {
    if (ok) ok = writer.write(tile_path(tile), hashes);
  }
  s.tree.partial([&](const TileAddress& tile, const std::string& hashes) {
    if (ok) ok = writer.write(tile_path(tile), hashes);
  });
  return ok ? writer.sync() : ok;
}

// What an earlier checkpoint needed and this one has in wider files.
Result<void> Log::clean_up(const Snapshot& s) {
  const auto edge = [&](unsigned level, std::uint64_t size) { return std::pair{size >> (8 * (level + 1)), static_cast<unsigned>(size >> (8 * level) & 255)}; };
  for (unsigned level = 0; level < 8 && s.before >> (8 * level) > 0; ++level) {
    const auto [index, width] = edge(level, s.before);
    const auto [now, now_width] = edge(level, s.tree.size());
    if (width > 0) publishing::remove_narrower(files_, path(tile_path({level, index, kTileWidth}) + ".p"), now == index ? now_width : kTileWidth);
  }
  if (s.before % kTileWidth != 0) {
    const auto [now, now_width] = edge(0, s.tree.size());
    publishing::remove_narrower(files_, path(entries_path(s.before / kTileWidth, kTileWidth) + ".p"), now == s.before / kTileWidth ? now_width : kTileWidth);
  }
  auto journals = list_journals(files_, options_.folder);
  if (!journals) return tl::unexpected<Error>(journals.error());
  for (const std::uint64_t first : *journals) {
    if (first >= s.tree.size()) continue;
    if (auto ok = files_.remove(path(fmt::format("journal/{}", first))); !ok) return ok;
  }
  return {};
}

}  // namespace custos::evidence
