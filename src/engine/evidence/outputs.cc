#include "engine/evidence/outputs.h"

#include <filesystem>

#include "base/files/file.h"

namespace custos::engine {
namespace sparing {
namespace {

namespace fs = std::filesystem;

fs::path real(const std::string& path) {
  std::error_code error;
  fs::path p = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) p = fs::absolute(path, error).lexically_normal();
  return p.has_filename() ? p : p.parent_path();
}

bool is_evidence(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "log.json", error) && fs::exists(folder / "segments", error) && fs::exists(folder / "journal", error);
}

// Whether `inner` is `outer` or lies in it.
bool lies_in(const fs::path& inner, const fs::path& outer) {
  for (fs::path p = inner; !p.empty(); p = p.parent_path()) {
    if (p == outer) return true;
    if (p == p.parent_path()) break;
  }
  return false;
}

}  // namespace
}  // namespace sparing

Result<void> spare_evidence(const std::string& output) {
  using namespace sparing;
  if (output.empty() || output == "-") return {};
  const fs::path path = real(output);
  for (fs::path p = path.parent_path(); !p.empty() && p != p.parent_path(); p = p.parent_path()) {
    if (is_evidence(p)) return fail(Code::Usage, "lies in a folder of evidence; write to another place", output);
  }
  const auto there = read_file(path.string(), 64u << 10);
  if (there && there->find("PRIVATE KEY-----") != std::string::npos) return fail(Code::Usage, "is a private key; write to another place", output);
  return {};
}

Result<void> lies_apart(const std::string& folder, const std::vector<std::string>& logs) {
  for (const std::string& log : logs) {
    if (log != "-" && sparing::lies_in(sparing::real(folder), sparing::real(log))) {
      return fail(Code::Usage, "lies among the logs to read, so that the next scan would read it; seal to another place", folder);
    }
  }
  return {};
}

}  // namespace custos::engine
