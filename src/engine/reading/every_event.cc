#include "engine/reading/every_event.h"

#include "engine/reading/read_stream.h"

namespace custos::engine {
namespace reading_events {

class Reading final : public ingest::StreamVisitor {
 public:
  using Take = std::function<void(const std::string&, const Event&)>;
  Reading(const Limits& limits, const Take& take) : limits_(limits), take_(take), names_(limits.names), batch_(names_, sources_) {}

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override {
    const auto outcome = read_stream(info, bytes, info.modified, batch_, limits_, [&](Batch& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i) take_(info.name, batch[i]);
      total.events += batch.size();
    });
    if (outcome.state != ReadState::Whole) ++total.not_whole;
  }
  void problem(const std::string&, ReadState, const std::string&) override { ++total.not_whole; }
  void progress(std::uint64_t) override {}

  EveryEvent total;

 private:
  const Limits& limits_;
  const Take& take_;
  Names names_;
  LogSources sources_;
  Batch batch_;
};

}  // namespace reading_events

Result<EveryEvent> every_event(const std::vector<std::string>& paths, const Limits& limits, const std::function<void(const std::string&, const Event&)>& take) {
  const auto walk = ingest::walk(paths, limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  reading_events::Reading reading(limits, take);
  reading.total.not_whole = walk->unreadable.size();
  for (const ingest::SourceFile& f : walk->files) ingest::visit(f, limits, reading);
  return reading.total;
}

}  // namespace custos::engine
