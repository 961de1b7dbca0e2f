#include "engine/evidence/sealer.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>

#include "base/crypto/secure_random.h"

namespace custos::engine {
namespace sealers {

constexpr int kGiveWay = 5;               // niceness: the scan comes first, sealing fills what it leaves idle
constexpr std::size_t kWaitingEach = 12;  // segments of some 4 MiB a thread

}  // namespace sealers

Sealer::Sealer(FileSystem& files, std::string folder, std::vector<evidence::AgeRecipient> recipients, unsigned threads)
    : files_(files),
      folder_(std::move(folder)),
      recipients_(std::move(recipients)),
      most_waiting_(threads * sealers::kWaitingEach),
      lengths_(folder_, "the places of sealed records") {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Sealer::~Sealer() { stop(); }

void Sealer::take(evidence::CutSegment&& segment) {
  std::unique_lock held(mutex_);
  changed_.wait(held, [&] { return waiting_.size() < most_waiting_ || failure_; });
  if (!failure_) waiting_.push_back(std::move(segment));
  changed_.notify_all();
}

void Sealer::work() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), sealers::kGiveWay);
  evidence::SegmentScratch scratch;
  std::unique_lock held(mutex_);
  while (true) {
    changed_.wait(held, [&] { return done_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    evidence::CutSegment segment = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    held.unlock();
    auto ok = seal(std::move(segment), "records", scratch);
    held.lock();
    if (ok) continue;
    if (!failure_) failure_ = ok.error();
    waiting_.clear();
    changed_.notify_all();
  }
}

Result<void> Sealer::seal(evidence::CutSegment&& segment, const char* holds, evidence::SegmentScratch& scratch) {
  auto sealed = evidence::seal_segment(segment.raw, secure_random(32), scratch);
  if (!sealed) return tl::unexpected<Error>(sealed.error());
  if (!recipients_.empty()) {
    auto encrypted = evidence::age_seal(sealed->file, recipients_);
    if (!encrypted) return tl::unexpected<Error>(encrypted.error());
    sealed->file = std::move(*encrypted);
  }
  auto name = evidence::write_segment(files_, folder_, sealed->file);
  if (!name) return tl::unexpected<Error>(name.error());
  KeptSegment kept;
  kept.name = std::move(*name);
  kept.holds = holds;
  kept.size = sealed->file.size();
  kept.records = segment.raw.lengths.size();
  kept.bytes = segment.raw.bytes.size();
  kept.root = sealed->root;
  kept.parts = std::move(segment.parts);
  kept.lengths_size = sealed->lengths.size();
  const std::lock_guard held(mutex_);
  kept.lengths_at = lengths_.size();
  if (auto ok = lengths_.append(sealed->lengths); !ok) return ok;
  segments_.push_back(std::move(kept));
  return {};
}

void Sealer::stop() {
  {
    const std::lock_guard held(mutex_);
    done_ = true;
    changed_.notify_all();
  }
  for (std::thread& t : threads_) t.join();
  threads_.clear();
}

Result<void> Sealer::finish() {
  stop();
  if (failure_) return tl::unexpected<Error>(*failure_);
  const auto place = [](const KeptSegment& s) { return std::pair{s.parts[0].source, s.parts[0].at}; };
  std::sort(segments_.begin(), segments_.end(), [&](const KeptSegment& a, const KeptSegment& b) { return place(a) < place(b); });
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    std::uint64_t before = 0;
    for (const evidence::SegmentPart& p : segments_[i].parts) {
      stretches_.push_back({p.source, p.at, p.bytes, before, i});
      before += p.bytes;
    }
  }
  std::sort(stretches_.begin(), stretches_.end(), [](const Stretch& a, const Stretch& b) { return std::tie(a.source, a.at) < std::tie(b.source, b.at); });
  return {};
}

void Sealer::discard() {
  stop();
  for (const KeptSegment& s : segments_) static_cast<void>(files_.remove(folder_ + "/" + evidence::segment_path(s.name)));
  segments_.clear();
}

Result<evidence::RecordPlace> Sealer::add(evidence::RawSegment&& raw, const char* holds) {
  const auto last = static_cast<std::uint32_t>(raw.lengths.size() - 1);
  evidence::SegmentScratch scratch;
  if (auto ok = seal({std::move(raw), {}}, holds, scratch); !ok) return tl::unexpected<Error>(ok.error());
  return evidence::RecordPlace{segments_.back().name, last};
}

// Where the records of a segment begin, counted from its first byte, and its end.
const std::vector<std::uint64_t>& Sealer::starts_of(std::size_t segment) {
  if (segment == looked_at_) return starts_;
  const KeptSegment& s = segments_[segment];
  std::string varints(s.lengths_size, '\0');
  starts_.assign(1, 0);
  looked_at_ = segment;
  if (!lengths_.read(s.lengths_at, varints.data(), varints.size())) return starts_;
  const auto lengths = evidence::read_lengths(varints, s.records);
  if (!lengths) return starts_;
  for (const std::uint32_t n : *lengths) starts_.push_back(starts_.back() + n);
  return starts_;
}

std::optional<evidence::RecordPlace> Sealer::find(std::uint32_t source, std::uint64_t offset) {
  auto it = std::upper_bound(stretches_.begin(), stretches_.end(), std::pair{source, offset}, [](const auto& place, const Stretch& s) {
    return place < std::pair{s.source, s.at};
  });
  if (it == stretches_.begin() || (--it)->source != source || offset - it->at >= it->bytes) return std::nullopt;
  const auto& starts = starts_of(it->segment);
  const auto behind = std::upper_bound(starts.begin(), starts.end(), it->before + (offset - it->at));
  if (starts.size() < 2 || behind == starts.end()) return std::nullopt;
  return evidence::RecordPlace{segments_[it->segment].name, static_cast<std::uint32_t>(behind - starts.begin() - 1)};
}

}  // namespace custos::engine
