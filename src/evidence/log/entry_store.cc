#include "evidence/log/entry_store.h"

namespace custos::evidence {

void append_to_bundle(std::string& bundle, std::string_view stored) {
  bundle += static_cast<char>(stored.size() >> 8 & 255);
  bundle += static_cast<char>(stored.size() & 255);
  bundle += stored;
}

bool split_bundle(std::string_view bundle, std::size_t count, std::vector<std::string>& stored) {
  stored.clear();
  while (bundle.size() >= 2 && stored.size() < count) {
    const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(bundle[0])) << 8 | static_cast<unsigned char>(bundle[1]);
    if (bundle.size() - 2 < size) return false;
    stored.emplace_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  return stored.size() == count && bundle.empty();
}

}  // namespace custos::evidence
