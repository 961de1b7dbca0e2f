#include "evidence/witness/kept.h"

#include <fmt/format.h>

#include "evidence/notes/note.h"
#include "evidence/witness/state.h"

namespace custos::evidence {
namespace kept {
namespace {

constexpr std::uint64_t kMostOfAKind = 256;
constexpr std::size_t kMostRemembered = 4'096;
constexpr std::uint64_t kMostBytes = 64u << 10;
constexpr std::string_view kWork = "unfinished";

std::string_view folder_of(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::Fork: return "forks";
    case AlarmKind::Unproven: return "unproven";
    default: return "rollbacks";
  }
}

// Beside the others under a name of its own, then in one step where it belongs; what a failure leaves is overwritten by the next.
Result<void> write_folder(FileSystem& files, const std::string& above, const std::string& folder, const Sight& sight) {
  const std::string work = fmt::format("{}/{}", above, kWork);
  if (auto ok = make_lasting_folder(files, work); !ok) return ok;
  for (const auto& [name, bytes] : {std::pair("ours", sight.ours), std::pair("theirs", sight.theirs), std::pair("request", sight.request)}) {
    const std::string path = fmt::format("{}/{}", work, name);
    if (files.exists(path)) {
      if (auto ok = files.remove(path); !ok) return ok;
    }
    if (bytes.empty()) continue;
    if (auto ok = write_whole(files, path, bytes, true); !ok) return ok;
  }
  if (auto ok = files.sync_folder(work); !ok) return ok;
  if (auto ok = files.rename(work, folder); !ok) return ok;
  return files.sync_folder(above);
}

}  // namespace
}  // namespace kept

std::string_view name_of(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::Fork: return "fork";
    case AlarmKind::Unproven: return "unproven";
    case AlarmKind::Rollback: return "rollback";
    case AlarmKind::Trouble: return "trouble";
  }
  return "";
}

Result<Kept> Kept::open(FileSystem& files, std::string folder) {
  Kept k(files, std::move(folder));
  for (const AlarmKind kind : kKeptKinds) {
    if (auto ok = k.read(kind); !ok) return tl::unexpected<Error>(ok.error());
  }
  return k;
}

Result<void> Kept::read(AlarmKind kind) {
  const std::string folder = fmt::format("{}/{}", folder_, kept::folder_of(kind));
  if (!files_->exists(folder)) return {};
  const auto names = files_->list(folder);
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    if (name == fmt::format("{}/", kept::kWork)) continue;  // a crash left it; it is kept when it comes again
    ++kept_[static_cast<std::size_t>(kind)];
    const auto theirs = files_->read(fmt::format("{}/{}theirs", folder, name), kept::kMostBytes);
    const auto note = theirs ? parse_note(*theirs) : Result<Note>(fail(Code::NotFound, ""));
    if (note && seen_.size() < kept::kMostRemembered) seen_.emplace(kind, sha256(note->text));
  }
  return {};
}

bool Kept::is_new(AlarmKind kind, std::string_view theirs_text) const { return seen_.count({kind, sha256(theirs_text)}) == 0; }

Result<std::string> Kept::keep(AlarmKind kind, std::int64_t time, std::string_view theirs_text, const Sight& sight) {
  const auto remember = [&] {
    if (seen_.size() < kept::kMostRemembered) seen_.emplace(kind, sha256(theirs_text));
  };
  std::uint64_t& count = kept_[static_cast<std::size_t>(kind)];
  const std::string above = fmt::format("{}/{}", folder_, kept::folder_of(kind));
  if (count >= kept::kMostOfAKind) {
    remember();
    return fail(Code::Limit, fmt::format("it holds {} already; move some elsewhere and start the witness again", count), above);
  }
  std::string folder;
  for (std::uint64_t n = count + 1;; ++n) {
    folder = fmt::format("{}/{}-{}", above, time, n);
    if (!files_->exists(folder)) break;
  }
  if (auto ok = kept::write_folder(*files_, above, folder, sight); !ok) return tl::unexpected<Error>(ok.error());
  ++count;
  remember();
  return folder;
}

}  // namespace custos::evidence
