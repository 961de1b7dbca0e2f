#include "engine/evidence/verify.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/files/file.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace verifying {
namespace {

constexpr std::size_t kMostSmall = 1u << 20, kMostPackage = (std::size_t{4} << 30) - 1;

// A key as it stands, or the first line of a file.
Result<evidence::VerifierKey> key_from(const char* option, const std::string& text, evidence::SignatureType type) {
  auto key = evidence::parse_verifier_key(text);
  if (!key) {
    if (auto file = read_file(text, kMostSmall)) key = evidence::parse_verifier_key(file->substr(0, file->find_first_of("\r\n")));
  }
  if (!key) return fail(Code::Usage, fmt::format("'{}' {}", text, key.error().text), option);
  if (key->type != type) {
    const bool of_log = key->type == evidence::SignatureType::Ed25519;
    return fail(Code::Usage, fmt::format("'{}' is the key of {}", text, of_log ? "a log, and a witness's is wanted" : "a witness, and a log's is wanted"),
                option);
  }
  return key;
}

Result<evidence::CheckOptions> check_options(const VerifyOptions& o) {
  evidence::CheckOptions c;
  if (!o.key.empty()) {
    auto key = key_from("--key", o.key, evidence::SignatureType::Ed25519);
    if (!key) return tl::unexpected<Error>(key.error());
    c.key = std::move(*key);
  }
  for (const std::string& w : o.witnesses) {
    auto key = key_from("--witness", w, evidence::SignatureType::Cosignature);
    if (!key) return tl::unexpected<Error>(key.error());
    c.witnesses.push_back(std::move(*key));
  }
  if (!o.authorities.empty()) {
    auto pem = read_file(o.authorities, kMostSmall);
    auto trusted = pem ? evidence::parse_authorities(*pem) : Result<evidence::Authorities>(tl::unexpected<Error>(pem.error()));
    if (!trusted) return fail(Code::Usage, fmt::format("{}: {}", o.authorities, trusted.error().text), "--tsa");
    c.authorities = std::move(*trusted);
  }
  auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  c.keyring = std::move(*keyring);
  for (const std::string& path : o.checkpoints) {
    auto note = read_file(path, kMostSmall);
    if (!note) return tl::unexpected<Error>(note.error());
    if (auto parsed = evidence::parse_note(*note); !parsed) return fail(Code::Usage, fmt::format("{}: {}", path, parsed.error().text), "--checkpoint");
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
