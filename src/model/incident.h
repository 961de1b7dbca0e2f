// An incident: findings that belong together causally, told as one. The answer to "what is it?".
// Made by correlate/; shown by share/, kept by store/ and evidence/, contained by respond/.
// Owned values; evidence is numbered from 1 and everything that is said names its numbers.
// Immutable once handed on.
// Refuses nothing. docs/formats/incidents.md gives the JSON form and what each word means.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/exposure.h"
#include "model/finding.h"

namespace custos {

// Where in an attack something belongs: the tactics of ATT&CK that logs of an institution can show, in their order.
enum class Stage : std::uint8_t {
  Reconnaissance, InitialAccess, Execution, Persistence, PrivilegeEscalation, DefenseEvasion, CredentialAccess, Discovery, LateralMovement, Collection,
  CommandAndControl, Exfiltration, Impact, kCount
};
std::string_view stage_name(Stage stage);                   // "lateral movement"
std::optional<Stage> stage_named(std::string_view tactic);  // "lateral_movement", "lateral-movement" and "lateral movement"

using EvidenceNumbers = std::vector<std::uint32_t>;

// A finding of the incident, by its number.
struct IncidentEvidence {
  std::string finding;  // its id
  std::string title;    // of its rule
  Level level = Level::Medium;
  Micros time = kNoTime, last_time = kNoTime;
  Place place;          // of its first record
  std::uint64_t records = 1;
  std::string why;      // what ties it to what came before; empty for the first
};

struct IncidentEntity {
  std::string kind, value;  // host account address domain file
  std::string role;         // "foothold", "stolen account", ...; docs/formats/incidents.md has them all
  Micros first = kNoTime, last = kNoTime;
  EvidenceNumbers evidence;
};

struct Sentence {
  Micros time = kNoTime, last_time = kNoTime;
  std::optional<Stage> stage;
  std::string text;
  EvidenceNumbers evidence;
};

struct StageSeen {
  Stage stage = Stage::Execution;
  Micros first = kNoTime, last = kNoTime;
  std::vector<std::string> techniques;
  EvidenceNumbers evidence;
};

// What an attack would have had to do and no finding shows.
struct MissingStage {
  Stage stage = Stage::InitialAccess;
  std::string text;
};

// Something that speaks for or against an objective, and how much.
struct Ground {
  std::string text;
  double weight = 0;
  EvidenceNumbers evidence;
};

struct Objective {
  std::string name;  // espionage, insider collection, sabotage, extortion, opportunistic
  double share = 0;  // of all weights, 0 to 1; all objectives together are 1
  std::vector<Ground> in_favour, against;
};

struct Incident {
  std::string id;     // 16 hexadecimal digits; docs/formats/incidents.md says when it stays the same
  std::vector<std::string> was;  // ids of incidents that a case knew and that are part of this one
  std::string title;
  Level level = Level::Medium;  // the gravest of its findings
  double score = 0;             // what it is ranked by
  Micros first = kNoTime, last = kNoTime;
  Micros raised = kNoTime;      // when its findings first reached the threshold; kNoTime: never
  bool within_budget = false;   // to be read: raised, and among the gravest of that day
  std::vector<IncidentEvidence> evidence;  // in order of time: number 1 is evidence[0]
  std::vector<IncidentEntity> entities;    // the telling ones first
  std::vector<Sentence> story;
  std::vector<StageSeen> stages;
  std::vector<MissingStage> gaps;
  std::vector<Objective> objectives;       // the likeliest first
  std::vector<std::string> attack;         // techniques
  std::vector<Exposure> exposure;          // of protected items that were touched, the furthest first
};

}  // namespace custos
