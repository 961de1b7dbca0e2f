#include "ingest/transports/archive/budget.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::ingest {
namespace budget {
namespace {
constexpr std::size_t kHeldMost = 32u << 20;
}  // namespace
}  // namespace budget

void Budget::packed(std::uint64_t more, std::uint64_t size) {
  packed_ += more;
  // Overlapping members read the same bytes again and again: that is no more packed data.
  if (size > 0) packed_ = std::min(packed_, size);
}

bool Budget::charge(std::uint64_t unpacked) {
  if (stopped_) return false;
  unpacked_ += unpacked;
  if (unpacked_ > limits_.ratio_floor && unpacked_ / std::max<std::uint64_t>(limits_.expansion_ratio, 1) > packed_) {
    return stop(fmt::format(
        "stopped after {} bytes came out of {}: more than the limit of {} to one; if this is no decompression bomb, "
        "raise it with --max-ratio",
        unpacked_, packed_, limits_.expansion_ratio));
  }
  if (unpacked_ > limits_.expanded_bytes && unpacked_ / std::max<std::uint64_t>(limits_.usual_ratio, 1) > packed_) {
    return stop(fmt::format(
        "stopped after {} bytes came out of {}: the limit for one file is {} bytes or {} to one; if this is no "
        "decompression bomb, raise it with --max-expanded",
        unpacked_, packed_, limits_.expanded_bytes, limits_.usual_ratio));
  }
  return true;
}

bool Budget::entry() {
  if (stopped_) return false;
  if (entries_ >= limits_.archive_entries) {
    return stop(
        fmt::format("stopped after {} members, the limit for one archive: raise it with --max-entries", entries_));
  }
  ++entries_;
  return true;
}

bool Budget::hold(std::size_t bytes) {
  if (bytes > budget::kHeldMost - held_) return false;
  held_ += bytes;
  return true;
}

bool Budget::stop(std::string why) {
  stopped_ = Error{Code::Limit, std::move(why), {}};
  return false;
}

}  // namespace custos::ingest
