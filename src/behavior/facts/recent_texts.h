// The last texts that were looked up, by their bytes as the record has them: most records say the same few again.
// Held by maker.h, one for each way a text is brought into its form; saves the look-up in the dictionary, which hashes and waits for memory.
// Owns copies of the texts it holds.
// One thread.
// Refuses nothing: long texts are not remembered.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/dictionary.h"

namespace custos::behavior {

class RecentTexts {
 public:
  // What make() gave for this text; make() is called where it is not remembered.
  template <class Make>
  TextId of(std::string_view text, Make&& make) {
    if (text.size() > kMostBytes || text.empty()) return make();
    const Ends ends = ends_of(text);
    Slot& slot = slots_[place(ends, text.size())];
    if (slot.size == text.size() && std::memcmp(slot.text.data(), text.data(), text.size()) == 0) return slot.id;
    slot.id = make();
    slot.size = static_cast<std::uint8_t>(text.size());
    std::memcpy(slot.text.data(), text.data(), text.size());
    return slot.id;
  }

 private:
  static constexpr std::size_t kWord = 8, kMostBytes = 59, kSlots = 1u << 10;
  struct Slot {
    TextId id = kNoText;
    std::uint8_t size = 0;
    std::array<char, kMostBytes> text{};
  };
  static_assert(sizeof(Slot) == 64);
  struct Ends {
    std::uint64_t first, last;
  };
  static Ends ends_of(std::string_view text) {
    Ends e{0, 0};
    std::memcpy(&e.first, text.data(), std::min(text.size(), kWord));
    if (text.size() <= kWord) return e;
    std::memcpy(&e.last, text.data() + text.size() - kWord, kWord);
    return e;
  }
  static std::size_t place(const Ends& e, std::size_t size) {
    const std::uint64_t x = (e.first * 0x9E3779B97F4A7C15u ^ e.last) * 0xC2B2AE3D27D4EB4Fu + size;
    return (x ^ x >> 23 ^ x >> 46) >> 7 & (kSlots - 1);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
};

}  // namespace custos::behavior
