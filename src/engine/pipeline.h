// One worker of a scan: streams in, findings and coverage out. Read this file's .cc for the way of an event.
// Called by scan.cc, one a thread; sources are handed to it one at a time.
// A Worker's findings and coverage are joined when all are done.
// One thread a Worker; Shared is used by all.
// Refuses nothing: what can't be read becomes coverage.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/behavior/fact_taker.h"
#include "engine/findings.h"
#include "engine/incidents/programs.h"
#include "engine/incidents/visits.h"
#include "engine/scan.h"
#include "ingest/ingest.h"
#include "institution/institution.h"

namespace custos::engine {

// What the workers of one scan have in common.
struct Shared {
  const ScanOptions* options = nullptr;
  std::shared_ptr<const rules::Program> program;
  rules::Correlations* correlations = nullptr;
  const ingest::CaptureTool* capture_tool = nullptr;
  const Institution* institution = nullptr;
  Sealing* sealing = nullptr;  // none: nothing is kept
  std::atomic<std::uint64_t> bytes_done{0}, files_done{0}, events{0}, findings{0};
};

class Worker final : public ingest::StreamVisitor {
 public:
  explicit Worker(Shared& shared);

  // `ordinal` of the file's first stream; its further streams count up, at most `streams` of them.
  void scan_file(const ingest::SourceFile& file, std::uint32_t ordinal, std::uint32_t streams);

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override;
  void problem(const std::string& name, ReadState state, const std::string& why) override;
  void progress(std::uint64_t bytes) override;

  FindingSet& findings() { return findings_; }
  institution::Resolver& resolver() { return resolver_; }
  FactTaker* facts() { return facts_.get(); }
  const correlate::Trail& trail() const { return programs_.trail(); }
  const VisitTaker& visits() const { return visits_; }
  void end_sealing() { tap_.reset(); }  // what it still holds goes on to be sealed
  std::vector<std::pair<std::uint32_t, SourceCoverage>>& sources() { return sources_; }  // by ordinal
  const rules::Matcher& matcher() const { return *matcher_; }
  const Names& names() const { return *names_; }
  std::uint64_t findings_below() const { return findings_below_; }  // the level that is reported

 private:
  void read(const ingest::StreamInfo& info, ingest::ByteStream& bytes);
  SourceCoverage& new_source(const std::string& name);

  Shared& shared_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<LogSources> log_sources_;
  institution::Clues clues_;
  institution::Resolver resolver_;
  std::unique_ptr<FactTaker> facts_;  // none: behaviour is not looked at
  ProgramTaker programs_;
  VisitTaker visits_;
  std::unique_ptr<Sealing::Tap> tap_;  // none: nothing is kept
  Batch batch_;
  std::unique_ptr<rules::Matcher> matcher_;
  FindingSet findings_;
  std::vector<std::pair<std::uint32_t, SourceCoverage>> sources_;
  std::uint32_t first_ordinal_ = 0, next_ordinal_ = 0, last_ordinal_ = 0;
  std::uint64_t reported_bytes_ = 0, findings_below_ = 0;
};

}  // namespace custos::engine
