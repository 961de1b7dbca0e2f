#include "model/incident.h"

#include <algorithm>

#include "base/text.h"

namespace custos {
namespace stage_names {

constexpr std::array<std::string_view, static_cast<std::size_t>(Stage::kCount)> kNames = {
    "reconnaissance", "initial access", "execution",        "persistence", "privilege escalation", "defense evasion",
    "credential access", "discovery",   "lateral movement", "collection",  "command and control",  "exfiltration", "impact"};

char plain(char c) { return c == '_' || c == '-' ? ' ' : ascii_lower(c); }

}  // namespace stage_names

std::string_view stage_name(Stage stage) { return stage_names::kNames[static_cast<std::size_t>(stage)]; }

std::optional<Stage> stage_named(std::string_view tactic) {
  using namespace stage_names;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto same = [](char a, char b) { return plain(a) == b; };
    if (tactic.size() == kNames[i].size() && std::equal(tactic.begin(), tactic.end(), kNames[i].begin(), same)) return static_cast<Stage>(i);
  }
  return std::nullopt;
}

}  // namespace custos
