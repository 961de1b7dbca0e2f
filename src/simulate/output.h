// Where the simulation's bytes go: the contract between simulate/ and the engine, which owns disks and the EVTX writer.
// Called by files.cc; implemented by engine/simulation.cc.
// Views die when the call returns.
// One thread.
// Refuses nothing at once: a write that fails is remembered by the implementation and told at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "simulate/sensors/windows_kinds.h"

namespace custos::simulate {

struct WindowsEvent {
  const WindowsKind* kind = nullptr;
  Micros time = 0;
  std::uint64_t number = 0;  // EventRecordID
  std::uint32_t process = 0, thread = 0;
  std::string_view computer, user_sid;
  std::vector<std::string_view> values;  // in the order of kind->fields
};

class TextFile {
 public:
  virtual ~TextFile() = default;
  virtual void write(std::string_view bytes) = 0;
};
class EvtxFile {
 public:
  virtual ~EvtxFile() = default;
  virtual void write(const WindowsEvent& e) = 0;
};

class Output {
 public:
  virtual ~Output() = default;
  // Paths are relative to the output folder, with '/' between names.
  virtual std::unique_ptr<TextFile> text(const std::string& path) = 0;
  virtual std::unique_ptr<EvtxFile> evtx(const std::string& path) = 0;
  virtual bool failed() const = 0;  // then the run ends early
};

}  // namespace custos::simulate
