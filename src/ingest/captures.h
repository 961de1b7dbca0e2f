// The installed tool that makes logs of packet captures: found and tried before anything is read, then given to visit().
// Called by engine/ with what the user asked for; feeds transports/capture/.
// A CaptureTool is a plain value that outlives the visits it is used in.
// Any thread: every capture gets a process and a folder of its own.
// Refuses tools that are not there or do not start, and says what to install.
#pragma once

#include <atomic>
#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace custos::ingest {

// How a program that is told to end gets its tools to end first: set `asked`, wait until `running` is 0.
struct CaptureStop {
  std::atomic<bool> asked{false};
  std::atomic<int> running{0};  // private folders that are there
};

struct CaptureOptions {
  std::string tool;                // "suricata", "zeek" or a path to one of them; empty: captures are only named
  std::string search_path;         // where tools are looked for, and the PATH they get; entries that are not absolute are left out
  std::string temporary = "/tmp";  // where private folders are made
  CaptureStop* stop = nullptr;     // outlives everything; may be null
};

struct CaptureKind;

struct CaptureTool {
  const CaptureKind* kind = nullptr;
  std::string program;  // absolute path
  std::string title;    // "Suricata 7.0.10"
  CaptureOptions options;
};

Result<CaptureTool> find_capture_tool(const CaptureOptions& options);

}  // namespace custos::ingest
