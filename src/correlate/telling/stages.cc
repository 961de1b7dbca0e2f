#include "correlate/telling/stages.h"

#include <algorithm>
#include <array>
#include <map>

namespace custos::correlate {
namespace staging {

struct Missing {
  Stage stage;
  std::vector<Stage> implied_by;  // one of them was seen
  std::string_view text;
};

bool has(const std::vector<StageSeen>& seen, Stage stage) {
  return std::any_of(seen.begin(), seen.end(), [&](const StageSeen& s) { return s.stage == stage; });
}

void add_once(std::vector<std::string>& to, const std::string& text) {
  if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
}

}  // namespace staging

std::vector<Stage> stages_of(const Finding& f) {
  std::vector<Stage> out;
  const auto add = [&](std::string_view tactic) {
    const auto stage = stage_named(tactic);
    if (stage && std::find(out.begin(), out.end(), *stage) == out.end()) out.push_back(*stage);
  };
  for (const std::string& t : f.rule->tactics) add(t);
  if (f.behavior && !f.behavior->reasons.empty()) add(f.behavior->reasons.front().stage);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<Stage> stage_told(const Finding& f) {
  for (const std::string& t : f.rule->tactics) {
    if (const auto stage = stage_named(t)) return stage;
  }
  const auto stages = stages_of(f);
  return stages.empty() ? std::nullopt : std::optional(stages.front());
}

std::vector<StageSeen> stages_seen(std::span<const Item> items, const Group& group) {
  std::map<Stage, StageSeen> seen;
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Finding& f = *items[group.items[n]].finding;
    if (!grave(items[group.items[n]])) continue;  // what everybody does is no stage
    for (const Stage stage : stages_of(f)) {
      StageSeen& s = seen[stage];
      s.stage = stage;
      if (s.evidence.empty()) s.first = f.time;
      s.last = std::max({s.last, f.time, f.last_time});
      s.evidence.push_back(static_cast<std::uint32_t>(n + 1));
      for (const std::string& t : f.rule->attack) staging::add_once(s.techniques, t);
    }
  }
  std::vector<StageSeen> out;
  for (auto& [stage, s] : seen) out.push_back(std::move(s));
  return out;
}

std::vector<MissingStage> gaps_of(const std::vector<StageSeen>& seen, bool somebody_of_ours) {
  using namespace staging;
  static const std::array<Missing, 6> kMissing = {{
      {Stage::InitialAccess,
       {Stage::Execution, Stage::Persistence, Stage::PrivilegeEscalation, Stage::CredentialAccess, Stage::LateralMovement, Stage::CommandAndControl},
       "No log covers how they got in: look at mail, remote access and web logs before the first sentence."},
      {Stage::CredentialAccess, {Stage::LateralMovement}, "They moved between computers, and no log shows where they got the account's secret."},
      {Stage::CommandAndControl,
       {Stage::Execution, Stage::CredentialAccess, Stage::LateralMovement},
       "No finding shows how they were steered from outside: look at what these computers spoke to."},
      {Stage::Persistence,
       {Stage::CommandAndControl, Stage::LateralMovement},
       "No finding shows what would bring them back after a restart; do not take it as absent."},
      {Stage::Collection, {Stage::Exfiltration}, "Something left, and no finding shows what was gathered before."},
      {Stage::Exfiltration, {Stage::Collection}, "Something was gathered, and no finding shows that it left; do not take it as stayed."},
  }};
  std::vector<MissingStage> out;
  for (const Missing& m : kMissing) {
    if (has(seen, m.stage)) continue;
    // Somebody who works here needs no way in, no stolen account and no steering.
    if (somebody_of_ours && m.stage != Stage::Collection && m.stage != Stage::Exfiltration) continue;
    if (std::any_of(m.implied_by.begin(), m.implied_by.end(), [&](Stage s) { return has(seen, s); })) out.push_back({m.stage, std::string(m.text)});
  }
  return out;
}

}  // namespace custos::correlate
