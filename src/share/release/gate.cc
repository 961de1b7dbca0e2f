#include "share/release/gate.h"

#include <algorithm>

namespace custos::share {
namespace release_gate {
namespace {

constexpr std::size_t kMostLeaks = 20;

std::string section_of(std::string_view document, std::uint64_t offset) {
  constexpr std::string_view kSection = "<section id=\"";
  const std::size_t at = document.substr(0, offset).rfind(kSection);
  if (at == std::string_view::npos) return "head";
  const std::size_t begin = at + kSection.size();
  return std::string(document.substr(begin, std::min<std::size_t>(document.find('"', begin) - begin, 60)));
}

}  // namespace
}  // namespace release_gate

Gate::Gate(const Finder& finder, std::string_view skeleton) : finder_(finder), own_(finder.terms().size()) {
  for (const Hit& h : finder.find(skeleton)) {
    if (h.term != Hit::kAddress) own_[h.term] = true;
  }
}

std::vector<Leak> Gate::look(std::string_view document, const std::vector<std::string>& texts) const {
  std::vector<Leak> leaks;
  for (const Hit& h : finder_.find(document)) {
    if (leaks.size() == release_gate::kMostLeaks) return leaks;
    if (h.term != Hit::kAddress && own_[h.term]) continue;
    leaks.push_back({finder_.kind_of(h), h.from, release_gate::section_of(document, h.from), false});
  }
  for (const std::string& t : texts) {
    for (const Hit& h : finder_.find(t)) {
      if (leaks.size() == release_gate::kMostLeaks) return leaks;
      leaks.push_back({finder_.kind_of(h), h.from, {}, true});
    }
  }
  return leaks;
}

}  // namespace custos::share
