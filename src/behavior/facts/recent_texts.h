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
    if (slot.size == text.size() && slot.ends == ends && same_middle(slot, text)) return slot.id;
    slot.id = make();
    slot.size = static_cast<std::uint8_t>(text.size());
    slot.ends = ends;
    if (text.size() > 2 * kWord) std::memcpy(slot.middle.data(), text.data() + kWord, text.size() - 2 * kWord);
    return slot.id;
  }

 private:
  static constexpr std::size_t kWord = 8, kMostBytes = 59, kSlots = 1u << 10;
  // The first and the last eight bytes: all of most texts, addresses above all.
  struct Ends {
    std::uint64_t first = 0, last = 0;
    bool operator==(const Ends&) const = default;
  };
  struct Slot {
    Ends ends;
    TextId id = kNoText;
    std::uint8_t size = 0;
    std::array<char, kMostBytes - 2 * kWord> middle{};
  };
  static_assert(sizeof(Slot) == 64);
  static bool same_middle(const Slot& slot, std::string_view text) {
    return text.size() <= 2 * kWord || std::memcmp(slot.middle.data(), text.data() + kWord, text.size() - 2 * kWord) == 0;
  }
  static Ends ends_of(std::string_view text) {
    Ends e;
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
