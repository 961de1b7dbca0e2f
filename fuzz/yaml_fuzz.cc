// YAML from anywhere: no crash, no hang, and what comes out keeps its promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.h"

namespace {

using custos::Yaml;

std::size_t depth_of(const Yaml& node, std::size_t level) {
  if (level > 101) std::abort();  // deeper than parse_yaml allows: a reader's recursion would not be bounded
  std::size_t deepest = level;
  std::size_t asked = 0;
  for (const auto& child : node.list) {
    if (++asked > 4) break;
    deepest = std::max(deepest, depth_of(*child, level + 1));
  }
  for (const auto& [key, child] : node.map) {
    if (node.find(key) != child.get()) std::abort();  // a key twice
    if (++asked > 4) break;
    deepest = std::max(deepest, depth_of(*child, level + 1));
  }
  return deepest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto documents = custos::parse_yaml(text);
  if (!documents) {
    if (documents.error().text.rfind("line ", 0) != 0) std::abort();
    return 0;
  }
  const char* end = text.data();
  for (const auto& document : *documents) {
    // In order, inside the text, and not overlapping.
    if (document.bytes.data() < end || document.bytes.data() + document.bytes.size() > text.data() + text.size())
      std::abort();
    end = document.bytes.data() + document.bytes.size();
    if (custos::unfolded_size(*document.root, 1'000) > 1'000) std::abort();
    if (custos::unfolded_size(*document.root, 200) < 200) depth_of(*document.root, 1);
  }
  return 0;
}
