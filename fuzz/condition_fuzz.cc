// Any text as a condition: parsed or refused, never more.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/parse/condition.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = custos::rules::parse_condition(text);
  if (!parsed && parsed.error().text.empty()) std::abort();
  const std::size_t half = size / 2;
  custos::rules::name_fits(text.substr(0, half), text.substr(half));
  return 0;
}
