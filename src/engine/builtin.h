// The rules, pipelines and simulation parameters that are shipped inside the binary (content/), embedded by cmake/content.cmake.
// Called by rule_files.cc and simulation/.
// Static text.
// Any thread.
// Refuses nothing.
#pragma once

#include <span>
#include <string_view>

namespace custos::engine {

struct BuiltinFile {
  std::string_view path;  // "content/rules/windows/x.yml"
  std::string_view text;
};

std::span<const BuiltinFile> builtin_rules();
std::span<const BuiltinFile> builtin_pipelines();
std::span<const BuiltinFile> builtin_simulation();

}  // namespace custos::engine
