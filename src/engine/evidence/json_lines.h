// The document of --json, taken apart into its lines as it is written.
// Called by whoever keeps a line as a record, or adds to it.
// The sink gets views that live during its call, without the line end.
// One thread.
// Refuses nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "share/share.h"

namespace custos::engine {

class JsonLines final : public share::Output {
 public:
  explicit JsonLines(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}
  void write(std::string_view bytes) override;

 private:
  std::function<void(std::string_view)> sink_;
  std::string text_;
};

// A line a finding, incident, reject, and the coverage statement last: docs/formats/findings.md.
std::unique_ptr<share::ExportRun> open_json(share::Output& out);

}  // namespace custos::engine
