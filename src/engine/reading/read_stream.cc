#include "engine/reading/read_stream.h"

#include <fmt/format.h>

namespace custos::engine {

StreamOutcome read_stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes, Micros undated, Batch& batch, const Limits& limits,
                          const std::function<void(Batch&)>& take) {
  StreamOutcome out;
  ingest::Head head(bytes);
  const Bytes first = head.look();
  const ingest::Format* format = ingest::recognise(first, head.whole());
  out.empty = first.empty() && head.whole();
  out.known = out.empty || format != nullptr;
  if (out.empty || format == nullptr) {
    out.state = out.empty ? ReadState::Whole : ReadState::Unread;
    out.why = out.empty ? "" : "in no format custos knows";
    return out;
  }
  SourceCoverage coverage;
  ingest::Report report(coverage, 1);
  const auto decoder = format->open({limits, undated, false, info.handed_to});
  out.to_its_end = ingest::read_all(head, *decoder, batch, report, limits, take).whole;
  if (!out.to_its_end) report.partial("not read to its end");
  out.state = coverage.state;
  out.rejects = report.rejects();
  if (out.state != ReadState::Whole) out.why = coverage.reject_count > 0 ? fmt::format("{} records not understood", coverage.reject_count) : coverage.why;
  return out;
}

}  // namespace custos::engine
