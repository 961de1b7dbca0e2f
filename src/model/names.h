// The dictionary of field names of one worker: a name is stored once and is a small number from then on.
// Called by decoders (intern) and by rules (text, find); rules keep their own tables indexed by NameId.
// Ids and texts live as long as the dictionary; ids are dense and never change.
// One thread.
// Refuses to grow without bound: past Limits::names every new name is kOtherName, and overflowed() counts them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/arena.h"
#include "base/hash.h"

namespace custos {

using NameId = std::uint32_t;
inline constexpr NameId kOtherName = 0;  // "(other)": a name that no longer fitted

class Names {
 public:
  explicit Names(std::size_t max_names = 65'536);

  // `name` must be valid UTF-8; names longer than 1 KiB are kOtherName.
  NameId intern(std::string_view name);
  // kOtherName where the name was never seen.
  NameId find(std::string_view name) const;
  std::string_view text(NameId id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }
  std::uint64_t overflowed() const { return overflowed_; }

 private:
  std::size_t max_names_;
  std::uint64_t overflowed_ = 0;
  Arena arena_;
  std::vector<std::string_view> texts_;
  tsl::robin_map<std::string_view, NameId, TextHash, TextEqual, std::allocator<std::pair<std::string_view, NameId>>, true> ids_;
};

}  // namespace custos
