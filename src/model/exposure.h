// What became of something protected in an incident: how far somebody got with it, who, from where, when, and how sure that is.
// Made by correlate/exposure; part of an Incident; shown by share/, told to those whom the institution file names.
// Owned values; evidence are numbers of the incident's evidence.
// Immutable once handed on.
// Refuses nothing. docs/formats/incidents.md says what each word means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace custos {

// Each includes those before it.
enum class Degree : std::uint8_t { MetadataSeen, Opened, Copied, Left };
std::string_view degree_name(Degree degree);  // "metadata seen", "opened", "copied", "left the building"

// How sure it is that it was the intruder's doing, and that it went so far.
enum class Certainty : std::uint8_t { Possible, Likely, Certain };
std::string_view certainty_name(Certainty certainty);  // "possible", "likely", "certain"

// How one degree was reached.
struct ExposureStep {
  Degree degree = Degree::MetadataSeen;
  Certainty certainty = Certainty::Possible;
  Micros first = kNoTime, last = kNoTime;
  std::string text;                      // why, in a sentence
  std::vector<std::uint32_t> evidence;
};

// Who, from where, in which logon session.
struct ExposedBy {
  std::string account, from, session;  // session: as its computer numbers it; empty where the log does not say
  Micros first = kNoTime, last = kNoTime;
  std::uint64_t times = 0;             // records
};

struct Exposure {
  std::string item, kind, title, confidentiality;  // as the institution file has them
  Degree degree = Degree::MetadataSeen;            // the furthest that is at least likely; where none is, the furthest
  Certainty certainty = Certainty::Possible;       // of that
  Micros first = kNoTime, last = kNoTime;
  std::uint64_t times = 0;
  std::vector<ExposureStep> steps;  // in the order of degrees
  std::vector<ExposedBy> by;        // by time
  std::vector<std::string> tell;    // who must be told, as the institution file has it
};

}  // namespace custos
