// Seals segments beside the scan, on threads of its own that give way to it, and remembers where every record came to lie.
// Called by the taps of a sealing (from their workers' threads); feeds the segments' folder.
// Lives as long as the sealing.
// take() by any thread; the rest by one, after finish().
// Refuses nothing; the first failure is kept and comes out of finish().
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/files/file_system.h"
#include "base/files/nameless_file.h"
#include "evidence/evidence.h"

namespace custos::engine {

struct KeptSegment {
  std::string name, holds;
  std::uint64_t size = 0, records = 0, bytes = 0;
  Hash32 root{};
  std::vector<evidence::SegmentPart> parts;
  std::uint64_t lengths_at = 0, lengths_size = 0;  // in the sealer's own file
};

class Sealer {
 public:
  // recipients: to whom segments are encrypted; none: they are not.
  Sealer(FileSystem& files, std::string folder, std::vector<evidence::AgeRecipient> recipients, unsigned threads);
  ~Sealer();

  // Records of sources; waits while too much is waiting.
  void take(evidence::CutSegment&& segment);
  // All that was taken is sealed and written (not yet synced). Segments are in the order of their first source and place.
  Result<void> finish();
  // What is no record of a source ("findings", "incidents", "coverage"), at once, behind all others; after finish().
  Result<evidence::RecordPlace> add(evidence::RawSegment&& raw, const char* holds);
  const std::vector<KeptSegment>& segments() const { return segments_; }
  // Nothing of it is to be kept after all: no entry will name it.
  void discard();
  // Where the record that holds this byte of this source lies; nothing where it was not kept.
  std::optional<evidence::RecordPlace> find(std::uint32_t source, std::uint64_t offset);

 private:
  void work();
  void stop();
  Result<void> seal(evidence::CutSegment&& segment, const char* holds, evidence::SegmentScratch& scratch);
  const std::vector<std::uint64_t>& starts_of(std::size_t segment);

  FileSystem& files_;
  std::string folder_;
  const std::vector<evidence::AgeRecipient> recipients_;
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<evidence::CutSegment> waiting_;
  bool done_ = false;
  std::optional<Error> failure_;
  std::vector<std::thread> threads_;
  std::vector<KeptSegment> segments_;
  NamelessFile lengths_;
  struct Stretch {
    std::uint32_t source;
    std::uint64_t at, bytes;  // in the source
    std::uint64_t before;     // bytes of the segment before it
    std::size_t segment;
  };
  std::vector<Stretch> stretches_;           // of all sources, sorted
  std::size_t looked_at_ = ~std::size_t{0};  // segment of starts_
  std::vector<std::uint64_t> starts_;
};

}  // namespace custos::engine
