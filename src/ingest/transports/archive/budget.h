// What one top-level file may still unpack to, all archives inside archives together.
// Called by every unpacking stream of a visit.
// Lives during one visit().
// One thread.
// Refuses to go on once a limit is reached: from then on every charge() is the same error.
#pragma once

#include <optional>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace custos::ingest {

class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits) {}

  // Packed bytes of the top-level file were read; of `size`, 0 when unknown.
  void packed(std::uint64_t more, std::uint64_t size);
  // Bytes came out of an archive or a compression. False when that was too much.
  bool charge(std::uint64_t unpacked);
  // A member of an archive begins. False when there are too many.
  bool entry();
  // Memory for archives inside archives that must be held as a whole. False when there is not so much left.
  bool hold(std::size_t bytes);
  void give_back(std::size_t bytes) { held_ -= bytes; }

  bool stopped() const { return stopped_.has_value(); }
  const Error& why() const { return *stopped_; }
  const Limits& limits() const { return limits_; }

 private:
  bool stop(std::string why);

  const Limits& limits_;
  std::uint64_t packed_ = 0, unpacked_ = 0;
  std::size_t entries_ = 0, held_ = 0;
  std::optional<Error> stopped_;
};

}  // namespace custos::ingest
