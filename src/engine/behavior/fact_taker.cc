#include "engine/behavior/fact_taker.h"

namespace custos::engine {

void FactTaker::take(const Batch& batch, std::uint32_t source) {
  if (error_) return;
  for (std::size_t i = 0; i < batch.size(); ++i) reader_.read(batch[i], source, facts_);
  keep();
}

void FactTaker::take(const Event& event, std::uint32_t source) {
  if (error_) return;
  reader_.read(event, source, facts_);
  if (facts_.size() >= 1'024) keep();
}

void FactTaker::end_of_file() {
  reader_.flush(facts_);
  keep();
}

void FactTaker::keep() {
  if (error_) return facts_.clear();
  if (auto kept = log_.add(facts_); !kept) error_ = kept.error();
}

}  // namespace custos::engine
