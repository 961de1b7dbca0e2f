// How many entries a folder's files show that its log once had, whatever its checkpoint says.
// Called before a copy is brought up to date, and before a checkpoint is restored: nothing that was acknowledged may be lost by it.
// A value.
// One thread.
// Refuses nothing; a journal that can't be read shows that there were as many entries as its name says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "evidence/log/journal.h"

namespace custos::evidence {

struct Shown {
  std::uint64_t entries = 0;                             // the log had so many once
  std::map<std::uint64_t, std::vector<Frame>> journals;  // by their first entry

  // How far entries can be read behind a checkpoint of this size: they are in journals without a gap.
  std::uint64_t reaches(std::uint64_t size) const;
  // A checkpoint of this size in the place of the newest one would lose nothing.
  bool covers(std::uint64_t size) const { return reaches(size) >= entries; }
  // The leaf of an entry behind the checkpoint; null: no journal has it.
  const Frame* behind(std::uint64_t index) const;
};

Shown shown_by(FileSystem& files, const std::string& folder, std::string_view origin);

}  // namespace custos::evidence
