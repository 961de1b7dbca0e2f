#include "evidence/log/folder.h"

#include <algorithm>

#include <fmt/format.h>

#include "evidence/log/entry_store.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {
namespace folders {
namespace {

// The narrowest file that holds at least this much: itself, a wider partial one, or the full one.
Result<std::string> read_wide(FileSystem& files, const std::string& base, unsigned width, std::uint64_t most_bytes, unsigned& found) {
  found = kTileWidth;
  if (width < kTileWidth) {
    for (const unsigned w : partial_widths(files, base + ".p")) {
      if (w < width) continue;
      found = w;
      return files.read(fmt::format("{}.p/{}", base, w), most_bytes);
    }
  }
  return files.read(base, most_bytes);
}

Result<void> walk(FileSystem& files, const std::string& folder, const std::string& below, std::vector<std::string>& all) {
  auto names = files.list(below.empty() ? folder : folder + "/" + below);
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    const std::string path = below.empty() ? name : below + "/" + name;
    if (!name.ends_with('/')) {
      all.push_back(path);
    } else if (auto ok = walk(files, folder, path.substr(0, path.size() - 1), all); !ok) {
      return ok;
    }
  }
  return {};
}

}  // namespace
}  // namespace folders

Result<void> is_free_for_log(FileSystem& files, const std::string& folder) {
  if (!files.exists(folder)) return {};
  if (files.kind(folder) == PathKind::File) return fail(Code::Usage, "is a file; name a folder", folder);
  auto names = files.list(folder);
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    if (name == "lock" || name == "log.json.new") continue;
    const bool folder_of_log =
        name == "journal/" || name == "segments/" || name == "tile/" || name == "checkpoints/" || name == "timestamps/" || name == "epochs/";
    if (!folder_of_log) return fail(Code::Usage, "is not empty, and no folder of evidence; name a new one", folder);
  }
  return {};
}

Result<void> make_log_folder(FileSystem& files, const std::string& folder) {
  if (auto ok = make_lasting_folder(files, folder); !ok) return ok;
  if (auto ok = is_free_for_log(files, folder); !ok) return ok;
  for (const char* name : {"journal", "segments", "tile/0", "tile/entries", "checkpoints", "timestamps"}) {
    if (auto ok = make_lasting_folder(files, folder + "/" + name); !ok) return ok;
  }
  return {};
}

Result<LogSettings> read_settings(FileSystem& files, const std::string& folder) {
  const std::string path = folder + "/log.json";
  auto bytes = files.read(path, kMostSmallFile);
  if (!bytes) {
    if (bytes.error().code == Code::NotFound) return fail(Code::NotFound, "is no folder of evidence: it has no log.json", folder);
    return tl::unexpected<Error>(bytes.error());
  }
  auto settings = parse_settings(*bytes);
  if (!settings) return fail(settings.error().code, settings.error().text, path);
  return settings;
}

Result<Note> read_checkpoint(FileSystem& files, const std::string& folder, const VerifierKey& key) {
  const std::string path = folder + "/checkpoint";
  auto bytes = files.read(path, kMostSmallFile);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto note = parse_note(*bytes);
  if (!note) return fail(note.error().code, note.error().text, path);
  if (auto ok = verify_note(*note, key); !ok) return fail(ok.error().code, ok.error().text, path);
  return note;
}

std::vector<unsigned> partial_widths(FileSystem& files, const std::string& partial_folder) {
  std::vector<unsigned> widths;
  if (!files.exists(partial_folder)) return widths;
  for (const std::string& name : files.list(partial_folder).value_or(std::vector<std::string>())) {
    std::uint64_t w = 0;
    if (parse_decimal(name, w) && w > 0 && w < kTileWidth) widths.push_back(static_cast<unsigned>(w));
  }
  std::sort(widths.begin(), widths.end());
  return widths;
}

Result<std::string> read_tile(FileSystem& files, const std::string& folder, const TileAddress& tile) {
  const std::string base = folder + "/" + tile_path({tile.level, tile.index, kTileWidth});
  unsigned width = 0;
  auto bytes = folders::read_wide(files, base, tile.width, kTileWidth * 32, width);
  if (!bytes) return bytes;
  if (bytes->size() != width * 32) return fail(Code::Malformed, "is no tile of this width", base);
  bytes->resize(tile.width * 32);
  return bytes;
}

Result<std::vector<std::string>> read_bundle(FileSystem& files, const std::string& folder, std::uint64_t index, unsigned width) {
  const std::string base = folder + "/" + entries_path(index, kTileWidth);
  unsigned found = 0;
  auto bytes = folders::read_wide(files, base, width, kMostBundle, found);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  std::vector<std::string> stored;
  if (!split_bundle(*bytes, found, stored)) return fail(Code::Malformed, "is no file of entries of this width", base);
  stored.resize(width);
  return stored;
}

Result<std::vector<std::uint64_t>> list_journals(FileSystem& files, const std::string& folder) {
  auto names = files.list(folder + "/journal");
  if (!names) return tl::unexpected<Error>(names.error());
  std::vector<std::uint64_t> firsts;
  for (const std::string& name : *names) {
    std::uint64_t first = 0;
    if (name.ends_with(".new")) continue;
    if (!parse_decimal(name, first)) return fail(Code::Malformed, "is no name of a journal", folder + "/journal/" + name);
    firsts.push_back(first);
  }
  std::sort(firsts.begin(), firsts.end());
  return firsts;
}

Result<std::vector<JournalContent>> read_journals(FileSystem& files, const std::string& folder, const std::string& origin) {
  auto firsts = list_journals(files, folder);
  if (!firsts) return tl::unexpected<Error>(firsts.error());
  std::vector<JournalContent> journals;
  for (const std::uint64_t first : *firsts) {
    const std::string path = fmt::format("{}/journal/{}", folder, first);
    auto bytes = files.read(path, kMostJournal);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto content = read_journal(*bytes, origin);
    if (!content) return fail(content.error().code, content.error().text, path);
    journals.push_back(std::move(*content));
  }
  return journals;
}

std::string epoch_path(std::uint64_t number) { return fmt::format("epochs/{}.age", number); }

bool is_epoch_path(std::string_view path, std::uint64_t& number) {
  constexpr std::string_view kFront = "epochs/", kEnd = ".age";
  return path.starts_with(kFront) && path.ends_with(kEnd) && path.size() > kFront.size() + kEnd.size() &&
         parse_decimal(path.substr(kFront.size(), path.size() - kFront.size() - kEnd.size()), number);
}

Result<std::vector<std::string>> all_files(FileSystem& files, const std::string& folder) {
  std::vector<std::string> all;
  if (auto ok = folders::walk(files, folder, "", all); !ok) return tl::unexpected<Error>(ok.error());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace custos::evidence
