#include "engine/reading/twins.h"

#include <set>
#include <string_view>

#include <fmt/format.h>

namespace custos::engine {

std::size_t leave_out_twins(std::vector<std::string>& paths) {
  constexpr std::string_view kEvtx = ".evtx";
  const std::set<std::string> all(paths.begin(), paths.end());
  return std::erase_if(paths, [&](const std::string& p) { return p.ends_with(kEvtx) && all.contains(p.substr(0, p.size() - kEvtx.size()) + ".ndjson"); });
}

std::string twins_text(std::size_t left_out) {
  return fmt::format("{} EVTX file{} left out: the NDJSON of the same name holds the same events, and the truth names that", left_out,
                     left_out == 1 ? " is" : "s are");
}

}  // namespace custos::engine
