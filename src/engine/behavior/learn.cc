#include "engine/behavior/learn.h"

#include <unistd.h>

#include <memory>

#include "engine/behavior/baseline_file.h"
#include "engine/behavior/fact_taker.h"
#include "engine/behavior/judging.h"
#include "engine/reading/every_event.h"

namespace custos::engine {
namespace learning {

// Facts and names of all files, one after the other.
class Reading {
 public:
  explicit Reading(const Institution& known) : resolver_(known, institution::Resolver::Keep::HostsAndAccounts) {}

  void take(const std::string& file, const Event& e) {
    if (!taker_) {
      clues_ = std::make_unique<institution::Clues>(e.batch().names());
      taker_ = std::make_unique<FactTaker>(e.batch().names());
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

  Result<BehaviorInput> finish(const Institution& known) {
    BehaviorInput input{known, resolver_, {}, [this](std::uint32_t source) { return source < files_.size() ? files_[source] : std::string(); }};
    if (!taker_) return input;
    taker_->end_of_file();
    if (taker_->error()) return tl::unexpected<Error>(*taker_->error());
    resolver_.settle();
    input.logs.push_back(&taker_->log());
    return input;
  }

 private:
  institution::Resolver resolver_;
  std::unique_ptr<institution::Clues> clues_;
  std::unique_ptr<FactTaker> taker_;
  std::vector<std::string> files_;
};

}  // namespace learning

Result<LearnResult> learn(const LearnOptions& options, const std::function<void(std::uint64_t)>& progress) {
  auto known = institution::usable_institution(options.institution);
  if (!known) return tl::unexpected<Error>(known.error());
  LearnResult result;
  std::string before;
  if (::access(options.baseline.c_str(), F_OK) == 0) {
    auto body = read_baseline(options.baseline);
    if (!body) return tl::unexpected<Error>(body.error());
    before = std::move(*body);
    result.extended = true;
  }
  learning::Reading reading(*known);
  const auto read = every_event(options.paths, options.limits, [&](const std::string& file, const Event& e) {
    reading.take(file, e);
    if (++result.events % 65'536 == 0 && progress) progress(result.events);
  });
  if (!read) return tl::unexpected<Error>(read.error());
  result.not_whole = read->not_whole;
  auto input = reading.finish(*known);
  if (!input) return tl::unexpected<Error>(input.error());
  BehaviorOptions behavior;
  behavior.memory = options.memory;
  auto learned = learn_behavior(behavior, *input, before);
  if (!learned) {
    Error e = learned.error();
    if (e.where.empty() && result.extended && e.code == Code::Malformed) e.where = options.baseline;
    return tl::unexpected<Error>(std::move(e));
  }
  if (auto written = write_baseline(options.baseline, learned->body); !written) return tl::unexpected<Error>(written.error());
  result.coverage = learned->coverage;
  result.remarks = std::move(learned->remarks);
  result.bytes = learned->body.size();
  return result;
}

}  // namespace custos::engine
