// How many have to do with a computer, an account, an outside address or name, and since when: counted from the facts of all logs.
// Fed with every fact in order of time while behaviour is judged; asked when findings are correlated.
// Holds numbers of texts: the dictionary must outlive it.
// One thread.
// Refuses to grow without bound: past kMostKnown new names are not counted (crowded()), and count as many's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "behavior/behavior.h"

namespace custos::engine {

struct Reached {
  Micros first = kNoTime;
  std::uint32_t others = 0;  // distinct ones, up to Reach::kMany
};

class Reach {
 public:
  explicit Reach(const Dictionary& texts) : texts_(texts) {}
  void take(const behavior::Fact& fact);

  static constexpr std::uint32_t kMany = 12;  // counted no further
  // Of a computer: accounts; of an account or whatever is outside: computers. Nothing where no fact spoke of it.
  const Reached* of(std::string_view name) const;
  // From where an account logged on to another computer, the places by when it first did.
  struct Source {
    std::string_view name;
    Micros first;
  };
  std::vector<Source> sources(std::string_view account) const;
  bool crowded() const { return crowded_; }

 private:
  struct Entry {
    Reached known;
    std::array<TextId, kMany> others{};
  };
  void meet(TextId name, TextId other, Micros at);
  void came_from(TextId user, TextId from, TextId to, Micros at);

  static constexpr std::size_t kMostKnown = 1'000'000;
  const Dictionary& texts_;
  tsl::robin_map<TextId, Entry> entries_;
  struct From {
    TextId name;
    Micros first;
  };
  static constexpr std::size_t kMostSources = 64;  // of an account; one with more is used from anywhere
  tsl::robin_map<TextId, std::vector<From>> sources_;
  bool crowded_ = false;
};

}  // namespace custos::engine
