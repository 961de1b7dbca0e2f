// What our computers sent to places outside, where it was much and more than came back: what may have been among it is for the exposure ledger to say.
// Fed with every fact in order of time while behaviour is judged; asked when incidents are told.
// Holds numbers of texts: the dictionary must outlive it.
// One thread.
// Refuses to grow without bound: past kMostKept further ones are not kept, and nothing is concluded from them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "behavior/behavior.h"
#include "correlate/correlate.h"

namespace custos::engine {

class Uploads {
 public:
  explicit Uploads(const Dictionary& texts) : texts_(texts) {}
  void take(const behavior::Fact& fact);
  std::vector<correlate::Sent> of(std::string_view host, correlate::Stretch when, const std::function<std::string(std::uint32_t source)>& file_of) const;

 private:
  struct Upload {
    Micros time;
    TextId to;
    float bytes;
    behavior::Where where;
  };
  static constexpr float kMuch = 32'768;
  static constexpr std::size_t kMostKept = 2'000'000;

  const Dictionary& texts_;
  tsl::robin_map<TextId, std::vector<Upload>> of_;  // by computer, each by time
  std::size_t kept_ = 0;
};

}  // namespace custos::engine
