// The engine's door: one scan, from paths to findings and the coverage statement.
// Called by cli/ (later serve/); the only place that joins ingest, rules and share.
// Results are owned values.
// scan() uses its own threads; Progress is called from them.
// Refuses unusable options (no such path, a tool that is not there, an output in place of an input) before anything is read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "correlate/correlate.h"
#include "engine/behavior/judging.h"
#include "engine/evidence/sealing.h"
#include "engine/reading/sources.h"
#include "ingest/ingest.h"
#include "model/coverage.h"
#include "model/finding.h"
#include "rules/rules.h"

namespace custos::engine {

struct RuleOptions {
  std::vector<std::string> folders;    // of the user's rules; files are taken too
  std::vector<std::string> pipelines;  // files
  std::vector<rules::RuleText> texts;  // rules that lie in no file
  bool builtin = true;
  rules::Placeholders placeholders;
};

struct ScanOptions {
  std::vector<std::string> paths;
  Sources* sources = nullptr;  // in place of paths
  RuleOptions rules;
  Level min_level = Level::Informational;
  Micros since = kNoTime, until = kNoTime;  // events outside are read and counted, but not matched
  unsigned threads = 1;
  bool carve = false;
  ingest::CaptureOptions captures;
  struct Output {
    std::string path, temporary;  // the file as it will be called, and as it is called while it is written
  };
  std::string institution;        // file; empty: known from the logs alone
  BehaviorOptions behavior;
  SealOptions seal;
  std::vector<correlate::KnownIncident> known_incidents;  // of the case that this scan is for
  std::vector<Output> outputs;    // of this scan: never read, and never one of the files to read
  Limits limits;
  Micros now = kNoTime;        // for the statement and for dates in the future; from base/clock.h
};

struct Progress {
  std::uint64_t files_total = 0, files_done = 0;
  std::uint64_t bytes_total = 0, bytes_done = 0;  // of files as they lie on disk
  std::uint64_t events = 0, findings = 0;
};

struct ScanResult {
  std::vector<Finding> findings;  // by time, then rule
  correlate::Correlated incidents;
  Coverage coverage;
  std::optional<Result<SealedScan>> sealed;  // where that was asked for: what was sealed, or why it could not be
};

struct LoadedRules {
  rules::Loaded loaded;
  std::vector<RuleRefusal> unreadable;  // files and folders that could not be read
  std::uint64_t files = 0;
  std::vector<std::string> user_files;  // paths of those that are not shipped
};

// Reads the shipped and the user's rules and compiles them.
Result<LoadedRules> load_rules(const RuleOptions& options);

Result<ScanResult> scan(const ScanOptions& options, const std::function<void(const Progress&)>& progress);

}  // namespace custos::engine
