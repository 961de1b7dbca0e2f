#include "engine/evidence/verify.h"

#include <sys/stat.h>

#include "base/files/file.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace verifying {
namespace {

constexpr std::size_t kMostSmall = 1u << 20, kMostPackage = (std::size_t{4} << 30) - 1;

// A key as it stands, or the first line of a file.
Result<evidence::VerifierKey> key_from(const std::string& text) {
  auto key = evidence::parse_verifier_key(text);
  if (key) return key;
  auto file = read_file(text, kMostSmall);
  if (!file) return key;
  file->resize(std::min(file->find_first_of("\r\n"), file->size()));
  return evidence::parse_verifier_key(*file);
}

Result<evidence::CheckOptions> check_options(const VerifyOptions& o) {
  evidence::CheckOptions c;
  if (!o.key.empty()) {
    auto key = key_from(o.key);
    if (!key) return tl::unexpected<Error>(key.error());
    c.key = std::move(*key);
  }
  for (const std::string& w : o.witnesses) {
    auto key = key_from(w);
    if (!key) return tl::unexpected<Error>(key.error());
    c.witnesses.push_back(std::move(*key));
  }
  if (!o.authorities.empty()) {
    auto pem = read_file(o.authorities, kMostSmall);
    if (!pem) return tl::unexpected<Error>(pem.error());
    c.authorities = std::move(*pem);
  }
  auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  c.keyring = std::move(*keyring);
  for (const std::string& path : o.checkpoints) {
    auto note = read_file(path, kMostSmall);
    if (!note) return tl::unexpected<Error>(note.error());
    c.checkpoints.push_back(std::move(*note));
  }
  return c;
}

}  // namespace
}  // namespace verifying

Result<evidence::CheckReport> verify(const VerifyOptions& options, const evidence::Told& told) {
  auto check = verifying::check_options(options);
  if (!check) return tl::unexpected<Error>(check.error());
  struct stat st {};
  if (stat(options.path.c_str(), &st) != 0) return fail(Code::NotFound, "there is no such file or folder", options.path);
  const auto files = real_files();
  if (S_ISDIR(st.st_mode) && !options.earlier.empty()) return fail(Code::Usage, "is a folder; --earlier compares packages", options.path);
  if (!S_ISDIR(st.st_mode) && !options.checkpoints.empty()) return fail(Code::Usage, "is no folder; --checkpoint is for folders", options.path);
  if (!S_ISDIR(st.st_mode) && !options.identity.empty())
    return fail(Code::Usage, "is no folder; --identity is for folders, a package is not encrypted", options.path);
  if (S_ISDIR(st.st_mode)) return evidence::check_folder(*files, options.path, *check, told);
  auto bytes = read_file(options.path, verifying::kMostPackage);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  std::string earlier;
  if (!options.earlier.empty()) {
    auto before = read_file(options.earlier, verifying::kMostPackage);
    if (!before) return tl::unexpected<Error>(before.error());
    earlier = std::move(*before);
  }
  return evidence::check_package(*bytes, *check, earlier);
}

}  // namespace custos::engine
