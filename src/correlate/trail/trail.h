// All steps of a scan, packed, in a temporary file beyond a bound of memory: read through once, when incidents are known.
// Filled by engine's workers, one a worker; visited by incidents.cc's caller.
// Steps given to a visitor live during the call.
// One thread.
// Refuses nothing but a full or unreadable disk, as an error; texts longer than kMostText are cut.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/files/nameless_file.h"
#include "base/result.h"
#include "correlate/trail/step.h"

namespace custos::correlate {

class Trail {
 public:
  static constexpr std::size_t kMostText = 1'024;
  explicit Trail(std::size_t memory = 4u << 20, std::string folder = "/tmp") : memory_(memory), file_(std::move(folder), "the trail of programs") {}

  // After a failed write nothing more is kept: broken() says so, and what was kept can still be visited.
  void add(const Step& step);
  Result<void> visit(const std::function<void(const Step&)>& visitor) const;
  std::uint64_t steps() const { return steps_; }
  const std::string& broken() const { return broken_; }

 private:
  // Visits what lies in whole steps of these bytes; the number of bytes that they took.
  static std::size_t unpack(std::string_view bytes, const std::function<void(const Step&)>& visitor);

  std::size_t memory_;
  std::string packed_, broken_;
  std::uint64_t steps_ = 0;
  NamelessFile file_;
};

}  // namespace custos::correlate
