// Protected items as logs write them: which of the institution's items a path, mailbox or address belongs to, and whose work calls for it.
// Called by detectors/need_to_know.cc and hoarding.cc for each access.
// Items are the institution's; it must outlive this.
// One thread: what was looked up is remembered.
// Refuses to judge where the institution does not say whose work an item is: everybody's then.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/dictionary.h"
#include "model/institution.h"

namespace custos::behavior {

class Items {
 public:
  explicit Items(const Institution& known);

  // Of an object below a share, site or mailbox. The list is good until the next call.
  std::span<const std::uint32_t> of(TextId below, TextId object, const Dictionary& texts);
  const ProtectedItem& at(std::uint32_t item) const { return known_.items[item]; }
  // How much weaker than the strictest: 1 for the weakest of the institution's confidentialities, their number for the strictest; 1 where none is told.
  double weight(std::uint32_t item) const { return weights_[item]; }
  bool called_for(const Person& person, std::uint32_t item, Micros at) const;

 private:
  struct Pattern {
    std::uint32_t item;
    std::string text;  // lower case, `\` for `/`
  };
  const Institution& known_;
  std::vector<Pattern> patterns_;
  std::vector<double> weights_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> seen_;  // by below and object
  std::string text_;
};

// `*` is any text, also none. Both in lower case.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace custos::behavior
