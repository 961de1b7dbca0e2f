#include "institution/remark.h"

#include <algorithm>
#include <map>

namespace custos::institution {

void Remarks::add(Remark remark) {
  ++(remark.severity == Severity::Error ? errors_ : warnings_);
  if (remark.file.empty()) remark.file = file_;
  if (list_.size() < kMost) list_.push_back(std::move(remark));
}

void Remarks::add_all(const Remarks& others) {
  for (const Remark& r : others.list_) add(r);
  // What the others only counted is only counted here.
  const auto listed = [&](Severity s) {
    return static_cast<std::size_t>(std::count_if(others.list_.begin(), others.list_.end(), [s](const Remark& r) { return r.severity == s; }));
  };
  errors_ += others.errors_ - listed(Severity::Error);
  warnings_ += others.warnings_ - listed(Severity::Warning);
}

void Remarks::sort() {
  std::map<std::string, std::size_t> order;
  for (const Remark& r : list_) order.emplace(r.file, order.size());
  std::stable_sort(list_.begin(), list_.end(), [&](const Remark& a, const Remark& b) {
    const std::size_t x = order.at(a.file), y = order.at(b.file);
    return x != y ? x < y : a.line < b.line;
  });
}

}  // namespace custos::institution
