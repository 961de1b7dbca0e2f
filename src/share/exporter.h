// The contract of an output format: findings and the coverage statement in, bytes out.
// Called by engine/ with findings sorted by time; every file of exporters/ defines one `extern const Exporter exporter`.
// An ExportRun lives for one output file.
// One thread.
// Refuses nothing; a failed write is the Output's error, reported once at finish().
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "model/coverage.h"
#include "model/finding.h"
#include "model/incident.h"

namespace custos::share {

// Where bytes go; remembers the first failure.
class Output {
 public:
  virtual ~Output() = default;
  virtual void write(std::string_view bytes) = 0;
};

class ExportRun {
 public:
  virtual ~ExportRun() = default;
  virtual void finding(const Finding& f) = 0;
  // After all findings, in the order in which they are to be read. Formats that know nothing but findings leave them out.
  virtual void incident(const Incident&) {}
  virtual void finish(const Coverage& coverage) = 0;  // writes rejects and the coverage statement, closes the document
};

struct Exporter {
  std::string_view name;   // "json": the option is --json
  std::string_view title;  // for help
  std::unique_ptr<ExportRun> (*open)(Output& out);
};

std::span<const Exporter* const> exporters();

}  // namespace custos::share
