#include "evidence/keep/shown.h"

#include <algorithm>

#include "evidence/keep/placer.h"
#include "evidence/log/folder.h"

namespace custos::evidence {

std::uint64_t Shown::reaches(std::uint64_t size) const {
  for (const auto& [first, frames] : journals) {
    if (first <= size) size = std::max(size, first + frames.size());
  }
  return size;
}

const Frame* Shown::behind(std::uint64_t index) const {
  for (const auto& [first, frames] : journals) {
    if (first <= index && index - first < frames.size()) return &frames[index - first];
  }
  return nullptr;
}

Shown shown_by(FileSystem& files, const std::string& folder, std::string_view origin) {
  Shown shown;
  const auto show = [&](std::uint64_t entries) { shown.entries = std::max(shown.entries, entries); };
  for (const std::string& path : all_files(files, folder).value_or(std::vector<std::string>())) {
    std::uint64_t index = 0;
    unsigned width = 0;
    if (is_unfinished(path)) continue;
    if (parse_tile_path(path, index, width)) {
      if (path.starts_with("tile/0/") || path.starts_with("tile/entries/")) show(index * kTileWidth + width);
    } else if (path.starts_with("checkpoints/") && parse_decimal(path.substr(12), index)) {
      show(index);
    } else if (path.starts_with("journal/") && parse_decimal(path.substr(8), index)) {
      show(index);
      const auto bytes = files.read(folder + "/" + path, kMostJournal);
      auto content = bytes ? read_journal(*bytes, origin) : Result<JournalContent>(tl::unexpected<Error>(bytes.error()));
      if (!content || content->first != index) continue;
      show(std::max(content->acknowledged, index + content->frames.size()));
      shown.journals[index] = std::move(content->frames);
    }
  }
  return shown;
}

}  // namespace custos::evidence
