// How well entity resolution does on logs whose truth is known: a folder that `custos simulate --attribution` wrote.
// Called by cli/ (`custos evaluate entities`).
// Figures are owned values.
// One thread.
// Refuses a folder without logs, institution file or attribution.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace custos::engine {

struct AttributionFigures {
  struct Row {
    std::uint64_t events = 0;
    std::uint64_t right = 0;      // at least the computer or the person is named, and nothing is wrong
    std::uint64_t wrong = 0;      // a name that is not the truth's
    std::uint64_t ambiguous = 0;  // nothing claimed, several candidates said
    std::uint64_t unknown = 0;    // nothing claimed
    std::uint64_t nobody = 0;     // of these: the truth names neither a person nor one of the institution's computers
  };
  std::map<std::string, Row> by_log;  // "windows", "zeek/conn.log" ...
  Row all;
  std::map<std::string, std::uint64_t> mistakes;  // "zeek/conn.log: ws-014 for ws-022" -> times; the first 1,000 kinds
  std::uint64_t without_truth = 0, forgotten = 0;
  std::uint64_t not_whole = 0, damaged = 0;  // streams that could not be read to their end; rows of the truth that are not understood
  std::uint64_t twins = 0;                   // EVTX files left out, whose NDJSON is there

  std::uint64_t rows = 0, without_event = 0;  // of the truth; those whose event is not in the logs

  // The figures are of a part: something was not read whole, or more than one in a hundred has no truth, or no event.
  bool partial() const { return not_whole > 0 || damaged > 0 || without_truth * 100 > all.events + without_truth || without_event * 100 > rows; }
};

Result<AttributionFigures> measure_attribution(const std::string& folder, const Limits& limits);
std::string to_text(const AttributionFigures& figures);
std::string to_json(const AttributionFigures& figures);

}  // namespace custos::engine
