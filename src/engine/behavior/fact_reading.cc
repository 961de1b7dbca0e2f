#include "engine/behavior/fact_reading.h"

#include "engine/behavior/resolution.h"

namespace custos::engine {

void FactReading::take(const std::string& file, const Event& e) {
  if (!taker_) {
    clues_ = std::make_unique<institution::Clues>(e.batch().names());
    taker_ = std::make_unique<FactTaker>(e.batch().names(), resolver_);
  }
  if (files_.empty() || files_.back() != file) {
    taker_->end_of_file();
    files_.push_back(file);
    resolver_.from(file);
  }
  clues_->read(e);
  resolver_.observe(*clues_, e.record());
  taker_->take(e, static_cast<std::uint32_t>(files_.size() - 1));
}

Result<BehaviorInput> FactReading::finish() {
  BehaviorInput input{known_, resolver_, {}, [this](std::uint32_t source) { return source < files_.size() ? files_[source] : std::string(); }, {}};
  if (!taker_) return input;
  taker_->end_of_file();
  if (taker_->error()) return tl::unexpected<Error>(*taker_->error());
  resolver_.settle();
  input.logs.push_back(&taker_->log());
  return input;
}

Result<void> feed(const BehaviorInput& input, Dictionary& texts, Micros until, behavior::Analysis& analysis) {
  Resolution resolution(input.resolver, texts);
  return behavior::FactLog::merge(input.logs, texts, [&](const behavior::Fact& raw) {
    if (raw.time >= until) return;
    behavior::Fact fact = raw;
    resolution.apply(fact);
    if (input.also) input.also(fact);
    analysis.take(fact);
  });
}

}  // namespace custos::engine
