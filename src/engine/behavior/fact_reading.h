// Facts and names of logs that one thread reads, and their way into an analysis: names resolved, in order of time.
// Called by learn.cc and by the yardstick's source of behaviour for each event; feed() also by judging.cc for the logs of a scan's workers.
// Lives until the analysis has taken its facts.
// One thread.
// Refuses nothing but a temporary file that can't be written or read back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/behavior/fact_taker.h"
#include "institution/institution.h"

namespace custos::engine {

// What was read.
struct BehaviorInput {
  const Institution& known;
  const institution::Resolver& resolver;  // settled
  std::vector<behavior::FactLog*> logs;
  std::function<std::string(std::uint32_t source)> file_of;
  std::function<void(const behavior::Fact&)> also;  // sees every fact that an analysis takes, names resolved; may be empty
};

class FactReading {
 public:
  explicit FactReading(const Institution& known) : known_(known), resolver_(known, institution::Resolver::Keep::HostsAndAccounts) {}

  // Events of a file come one after the other, all with the same dictionary of names.
  void take(const std::string& file, const Event& e);
  // When all is read; the input points into this.
  Result<BehaviorInput> finish();

 private:
  const Institution& known_;
  institution::Resolver resolver_;
  std::unique_ptr<institution::Clues> clues_;  // from the first event on
  std::unique_ptr<FactTaker> taker_;
  std::vector<std::string> files_;
};

// Facts before `until`.
Result<void> feed(const BehaviorInput& input, Dictionary& texts, Micros until, behavior::Analysis& analysis);

}  // namespace custos::engine
