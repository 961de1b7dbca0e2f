// One thing that a campaign did, with the records that show it: a row of the truth.
// Made by campaigns/; filled by delivery; its row is written when the last holder lets go, so when its last record was written or lost.
// Shared by the records that are on their way.
// One thread.
// Refuses nothing. docs/formats/truth.md has the row.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace custos::simulate {

struct Deed {
  std::string campaign, kind, stage, technique;
  Micros time = kNoTime;
  std::vector<Entity> entities;

  struct Shown {
    std::string file;
    std::uint64_t record;
    std::string id;  // the record's own identity where it has one: "Security 4711", a Zeek uid
  };
  std::vector<Shown> shown;
  std::uint64_t lost = 0;  // records that no file holds
  std::function<void(const Deed&)> done;

  Deed() = default;
  Deed(const Deed&) = delete;
  Deed& operator=(const Deed&) = delete;
  ~Deed() {
    if (done) done(*this);
  }
  std::string row() const;  // NDJSON without line end
};
using DeedPtr = std::shared_ptr<Deed>;

// Who does something, when, and under which label.
inline constexpr std::uint32_t kNobody = 0xFFFFFFFF;
struct Act {
  Micros at = kNoTime;
  std::uint32_t person = kNobody;  // index in World::people
  DeedPtr deed = nullptr;

  Act then(Micros later) const { return {at + later, person, deed}; }
};

}  // namespace custos::simulate
