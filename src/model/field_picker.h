// Some fields of an event, picked out in one pass by a table from name to slot.
// Held by whoever looks at the same fields of every event: institution's Clues, behavior's Fields.
// Texts are views into the event and die with its batch; the dictionary of names and the names that are wanted must outlive it.
// One thread.
// Refuses nothing: what a record does not say is empty. Of several values of one name the first counts, of one slot the last.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/batch.h"

namespace custos {

// Slot: an enum of the fields, in the order of their names, which ends with kCount.
template <class Slot>
class FieldPicker {
 public:
  static constexpr auto kCount = static_cast<std::size_t>(Slot::kCount);
  static_assert(kCount < 256);
  using Wanted = std::array<std::string_view, kCount>;

  FieldPicker(const Names& names, const Wanted& wanted, Slot last_counts = Slot::kCount) : names_(names), wanted_(wanted), last_counts_(last_counts) {}

  // `e` must be of a batch with this dictionary.
  void read(const Event& e) {
    if (slot_of_.size() != names_.size()) look_at_new_names();
    // On the way of every event: nothing is touched that need not be.
    for (std::size_t i = 0; i < set_count_; ++i) values_[set_[i]] = {};
    set_count_ = 0;
    const std::uint8_t* const slot_of = slot_of_.data();
    for (const Field& f : e.fields()) {
      const std::uint8_t slot = slot_of[f.name];
      if (slot == kCount || f.type == Type::Null) continue;
      std::string_view& value = values_[slot];
      if (value.data() == nullptr) {
        set_[set_count_++] = slot;
      } else if (slot != static_cast<std::uint8_t>(last_counts_)) {
        continue;
      }
      value = f.text();
    }
  }
  std::string_view operator[](Slot s) const { return values_[static_cast<std::size_t>(s)]; }

 private:
  void look_at_new_names() {
    for (auto id = static_cast<NameId>(slot_of_.size()); id < names_.size(); ++id) {
      const auto at = id == kOtherName ? wanted_.end() : std::find(wanted_.begin(), wanted_.end(), names_.text(id));
      slot_of_.push_back(static_cast<std::uint8_t>(at - wanted_.begin()));
    }
  }

  const Names& names_;
  const Wanted& wanted_;
  Slot last_counts_;
  std::vector<std::uint8_t> slot_of_;  // by NameId; kCount: none
  std::array<std::string_view, kCount> values_{};
  std::array<std::uint8_t, kCount> set_{};  // which of them the last event set
  std::size_t set_count_ = 0;
};

}  // namespace custos
