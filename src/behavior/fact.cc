#include "behavior/fact.h"

#include <array>

namespace custos::behavior {

std::string_view kind_name(Kind kind) {
  constexpr auto kNames = std::to_array<std::string_view>({"contact", "lookup", "logon", "ticket", "access", "run", "alert", "trace", "presence"});
  static_assert(kNames.size() == static_cast<std::size_t>(Kind::kCount));
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace custos::behavior
