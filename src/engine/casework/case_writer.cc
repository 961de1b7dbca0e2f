#include "engine/casework/case_writer.h"

#include "base/clock.h"

namespace custos::engine {

Result<std::unique_ptr<CaseWriter>> CaseWriter::begin(FileSystem& files, const CaseAccess& access, Result<OpenedLog> opened) {
  if (!opened) return tl::unexpected<Error>(opened.error());
  std::unique_ptr<CaseWriter> writer(new CaseWriter(files, access, std::move(*opened)));
  // What a crash left behind the checkpoint is part of the case before anything is decided.
  auto reader = evidence::LogReader::open(files, access.log.folder);
  if (!reader) return tl::unexpected<Error>(reader.error());
  if ((*reader)->size() < writer->opened_.log->size()) {
    if (auto note = writer->opened_.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  }
  writer->look();
  if (!writer->state_ && writer->unreadable_.code != Code::Denied) return tl::unexpected<Error>(writer->unreadable_);
  return writer;
}

Result<std::unique_ptr<CaseWriter>> CaseWriter::open(FileSystem& files, const CaseAccess& access) {
  if (auto ok = check_is_case(files, access.folder); !ok) return tl::unexpected<Error>(ok.error());
  return begin(files, access, open_log(files, access.log));
}

Result<std::unique_ptr<CaseWriter>> CaseWriter::open_or_create(FileSystem& files, const CaseAccess& access) {
  return begin(files, access, open_or_create_log(files, access.log));
}

void CaseWriter::look() {
  state_.reset();
  auto state = read_case(files_, {access_.folder, access_.identity});
  if (state) state_ = std::move(*state);
  if (!state) unreadable_ = state.error();
}

Result<std::uint64_t> CaseWriter::put(const std::vector<nlohmann::ordered_json>& acts) {
  std::vector<std::string> entries;
  for (const auto& keys : acts) {
    auto entry = evidence::make_entry("case", wall_clock(), access_.log.custody, keys);
    if (!entry) return tl::unexpected<Error>(entry.error());
    entries.push_back(std::move(*entry));
  }
  auto first = opened_.log->append([&](std::uint64_t) -> Result<std::vector<std::string>> { return entries; });
  if (!first) return first;
  if (auto note = opened_.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  // It is on record, whatever becomes of the view: the next who opens the case applies it.
  if (state_) look();
  return first;
}

Result<std::uint64_t> put_acts(FileSystem& files, const CaseAccess& access, const std::vector<nlohmann::ordered_json>& acts) {
  auto writer = CaseWriter::open(files, access);
  return writer ? (*writer)->put(acts) : Result<std::uint64_t>(tl::unexpected<Error>(writer.error()));
}

}  // namespace custos::engine
