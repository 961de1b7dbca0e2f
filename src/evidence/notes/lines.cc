#include "evidence/notes/lines.h"

#include "base/crypto/base64.h"

namespace custos::evidence {
bool take_line(std::string_view& text, std::string_view& line) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

bool parse_hash(std::string_view text, Hash32& hash) {
  std::string bytes;
  if (!from_base64(text, bytes) || bytes.size() != 32) return false;
  hash = hash_from(bytes);
  return true;
}

}  // namespace custos::evidence
