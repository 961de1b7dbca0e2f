#include "engine/hunting/sealed_events.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "engine/reading/read_stream.h"

namespace custos::engine {
namespace sealed_events {
namespace {

struct Shared {
  std::mutex mutex;
  Progress progress;
  std::chrono::steady_clock::time_point told{};
  const std::function<void(const Progress&)>& tell;

  void add(std::uint64_t bytes, std::uint64_t events, bool file) {
    const std::lock_guard held(mutex);
    progress.bytes_done += bytes;
    progress.events += events;
    progress.files_done += file;
    const auto now = std::chrono::steady_clock::now();
    if (!tell || now - told < std::chrono::milliseconds(250)) return;
    told = now;
    tell(progress);
  }
};

class Reader final : public ingest::StreamVisitor {
 public:
  Reader(EventTaker& taker, Shared& shared) : taker_(taker), shared_(shared), names_(limits_.names), batch_(names_, log_sources_), entities_(names_) {}

  std::string read(SealedSources& sources, std::size_t which) {
    why_.clear();
    done_ = 0;
    taker_.begin(which);
    const SealedSource& s = sources.sources()[which];
    sources.visit({{}, s.name, s.size, s.modified}, *this);
    shared_.add(s.size - std::min(s.size, done_), 0, true);
    return why_;
  }

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override {
    const auto outcome = read_stream(info, bytes, info.modified, batch_, limits_, [&](Batch& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i) taker_.take(batch[i], entities_);
      events_ += batch.size();
    });
    if (outcome.state != ReadState::Whole) why_ = outcome.why;
  }
  void problem(const std::string&, ReadState, const std::string& why) override { why_ += (why_.empty() ? "" : "; ") + why; }
  void progress(std::uint64_t bytes) override {
    shared_.add(bytes - std::min(bytes, done_), std::exchange(events_, 0), false);
    done_ = bytes;
  }

 private:
  EventTaker& taker_;
  Shared& shared_;
  const Limits limits_;
  Names names_;
  LogSources log_sources_;
  Batch batch_;
  EventEntities entities_;
  std::string why_;
  std::uint64_t done_ = 0, events_ = 0;
};

}  // namespace
}  // namespace sealed_events

std::vector<std::string> each_sealed_event(SealedSources& sources, std::span<const std::size_t> which, const std::vector<std::unique_ptr<EventTaker>>& takers,
                                           const std::function<void(const Progress&)>& progress) {
  sealed_events::Shared shared{{}, {}, {}, progress};
  shared.progress.files_total = which.size();
  for (const std::size_t i : which) shared.progress.bytes_total += sources.sources()[i].size;
  std::vector<std::string> why(which.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&](EventTaker& taker) {
    sealed_events::Reader reader(taker, shared);
    for (std::size_t i = next++; i < which.size(); i = next++) why[i] = reader.read(sources, which[i]);
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 1; t < takers.size(); ++t) threads.emplace_back(work, std::ref(*takers[t]));
  work(*takers[0]);
  for (std::thread& t : threads) t.join();
  return why;
}

}  // namespace custos::engine
