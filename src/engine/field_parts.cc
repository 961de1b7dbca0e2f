#include "engine/field_parts.h"

#include <algorithm>
#include <tuple>

namespace custos::engine {
namespace parting {
namespace {

// Where a value that begins at `at` ends. It may be spelled otherwise than it reads (escapes, hexadecimal digits): then all up to `limit` is taken for it.
std::size_t end_of_value(std::string_view raw, std::size_t at, std::string_view text, std::size_t limit) {
  if (raw.substr(at, text.size()) == text) return at + text.size();
  if (at > 0 && raw[at - 1] == '"') {
    for (std::size_t i = at; i < raw.size(); ++i) {
      if (raw[i] == '\\' || raw.substr(i, 2) == "\"\"")
        ++i;  // escaped, as JSON has it or as CSV
      else if (raw[i] == '"')
        return i;
    }
  }
  return limit;
}

}  // namespace
}  // namespace parting

std::vector<FieldPart> parts_of(const Event& event, std::string_view raw) {
  std::vector<const Field*> placed;
  for (const Field& f : event.fields()) {
    if (f.at != kNoPlace && f.at < raw.size() && f.size > 0) placed.push_back(&f);
  }
  const auto earlier_or_longer = [](const Field* a, const Field* b) { return std::tie(a->at, b->size) < std::tie(b->at, a->size); };
  std::sort(placed.begin(), placed.end(), earlier_or_longer);
  std::vector<FieldPart> parts;
  std::size_t end = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const Field& f = *placed[i];
    if (f.at < end) continue;
    const auto next = std::find_if(placed.begin() + static_cast<std::ptrdiff_t>(i), placed.end(), [&](const Field* other) { return other->at > f.at; });
    const std::size_t limit = next != placed.end() ? (*next)->at : raw.size();
    end = std::min(parting::end_of_value(raw, f.at, f.text(), limit), raw.size());
    parts.push_back({std::string(event.batch().names().text(f.name)), f.at, static_cast<std::uint32_t>(end - f.at)});
  }
  return parts;
}

}  // namespace custos::engine
