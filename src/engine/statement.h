// The coverage statement of a scan, put together from what every worker saw and what became of every rule.
// Called by scan.cc; feeds Coverage.
// Owns what it collects until finish().
// One thread, after the workers are done.
// Refuses nothing.
#pragma once

#include <utility>
#include <vector>

#include "engine/pipeline.h"
#include "engine/scan.h"

namespace custos::engine {

class Statement {
 public:
  Statement(const ScanOptions& options, const LoadedRules& rules);

  void add_unreadable(const std::vector<ingest::Unreadable>& list);
  // An argument that is a folder without any file: read whole, and said.
  void add_empty_folder(const std::string& name);
  void add(Worker& worker);
  // A finding of a correlation whose level is not reported.
  void add_finding_below() { ++coverage_.scope.findings_below; }
  // By ordinal, that is in the order of the files; call once between the last add() and sources().
  void sort();
  const std::vector<std::pair<std::uint32_t, SourceCoverage>>& sources() const { return sources_; }
  Coverage finish(const rules::CorrelationTotals& totals, const FindingSet& findings);

 private:
  void add_rules();

  const ScanOptions& options_;
  const LoadedRules& rules_;
  Coverage coverage_;
  std::vector<std::pair<std::uint32_t, SourceCoverage>> sources_;
  std::vector<SourceCoverage> unreadable_;
  std::vector<bool> telemetry_;
  std::uint64_t crowded_names_ = 0;
};

}  // namespace custos::engine
