// A worker's facts: events in, facts out, kept until all is read.
// One a Worker; judging.cc takes the logs of all.
// Lives as long as its worker.
// One thread.
// Refuses nothing; a disk that is full is told at the end, and nothing of behaviour is judged then.
#pragma once

#include <optional>
#include <vector>

#include "behavior/behavior.h"
#include "institution/institution.h"

namespace custos::engine {

class FactTaker {
 public:
  // `memory`: bytes of facts that are kept; more go to a temporary file. The resolver must outlive this.
  FactTaker(const Names& names, const institution::Resolver& resolver, std::size_t memory = 16u << 20)
      : log_({memory, 1u << 10, "/tmp"}), reader_(names, log_.texts(), [&resolver](std::string_view a) { return resolver.ours(a); }) {}

  void take(const Batch& batch, std::uint32_t source);
  void take(const Event& event, std::uint32_t source);
  // The file is read.
  void end_of_file();
  behavior::FactLog& log() { return log_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  void keep();

  behavior::FactLog log_;
  behavior::FactReader reader_;
  std::vector<behavior::Fact> facts_;
  std::optional<Error> error_;
};

}  // namespace custos::engine
