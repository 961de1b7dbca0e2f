#include "base/files/spared.h"

#include <filesystem>

#include "base/files/file.h"

namespace custos {
namespace sparing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostKeyFile = 64u << 10;

fs::path real(const std::string& path) {
  std::error_code error;
  fs::path p = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) p = fs::absolute(path, error).lexically_normal();
  return p.has_filename() ? p : p.parent_path();
}

bool is_evidence(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "journal", error) && (fs::exists(folder / "log.json", error) || fs::exists(folder / "checkpoint", error));
}

bool is_private_key(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;  // whoever reads a pipe takes what was meant for others
  const auto text = read_file(path.string(), kMostKeyFile);
  return text && text->find("PRIVATE KEY-----") != std::string::npos;
}

}  // namespace
}  // namespace sparing

Result<void> spare_evidence(const std::string& output) {
  if (output.empty() || output == "-") return {};
  const std::filesystem::path path = sparing::real(output);
  for (std::filesystem::path p = path.parent_path(); !p.empty() && p != p.parent_path(); p = p.parent_path()) {
    if (sparing::is_evidence(p)) return fail(Code::Usage, "lies in a folder of evidence; write to another place", output);
  }
  if (sparing::is_private_key(path)) return fail(Code::Usage, "is a private key; write to another place", output);
  return {};
}

bool lies_in(const std::string& inner, const std::string& outer) {
  const std::filesystem::path whole = sparing::real(outer);
  for (std::filesystem::path p = sparing::real(inner); !p.empty(); p = p.parent_path()) {
    if (p == whole) return true;
    if (p == p.parent_path()) break;
  }
  return false;
}

}  // namespace custos
