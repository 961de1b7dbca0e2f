// Any text as an expression of a hunt: refused in words, or a rule that is loaded or refused in words.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rule = custos::rules::rule_of_expression({reinterpret_cast<const char*>(data), size});
  if (!rule) {
    if (rule.error().text.empty()) std::abort();
    return 0;
  }
  const auto loaded = custos::rules::load({*rule}, {});
  if (!loaded || loaded->reports.size() != 1) std::abort();  // it is one document, whatever stands in it
  if (!loaded->reports[0].loaded && loaded->reports[0].reason.empty()) std::abort();
  return 0;
}
