// The outcome of an evaluation: figures of every source, tables, and what is weak about them; as JSON, for the screen, as a page.
// Filled by engine/evaluation; printed by cli/.
// Plain owned values.
// Any thread.
// Refuses nothing. docs/evaluation.md says how to read it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/calibration.h"
#include "evaluate/figures.h"

namespace custos::evaluate {

// A detection surface or another small table of a source.
struct Table {
  std::string title;
  std::vector<std::string> columns;  // the first names the rows
  std::vector<std::vector<std::string>> rows;
};

struct SourceResult {
  std::string source, title, formula;
  bool coarse = false;  // its alarms are larger than the set's unit, so they find more by their size alone
  std::string not_run;  // why there are no figures; empty: there are
  Figures at_budget;
  std::vector<Figures> by_budget;          // 1, 5, 10, 50 and the one asked for, ascending
  std::vector<CampaignOutcome> campaigns;  // at the budget
  std::optional<Calibration> calibration;
  std::vector<Table> tables;
  std::map<std::string, double> more;  // figures of this set alone: "recall_lenient"
};

// What a source finds on a variant of the data, at the budget.
struct VariedFigures {
  std::string source;
  Figures figures;
  std::vector<std::string> found;  // "campaign: phase"
};

// One row of ablations or disturbances; the first of each is the full run.
struct Variation {
  std::string of, name;       // "nothing", "log", "part", "disturbance"; "zeek conn", "critical", "clock"
  std::string does;           // a disturbance, with its parameters
  std::uint64_t changed = 0;  // observations left out, moved or added
  std::vector<VariedFigures> figures;
  std::string not_done;  // why there are none
};

// A figure that others published about the same kind of data, to hold ours against.
struct Published {
  std::string where, source;  // whose it is; which of our sources it speaks of
  std::uint64_t found = 0, of = 0;
  std::string caution;  // why ours and theirs are not the same thing
};
// "41 of 65 phases (63 %), 51 to 74 % by Wilson's interval; ours ... lies within"; empty where the source was not run.
std::string published_text(const struct Report& report);

struct Report {
  std::string set, title, data;
  unsigned budget = 10;
  std::uint64_t seed = 0;
  std::string unit, phase;                      // what an alarm is about and what a phase is, in words
  std::vector<std::string> splits;              // a line a scene: what is learned from, calibrated on and tested
  std::map<std::string, std::uint64_t> counts;  // events by label
  std::vector<std::pair<std::string, std::map<std::string, std::uint64_t>>> counts_by_scene;
  std::string best;                   // the source whose figures stand at the top
  std::vector<SourceResult> results;  // in the order of the catalogue, rules first
  std::vector<std::string> remarks;   // what is weak, synthetic or was not read
  std::vector<Table> tables;          // of the set, not of a source
  bool partial = false;               // something could not be read
  std::vector<Variation> ablations, disturbed;  // empty where they were not asked for
  std::optional<Published> published;
};

const SourceResult* find_result(const Report& report, const std::string& source);

std::string to_json(const Report& report);
// At most `width` columns; about one screen.
std::string to_text(const Report& report, std::size_t width = 110);
// One page without anything from outside: tables, QQ plots as SVG.
std::string to_html(const Report& report);

// The share of found campaigns by two traits: "3/4" a cell. Rows and columns in the order given.
struct Axis {
  std::string trait;
  std::vector<std::string> values;
};
// Ablations and disturbances, where there are some: rows by source, then variation.
std::vector<Table> variation_tables(const Report& report);
Table surface(const std::vector<CampaignOutcome>& campaigns, const Axis& rows, const Axis& columns);

// "3 min", "2.5 h", "4 d"; "-" for nothing.
std::string duration_text(std::optional<double> seconds);
std::string number_text(std::optional<double> number, int digits);
std::string recall_text(const Figures& f);  // "-" where there was no phase to find

}  // namespace custos::evaluate
