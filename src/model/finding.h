// A finding: something a rule (later: a detector) saw in the events, with all that is needed to check it again.
// Made by engine/ from a hit; feeds share/, store/, evidence/ and correlate/.
// Owns everything it says; rule facts are shared.
// Immutable once handed on.
// Refuses nothing. docs/formats/findings.md gives the JSON form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/answer.h"

namespace custos {

enum class Level : std::uint8_t { Informational, Low, Medium, High, Critical };
std::string_view level_name(Level level);
std::optional<Level> parse_level(std::string_view s);

// What a rule says of itself.
struct RuleFacts {
  std::string id, title, description, author, status, path;
  std::string kind = "detection";  // "correlation", "behavior"
  Level level = Level::Medium;
  std::vector<std::string> tags;     // as written: "attack.t1059.001", "attack.execution"
  std::vector<std::string> attack;   // techniques out of the tags: "T1059.001"
  std::vector<std::string> tactics;  // "execution"
  std::vector<std::string> falsepositives, references;
  std::string hash;                  // SHA-256 of the rule document's bytes
};

// Where a record stands.
struct Place {
  std::string file;          // path, members of archives after a '!'
  std::uint64_t offset = 0;  // byte offset in the (unpacked) file
  std::uint64_t record = 0;  // record number
};

// One condition leaf that was true.
struct Match {
  std::string field;                    // empty for a keyword search
  std::string value;                    // the event's value (cut at 4 KiB)
  std::optional<std::uint64_t> offset;  // of the value's first byte, counted like Place::offset
};

// Where a field's value stands in a finding's raw text. Parts don't overlap and come in order; what hides a part hides the value.
struct FieldPart {
  std::string field;
  std::uint32_t at = 0, size = 0;
};

// Whom a name or an address stands for, at the time of the finding.
struct Identity {
  std::string kind;  // host account person
  Answer is;
};

// What an entity is in its record, by the name of its field.
enum class Part : std::uint8_t { Other, On, From, To, By, As };  // on, from, to a computer; by somebody, as somebody

struct Entity {
  std::string kind;       // host user process address file domain
  std::string value;      // in the record's own words
  std::string domain = {}, sid = {};  // user: what the record says beside the name
  Part part = Part::Other;
  std::vector<Identity> identities = {};
  bool operator==(const Entity& o) const { return kind == o.kind && value == o.value; }
};

// A small bar chart: a label and a figure each.
struct Chart {
  std::string title, unit;
  std::vector<std::pair<std::string, double>> bars;
};

// What one detector of behaviour says of one stretch of time.
struct Reason {
  std::string detector, title;  // "beacon", "Beacon"
  std::string stage;            // where in an attack it belongs: "command and control"
  std::string sentence;         // made of numbers: what was seen, what is usual, for whom, in how many cases
  double p = 1;                 // how often an ordinary stretch is at least as odd, as calibrated
  Micros window = kNoTime;      // its beginning
  Chart chart;                  // may have no bars
  std::vector<Place> evidence;  // of the records behind it, the first
};

// Beside a finding of behaviour analytics: how unlikely it is, and why.
struct Behavior {
  double p = 1;          // of the last stretch, all detectors together
  double odds = 0;       // Shiryaev-Roberts: how many times likelier than in ordinary times, by the windows since the last finding
  double threshold = 0;  // what either would have to reach, in windows: 1 / p or odds
  Micros raised = kNoTime;  // when it could be known
  std::vector<Reason> reasons;  // the smallest p first
};

// How a computer tells its processes and logon sessions apart, as far as the record says; numbers are used again, sessions until the next start.
struct Ties {
  std::uint64_t process = 0, parent = 0;  // 0: not said
  std::string session;                    // "0x8f0f2cd7"
};

struct Finding {
  std::shared_ptr<const RuleFacts> rule;
  std::string pipeline;  // names of the pipelines that shaped the rule for this log source; may be empty
  std::string log_source;
  Micros time = kNoTime, last_time = kNoTime;
  Place source;                 // of the first record
  std::vector<Place> others;    // further records folded into this finding
  std::uint64_t count = 1;      // records in all; others may hold fewer when there were very many
  std::vector<Entity> entities;
  std::vector<Match> matched;
  Ties ties;                    // of the first record
  std::string raw;              // the first record as text; for EVTX its fields as one JSON object
  std::vector<FieldPart> parts; // of raw; only where the scan is sealed
  bool verbatim = false;        // raw is the record's own bytes; told where the scan is sealed
  std::shared_ptr<const Behavior> behavior;  // of findings of behaviour alone
};

}  // namespace custos
