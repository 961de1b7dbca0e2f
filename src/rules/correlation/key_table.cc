#include "rules/correlation/key_table.h"

#include <xxhash.h>

namespace custos::rules::correlation {

std::uint32_t KeyTable::tag_of(std::string_view text) const {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(text.data(), text.size(), seed_));
}

// The slot that holds the text, or the empty one where it would go. There is always an empty one.
std::size_t KeyTable::slot_of(std::uint32_t tag, std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = tag & mask;; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.number == kAbsent || (slot.tag == tag && entry(slot.number).text == text)) return i;
  }
}

std::uint32_t KeyTable::find(std::string_view text) const {
  return slots_.empty() ? kAbsent : slots_[slot_of(tag_of(text), text)].number;
}

std::uint32_t KeyTable::add(std::string_view text, std::uint32_t tag, bool& fresh) {
  if ((size_ + 1) * 2 > slots_.size()) grow();
  Slot& slot = slots_[slot_of(tag, text)];
  fresh = slot.number == kAbsent;
  if (!fresh) return slot.number;
  std::uint32_t number = numbers_;
  if (!free_.empty()) {
    number = free_.back();
    free_.pop_back();
  } else if (numbers_++ % kBlock == 0) {
    blocks_.push_back(std::make_unique<Entry[]>(kBlock));
  }
  Entry& mine = entry(number);
  mine.text.assign(text);
  mine.tag = tag;
  mine.uses = 0;
  slot = {number, tag};
  ++size_;
  return number;
}

void KeyTable::remove(std::uint32_t number) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = entry(number).tag & mask;
  while (slots_[hole].number != number) hole = (hole + 1) & mask;
  for (std::size_t i = (hole + 1) & mask; slots_[i].number != kAbsent; i = (i + 1) & mask) {
    const std::size_t home = slots_[i].tag & mask;
    if (((i - home) & mask) >= ((i - hole) & mask)) {  // its home does not lie behind the hole: it may move there
      slots_[hole] = slots_[i];
      hole = i;
    }
  }
  slots_[hole] = {};
  if (entry(number).text.capacity() > 64) std::string().swap(entry(number).text);
  free_.push_back(number);
  --size_;
}

void KeyTable::clear() {
  slots_.clear();
  blocks_.clear();
  free_.clear();
  numbers_ = 0;
  size_ = 0;
}

void KeyTable::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 16 : old.size() * 2, {});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.number == kAbsent) continue;
    std::size_t i = slot.tag & mask;
    while (slots_[i].number != kAbsent) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

}  // namespace custos::rules::correlation
