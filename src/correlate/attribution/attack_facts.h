// Public facts of ATT&CK: groups, campaigns and software with the techniques that are known of them (docs/formats/attack-facts.md).
// Read by engine/ from a file that the user supplies; feeds known.h.
// A plain owned value. Entries are sorted by id and name each other by place.
// Immutable after reading; then any thread.
// Refuses damaged or over-large files with the entry that is wrong; ids that the file does not define are listed and count for nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace custos::correlate {

using Ordinal = std::uint32_t;

struct AttackTactic {
  std::string id, name, shortname;
  bool preparation = false;  // reconnaissance, resource development: before an attack reaches anybody's logs
};

struct AttackTechnique {
  std::string id, name;
  std::vector<Ordinal> tactics;
  std::vector<std::string> platforms;
  std::optional<Ordinal> parent;  // of T1003.001: T1003, where the file has it
  bool visible = true;          // in logs: one of its tactics is no preparation
};

struct AttackSoftware {
  std::string id, name, kind;
  std::vector<Ordinal> techniques;
};

struct AttackGroup {
  std::string id, name;
  std::vector<std::string> aliases;
  std::vector<Ordinal> techniques, software;
};

struct AttackCampaign {
  std::string id, name, first_seen, last_seen;
  std::vector<Ordinal> techniques, software, attributed_to;
};

struct AttackFacts {
  std::string source;
  std::vector<AttackTactic> tactics;
  std::vector<AttackTechnique> techniques;
  std::vector<AttackGroup> groups;
  std::vector<AttackCampaign> campaigns;
  std::vector<AttackSoftware> software;
  std::vector<std::string> unknown;  // "G0001 names T9999": the first hundred
  std::uint64_t unknown_count = 0;

  std::optional<Ordinal> technique(std::string_view id) const;
};

Result<AttackFacts> parse_attack_facts(std::string_view json, const Limits& limits);
Result<AttackFacts> load_attack_facts(const std::string& path, const Limits& limits);

}  // namespace custos::correlate
