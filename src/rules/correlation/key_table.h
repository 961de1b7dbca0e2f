// Texts to small dense numbers and back, numbers given out again: the groups of a correlation, the values of a group.
// Called by group.cc and correlator.cc.
// A text() view lives until its number is removed.
// One thread.
// Refuses nothing; the caller bounds how many it keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace custos::rules::correlation {

// Open addressing with linear probing; removal shifts back, so there are no tombstones and no slow decay.
class KeyTable {
 public:
  static constexpr std::uint32_t kAbsent = 0xFFFFFFFF;

  // `seed` keeps a sender who knows the hash from making texts collide.
  explicit KeyTable(std::uint64_t seed = 0) : seed_(seed) {}

  std::uint32_t find(std::string_view text) const;
  // The text's number; `fresh` says whether it was added.
  std::uint32_t add(std::string_view text, bool& fresh) { return add(text, tag_of(text), fresh); }
  // The same in two steps, so that memory is on its way while the caller does something else.
  std::uint32_t prepare(std::string_view text) const {
    const std::uint32_t tag = tag_of(text);
    if (!slots_.empty()) __builtin_prefetch(&slots_[tag & (slots_.size() - 1)]);
    return tag;
  }
  std::uint32_t add(std::string_view text, std::uint32_t tag, bool& fresh);
  void remove(std::uint32_t number);
  void clear();

  std::string_view text(std::uint32_t number) const { return entry(number).text; }
  // A counter that goes with the text; zero when it is added.
  std::uint32_t& uses(std::uint32_t number) { return entry(number).uses; }
  std::size_t size() const { return size_; }
  // Numbers are below this.
  std::size_t numbers() const { return numbers_; }

 private:
  // Entries stand in large blocks that never move: text() views stay, and growing copies nothing.
  static constexpr std::size_t kBlock = 4096;
  struct Entry {
    std::string text;
    std::uint32_t tag = 0;
    std::uint32_t uses = 0;
  };
  struct Slot {
    std::uint32_t number = kAbsent;
    std::uint32_t tag = 0;  // lower half of the hash: where it belongs, and most probes need not touch the entry
  };
  Entry& entry(std::uint32_t number) { return blocks_[number / kBlock][number % kBlock]; }
  const Entry& entry(std::uint32_t number) const { return blocks_[number / kBlock][number % kBlock]; }
  std::uint32_t tag_of(std::string_view text) const;
  std::size_t slot_of(std::uint32_t tag, std::string_view text) const;
  void grow();

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<Entry[]>> blocks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t numbers_ = 0;
  std::size_t size_ = 0;
};

}  // namespace custos::rules::correlation
