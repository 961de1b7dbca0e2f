#include "evidence/keep/placer.h"

#include <algorithm>

#include "base/files/lasting.h"
#include "evidence/merkle/tile_tree.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

Result<void> Placer::put(const std::string& path, std::string_view bytes) {
  const std::string whole = folder_ + "/" + path, next = whole + ".new", folder = folder_above(whole);
  if (auto ok = make_lasting_folder(files_, folder); !ok) return ok;
  Result<void> ok = files_.exists(next) ? files_.remove(next) : Result<void>();
  if (ok) ok = write_whole(files_, next, bytes, true);
  if (ok) {
    const auto back = files_.read_from_disk(next, bytes.size());
    if (!back || *back != bytes) ok = fail(Code::Unreadable, "was written and can't be read back as it was written; this disk can't be trusted", whole);
  }
  if (ok) ok = files_.rename(next, whole);
  if (!ok) {
    static_cast<void>(files_.remove(next));
    return ok;
  }
  changed_.insert(folder);
  ++count_;
  bytes_ += bytes.size();
  return {};
}

Result<void> Placer::remove(const std::string& path) {
  const std::string whole = folder_ + "/" + path;
  changed_.insert(folder_above(whole));
  return files_.remove(whole);
}

Result<void> Placer::sync() {
  for (const std::string& folder : changed_) {
    if (auto ok = files_.sync_folder(folder); !ok) return ok;
  }
  changed_.clear();
  return {};
}

bool is_unfinished(std::string_view path) { return path.ends_with(".new"); }

bool parse_tile_path(std::string_view path, std::uint64_t& index, unsigned& width) {
  const bool entries = path.starts_with("tile/entries/");
  std::uint64_t level = 0, number = 0;
  const std::size_t begin = entries ? 13 : path.find('/', 5) + 1;
  if (!entries && (!path.starts_with("tile/") || begin == 0 || !parse_decimal(path.substr(5, begin - 6), level) || level > 7)) return false;
  const std::size_t partial = path.rfind(".p/");
  number = kTileWidth;
  if (partial != std::string_view::npos && !parse_decimal(path.substr(partial + 3), number)) return false;
  if (number == 0 || number > kTileWidth) return false;
  width = static_cast<unsigned>(number);
  index = 0;
  for (const char c : path.substr(begin, std::min(partial, path.size()) - begin)) {
    if (c >= '0' && c <= '9') index = index * 10 + static_cast<std::uint64_t>(c - '0');
    if (index >> 48 != 0) return false;
  }
  const TileAddress a{static_cast<unsigned>(level), index, width};
  return path == (entries ? entries_path(index, width) : tile_path(a));
}

}  // namespace custos::evidence
