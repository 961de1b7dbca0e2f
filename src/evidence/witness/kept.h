// What a witness keeps of logs that misbehave, or seem to: a folder for each sight, with both checkpoints and the request, so that others can judge.
// Called by the witness alone.
// Lives as long as the witness; the folders stay.
// The witness's lock guards it.
// Refuses to keep the same checkpoint twice for one reason, and more than 256 sights of one kind: whoever can reach the witness can send it much.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/files/file_system.h"
#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

enum class AlarmKind : std::uint8_t {
  Fork,      // proven: the log signed two trees of which one is not the other's beginning
  Unproven,  // signed by the log, but the proof does not lead there from what is known: a fork, or somebody sent a wrong proof
  Rollback,  // this witness's own cosignature came back on a checkpoint that it does not remember: its folder is an old copy, or its key is used elsewhere
  Trouble,   // the witness could not do its work: disk, key, clock. Nothing was cosigned
};
inline constexpr std::array kKeptKinds{AlarmKind::Fork, AlarmKind::Unproven, AlarmKind::Rollback};
std::string_view name_of(AlarmKind kind);  // "fork", "unproven", "rollback", "trouble"

struct Sight {
  std::string_view ours;     // signed note; empty where there is none
  std::string_view theirs;   // signed note
  std::string_view request;  // body as it came
};

class Kept {
 public:
  // Reads what is there.
  static Result<Kept> open(FileSystem& files, std::string folder);

  // Never kept before: then it is to be kept and told.
  bool is_new(AlarmKind kind, std::string_view theirs_text) const;
  // The folder that it lies in now: `forks/<time>-<n>` and so on. What could not be written is new when it comes again.
  Result<std::string> keep(AlarmKind kind, std::int64_t time, std::string_view theirs_text, const Sight& sight);

 private:
  Kept(FileSystem& files, std::string folder) : files_(&files), folder_(std::move(folder)) {}
  Result<void> read(AlarmKind kind);

  FileSystem* files_;
  std::string folder_;
  std::set<std::pair<AlarmKind, Hash32>> seen_;
  std::array<std::uint64_t, kKeptKinds.size()> kept_{};  // folders of each kind
};

}  // namespace custos::evidence
