// All that a report of a case says, before it is words: gathered from the case, rendered as a page. docs/formats/report.md.
// Filled by engine/reporting; read by render.cc and the files beside it.
// Owned values; texts as the case has them, nothing masked or escaped.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/incident.h"
#include "share/release/terms.h"

namespace custos::share {

// Where a piece of evidence is proved: entries of the kind `segment` and leaves in them.
struct ReportProof {
  struct At {
    std::uint64_t entry = 0, leaf = 0;
  };
  std::optional<At> document, record;
  std::string exhibit;  // "E-5"
};

struct ReportIncident {
  Incident incident;
  bool whole = false;  // else only what its act says: title, level, times
  std::string entry, assigned;
  std::uint64_t findings = 0;
  bool judged = false;              // the incident says what became of protected items
  std::vector<ReportProof> proofs;  // of each of its evidence
};

struct ReportTask {
  std::string number, title, due, state, said, person;
};
struct ReportNote {
  std::string number, time, who, about, text;
};
struct ReportPair {
  std::string name, value;
};

struct ReportScan {
  std::string entry, started, host, who, tool, configuration, arguments, of_case;
  std::uint64_t rule_files = 0, rules = 0, sources = 0, findings = 0;
  bool ended = false, complete = false, covered = false;  // covered: the figures behind are known
  std::uint64_t events = 0, bytes = 0, rejects = 0, partial = 0, unread = 0, without_telemetry = 0;
  std::string behavior_off;           // why behaviour was not judged; empty where it was
  std::vector<ReportPair> not_whole;  // sources, and why; the first 50
};

struct ReportExhibit {
  std::string exhibit, path, sha256, format, state, first, last, of_case;
  std::uint64_t size = 0, records = 0;
};

struct ReportLog {
  std::string origin, key, root, of_case;
  std::uint64_t size = 0;
  std::vector<std::string> stamps, witnesses;
};

struct Report {
  std::string institution;  // its name; may be empty
  bool institution_given = false;
  std::string title, number, state, outcome, closing, opened, last_act, made;
  std::vector<ReportIncident> told;     // in full
  std::vector<ReportIncident> further;  // in a table
  std::vector<ReportPair> members;      // person, role
  std::vector<ReportTask> tasks;
  std::vector<ReportNote> notes;
  std::vector<ReportPair> handed_out;  // time, what
  std::vector<ReportScan> scans;
  std::vector<ReportExhibit> exhibits;
  std::vector<ReportLog> logs;                          // the case's own first
  std::uint64_t findings = 0;                           // in all scans
  std::map<std::string, std::uint64_t> other_findings;  // title -> how many, of those that no incident told in full rests on
  std::vector<std::string> said;                        // what could not be read
};

enum class Lang : std::uint8_t { En, Fr, kCount };

struct ReportView {
  Audience audience = Audience::Technical;
  Lang lang = Lang::En;
  std::string tlp = "AMBER+STRICT";
};

}  // namespace custos::share
