// The simulation's files on disk or on standard output, EVTX included.
// Made by simulation.cc; called by simulate/.
// Files appear under their names when they are closed.
// One thread.
// Refuses nothing at once: the first failure is kept and ends the run.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "simulate/simulate.h"

namespace custos::engine {

class Disk : public simulate::Output {
 public:
  explicit Disk(std::string folder) : folder_(std::move(folder)) {}

  std::unique_ptr<simulate::TextFile> text(const std::string& path) override;
  std::unique_ptr<simulate::EvtxFile> evtx(const std::string& path) override;
  bool failed() const override { return stopped_ || failure_.has_value(); }

  void stop() { stopped_ = true; }  // a write failed; closing the file says why

  void keep(Error e) {
    if (!failure_) failure_ = std::move(e);
  }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Result<std::string> place(const std::string& path);

  std::string folder_;
  std::optional<Error> failure_;
  bool stopped_ = false;
};

}  // namespace custos::engine
