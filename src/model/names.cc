#include "model/names.h"

namespace custos {

Names::Names(std::size_t max_names) : max_names_(max_names) { texts_.push_back("(other)"); }

NameId Names::intern(std::string_view name) {
  const std::size_t hash = hash64(name);
  const auto it = ids_.find(name, hash);
  if (it != ids_.end()) return it->second;
  if (texts_.size() >= max_names_ || name.size() > 1024) {
    ++overflowed_;
    return kOtherName;
  }
  const std::string_view kept = arena_.keep(name);
  const auto id = static_cast<NameId>(texts_.size());
  texts_.push_back(kept);
  ids_.emplace(kept, id);
  return id;
}

NameId Names::find(std::string_view name) const {
  const auto it = ids_.find(name);
  return it == ids_.end() ? kOtherName : it->second;
}

}  // namespace custos
