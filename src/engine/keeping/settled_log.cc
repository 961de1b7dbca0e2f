#include "engine/keeping/settled_log.h"

namespace custos::engine {

Result<std::uint64_t> SettledLog::put_on_record(const std::vector<std::string>& entries) {
  auto first = opened.log->append([&](std::uint64_t) -> Result<std::vector<std::string>> { return entries; });
  if (!first) return first;
  if (auto note = opened.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  return first;
}

Result<SettledLog> open_settled(FileSystem& files, const LogAccess& access, const evidence::Keyring& keyring) {
  SettledLog s;
  auto opened = open_log(files, access);
  if (!opened) return tl::unexpected<Error>(opened.error());
  s.opened = std::move(*opened);
  const auto read = [&] { return evidence::LogReader::open(files, access.folder, keyring); };
  auto reader = read();
  if (!reader) return tl::unexpected<Error>(reader.error());
  if ((*reader)->size() < s.opened.log->size()) {
    if (auto note = s.opened.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
    if (reader = read(); !reader) return tl::unexpected<Error>(reader.error());
  }
  auto contents = evidence::read_contents(**reader);
  if (contents) s.contents = std::move(*contents);
  if (!contents) s.unreadable = contents.error();
  return s;
}

Result<evidence::Contents> look_into(FileSystem& files, const LogAccess& access, const evidence::Keyring& keyring) {
  auto reader = evidence::LogReader::open(files, access.folder, keyring);
  return reader ? evidence::read_contents(**reader) : Result<evidence::Contents>(tl::unexpected<Error>(reader.error()));
}

}  // namespace custos::engine
