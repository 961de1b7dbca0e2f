// Where decoders say what they could not read or found odd.
// Called by decoders; feeds the source's part of the coverage statement.
// Lives as long as the source is read.
// One thread.
// Refuses nothing: everything is counted, the first ones are kept in full.
#pragma once

#include <string>
#include <string_view>

#include "model/coverage.h"

namespace custos::ingest {

class Report {
 public:
  Report(SourceCoverage& coverage, std::size_t listed) : coverage_(coverage), listed_(listed) {}

  // Bytes of the source that were lost. Makes the source Partial.
  void reject(std::uint64_t offset, std::uint64_t length, std::string why);
  // Something odd that lost nothing, counted by its text: "chunk checksum mismatch", "log was not closed".
  void note(std::string_view what, std::uint64_t times = 1);
  // The source as a whole could not be read to its end.
  void partial(std::string why);

  std::uint64_t rejects() const { return coverage_.reject_count; }

 private:
  SourceCoverage& coverage_;
  std::size_t listed_;
};

}  // namespace custos::ingest
