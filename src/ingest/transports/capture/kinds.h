// What the tools that read packet captures have of their own: how they are called, which logs they write, how they complain.
// Called by the finding of a tool and by show_capture().
// Static constants.
// Any thread.
// Refuses nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace custos::ingest {

struct CaptureKind {
  std::string_view name;   // "suricata": part of the program's file name, and of the names of its logs
  std::string_view title;
  std::string_view version;  // the option that makes it tell its version
  std::string_view install;  // where to get it
  std::string_view no_logs;  // why there may be none although it ended well
  // `capture` and `folder` are absolute paths, `folder` is the working directory and empty.
  std::vector<std::string> (*arguments)(const std::string& capture, const std::string& folder);
  bool (*is_log)(std::string_view file);
  // A line of its output that says that the capture was not read to its end. Suricata says that, and then ends well.
  bool (*complains)(std::string_view line);
};

std::span<const CaptureKind> capture_kinds();

}  // namespace custos::ingest
