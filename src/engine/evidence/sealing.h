// The sealing of a scan: what is read goes into segments while it is read; when the scan is done, findings and coverage follow and all is signed.
// Called by scan.cc and by each worker through a Tap; feeds the folder of evidence.
// Lives as long as the scan.
// begin() and finish() by one thread, a Tap by its worker's.
// Refuses to begin with a folder, key or passphrase that don't fit together; what fails later makes finish() an error, and the scan's results stay.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/crypto/sha256.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/evidence/open_log.h"
#include "evidence/evidence.h"
#include "ingest/ingest.h"
#include "model/coverage.h"
#include "model/finding.h"
#include "model/incident.h"

namespace custos::engine {

struct SealOptions {
  LogAccess log;                       // no folder: nothing is sealed
  std::vector<std::string> arguments;  // of the command, for the record
  std::string host;
  bool on() const { return !log.folder.empty(); }
};

struct SealedScan {
  std::string key;  // verifier key: what the other side must be given by another way
  bool new_log = false;
  std::uint64_t size = 0;  // of the log
  std::uint64_t sources = 0, segments = 0, records = 0, bytes = 0, stored = 0, findings = 0;
  struct Sealed {
    std::uint64_t segment = 0;  // index of its entry
    std::uint32_t leaf = 0;
  };
  std::vector<Sealed> incidents;  // where each lies
  evidence::Recovery recovery;
};

class Sealing {
 public:
  // What decides the findings.
  struct Configuration {
    std::string hash;  // SHA-256 over all of it
    std::uint64_t rule_files = 0, rules = 0;
  };
  static Result<std::unique_ptr<Sealing>> begin(const SealOptions& options, unsigned threads, const Configuration& configuration);
  ~Sealing();

  class Tap;
  std::unique_ptr<Tap> tap();

  struct Outcome {
    const std::vector<Finding>& findings;
    const std::vector<Incident>& incidents;
    const Coverage& coverage;
    const std::vector<std::pair<std::uint32_t, std::string>>& sources;  // ordinal and name; the first of the coverage's sources are these
    const std::vector<ingest::SourceFile>& files;
  };
  // After all taps are gone.
  Result<SealedScan> finish(const Outcome& outcome);

 private:
  struct State;
  explicit Sealing(std::unique_ptr<State> state);
  Result<SealedScan> seal(const Outcome& outcome);
  std::unique_ptr<State> state_;
};

// What one worker reads. A stream is begun, its bytes pass through read(), records are told, and it ends or is forgotten.
class Sealing::Tap {
 public:
  explicit Tap(State& state);
  ~Tap();
  void begin(std::uint32_t ordinal, const ingest::StreamInfo& info);
  void bytes(std::string_view more);
  void record_at(std::uint64_t offset) { cutter_.record_at(offset); }
  void end();
  void forget();

 private:
  State& state_;
  evidence::Cutter cutter_;
  Sha256 hash_;
  std::uint32_t ordinal_ = 0;
  std::uint64_t size_ = 0;
  Micros modified_ = kNoTime;
};

// A stream whose bytes the tap sees as they are read.
class TappedStream final : public ingest::ByteStream {
 public:
  TappedStream(ingest::ByteStream& from, Sealing::Tap& tap) : from_(from), tap_(tap) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    auto got = from_.read(to, size);
    if (got) tap_.bytes({to, std::min(*got, size)});
    return got;
  }

 private:
  ingest::ByteStream& from_;
  Sealing::Tap& tap_;
};

}  // namespace custos::engine
