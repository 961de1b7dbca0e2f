#include "base/text.h"

#include "institution/import/import.h"

namespace custos::institution {

std::string import_text(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return to_valid_utf8(bytes.substr(3));
  if (bytes.starts_with("\xFF\xFE")) {
    Arena arena;
    return std::string(utf16le_to_utf8(bytes.substr(2), arena));
  }
  if (bytes.starts_with("\xFE\xFF")) {
    std::string turned(bytes.substr(2));
    for (std::size_t i = 0; i + 1 < turned.size(); i += 2) std::swap(turned[i], turned[i + 1]);
    Arena arena;
    return std::string(utf16le_to_utf8(turned, arena));
  }
  return to_valid_utf8(bytes);
}

}  // namespace custos::institution
