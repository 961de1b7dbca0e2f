// The bytes of one sealed source, out of its segments one after the other.
// Made by SealedSources for the visit of a source; feeds whatever reads a log file.
// Holds one segment at a time.
// One thread.
// Refuses stretches that overlap: there it ends. What can't be had is blank lines in its place, named by why_not_whole().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/ingest.h"

namespace custos::evidence {
class Segment;
}

namespace custos::engine {

class SealedSources;
struct SealedSource;

class SealedStream final : public ingest::ByteStream {
 public:
  SealedStream(SealedSources& from, const SealedSource& source, std::function<void(std::uint64_t)> progress)
      : from_(from), source_(source), progress_(std::move(progress)) {}

  Result<std::size_t> read(char* to, std::size_t size) override;
  // A sentence; empty where every byte was read.
  std::string why_not_whole() const;

 private:
  bool next();
  void miss(std::uint64_t bytes, std::string why);

  SealedSources& from_;
  const SealedSource& source_;
  std::function<void(std::uint64_t)> progress_;
  std::size_t next_ = 0;                               // stretch
  std::uint64_t at_ = 0;                               // in the source
  std::shared_ptr<const evidence::Segment> segment_;   // of the stretch that is read; null: it can't be had
  const char* bytes_ = nullptr;
  std::uint64_t left_ = 0;                             // of the stretch
  std::uint64_t missed_bytes_ = 0, missed_ = 0;        // missed_: how often
  std::vector<std::string> why_;                       // the first of them
  bool ended_ = false;
};

}  // namespace custos::engine
