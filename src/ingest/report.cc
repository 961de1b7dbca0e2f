#include "ingest/report.h"

namespace custos::ingest {

void Report::reject(std::uint64_t offset, std::uint64_t length, std::string why) {
  if (coverage_.reject_count++ < listed_) coverage_.rejects.push_back({offset, length, why});
  partial(std::move(why));
}

void Report::note(std::string_view what, std::uint64_t times) { coverage_.notes[std::string(what)] += times; }

void Report::partial(std::string why) {
  if (coverage_.state != ReadState::Whole) return;
  coverage_.state = ReadState::Partial;
  coverage_.why = std::move(why);
}

}  // namespace custos::ingest
