// What scans sealed into a case, as the sources it was: each one's segments, in order, are its bytes.
// Made by hunts; scan() reads it through engine/reading/sources.h, proofs ask it where a record lies.
// Owns the case's logs while it lives; the FileSystem must outlive it.
// open() and add() by one thread, then the rest by any.
// Refuses a case whose own log can't be read. Segments that are missing, damaged or deleted are read as blank lines, so that places behind them stay, and told.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/reading/sources.h"
#include "evidence/evidence.h"
#include "store/store.h"

namespace custos::engine {

struct SealedLog {
  std::string number, folder;  // number: of a merged case; empty: the case's own
  std::unique_ptr<evidence::LogReader> reader;
  evidence::Contents contents;
};

struct SealedSource {
  std::size_t log = 0;  // in logs()
  std::uint64_t entry = 0, size = 0;
  std::string exhibit, path, format, sha256;
  std::string name;  // path, and which one where several have it
  Micros modified = kNoTime;
  bool whole = true;
  struct Stretch {
    std::uint64_t at = 0, bytes = 0;       // in the source
    std::uint64_t before = 0;              // bytes of the segment before it
    std::uint32_t first = 0, records = 0;  // of the segment
    std::size_t segment = 0;               // in the contents' segments
  };
  std::vector<Stretch> stretches;  // by `at`
};

// Where a record lies.
struct SealedPlace {
  std::size_t log = 0, segment = 0;
  std::uint32_t leaf = 0;
  auto operator<=>(const SealedPlace&) const = default;
};

class SealedSources final : public Sources {
 public:
  // `merged`: the merged cases that the view has. `said` gets sentences about those that can't be read.
  static Result<std::unique_ptr<SealedSources>> open(FileSystem& files, const std::string& case_folder, const evidence::Keyring& keyring,
                                                     const std::vector<store::MergedCase>& merged, std::vector<std::string>& said);

  std::vector<ingest::SourceFile> files() const override;
  void visit(const ingest::SourceFile& file, ingest::StreamVisitor& visitor) override;

  const std::vector<SealedLog>& logs() const { return logs_; }
  const std::vector<SealedSource>& sources() const { return sources_; }
  // Sources that stand in the case again, byte for byte, under the same name: read once.
  std::size_t repeated() const { return repeated_; }
  const SealedSource* source(std::string_view name) const;
  const evidence::SegmentClaim& segment(const SealedPlace& p) const { return logs_[p.log].contents.segments[p.segment]; }

  // The segment, checked against its name and entry.
  Result<std::shared_ptr<const evidence::Segment>> read(std::size_t log, std::size_t segment);
  // Where the record that holds this byte lies; nothing where it was not kept or can't be read.
  std::optional<SealedPlace> find(const SealedSource& source, std::uint64_t offset);

 private:
  SealedSources(FileSystem& files, const evidence::Keyring& keyring) : files_(files), keyring_(keyring) {}
  Result<void> add(std::string number, const std::string& folder);
  Result<void> add_source(std::size_t log, const evidence::SourceClaim& claim);
  void add_stretches(std::size_t log);
  void leave_out_repeated();
  void give_names();

  FileSystem& files_;
  const evidence::Keyring keyring_;
  std::vector<SealedLog> logs_;
  std::vector<SealedSource> sources_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::size_t repeated_ = 0;
  struct Kept {
    std::size_t log, segment;
    std::shared_ptr<const evidence::Segment> bytes;
  };
  std::mutex mutex_;
  std::vector<Kept> kept_;  // those read last, the newest behind
};

}  // namespace custos::engine
