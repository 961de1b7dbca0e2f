#include "engine/evidence/open_log.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files/file.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace opening_logs {
namespace {

constexpr std::size_t kMostKeyFile = 64u << 10;

Result<std::unique_ptr<evidence::Signer>> read_key(const LogAccess& access) {
  const std::string path = key_file_of(access);
  if (evidence::is_pkcs11_uri(path)) return evidence::open_pkcs11(path, access.passphrase);
  auto pem = read_file(path, kMostKeyFile);
  if (!pem && pem.error().code == Code::NotFound) {
    return fail(Code::NotFound, fmt::format("the key of the log {} is not there; name it with --key", access.folder), path);
  }
  if (!pem) return tl::unexpected<Error>(pem.error());
  auto signer = evidence::open_key_file(*pem, access.passphrase);
  if (!signer) return fail(signer.error().code, signer.error().text, path);
  return signer;
}

Result<std::unique_ptr<evidence::Signer>> make_key(FileSystem& files, const LogAccess& access) {
  const std::string path = key_file_of(access);
  if (evidence::is_pkcs11_uri(path)) {
    if (auto made = evidence::make_pkcs11_key(path, access.passphrase); !made) return tl::unexpected<Error>(made.error());
    return evidence::open_pkcs11(path, access.passphrase);
  }
  auto pem = evidence::make_key_file(access.passphrase);
  if (!pem) return tl::unexpected<Error>(pem.error());
  if (auto ok = write_whole(files, path, *pem, true); !ok) return tl::unexpected<Error>(ok.error());
  return evidence::open_key_file(*pem, access.passphrase);
}

Result<void> report_recovery(evidence::Log& log, const evidence::Custody& custody) {
  const evidence::Recovery& r = log.recovery();
  if (r.torn == 0) return {};
  auto entry = evidence::make_entry("recovery", wall_clock(), custody, {{"bytes", r.torn}, {"kept_as", r.kept_as}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  if (auto ok = log.append(*entry); !ok) return tl::unexpected<Error>(ok.error());
  return log.checkpoint().map([](const evidence::Note&) {});
}

bool same(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace
}  // namespace opening_logs

std::string host_name() {
  char name[256] = "";
  return gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

std::string key_file_of(const LogAccess& access) {
  std::string folder = access.folder;
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return access.key_file.empty() ? folder + ".key" : access.key_file;
}

Result<std::unique_ptr<evidence::Signer>> open_or_make_key(FileSystem& files, const LogAccess& access) {
  const std::string path = key_file_of(access);
  if (!evidence::is_pkcs11_uri(path)) return files.exists(path) ? opening_logs::read_key(access) : opening_logs::make_key(files, access);
  auto signer = opening_logs::read_key(access);
  return signer || signer.error().code != Code::NotFound ? std::move(signer) : opening_logs::make_key(files, access);
}

Result<OpenedLog> open_log(FileSystem& files, const LogAccess& access) {
  OpenedLog opened;
  auto signer = opening_logs::read_key(access);
  if (!signer) return tl::unexpected<Error>(signer.error());
  opened.signer = std::move(*signer);
  auto log = evidence::Log::open(files, {access.folder}, *opened.signer);
  if (!log) return tl::unexpected<Error>(log.error());
  opened.log = std::move(*log);
  opened.key = evidence::verifier_key(opened.log->origin(), evidence::SignatureType::Ed25519, opened.signer->public_key());
  if (auto ok = opening_logs::report_recovery(*opened.log, access.custody); !ok) return tl::unexpected<Error>(ok.error());
  return opened;
}

Result<OpenedLog> open_or_create_log(FileSystem& files, const LogAccess& access) {
  auto recipients = read_recipients(access.recipients);
  if (!recipients) return tl::unexpected<Error>(recipients.error());
  if (files.exists(access.folder + "/log.json")) {
    auto opened = open_log(files, access);
    if (!opened || recipients->empty() || opening_logs::same(*recipients, opened->log->settings().recipients)) return opened;
    return fail(Code::Usage, "is encrypted to other recipients, or not at all; `custos evidence change` changes that", access.folder);
  }
  if (!evidence::is_key_name(access.origin)) {
    return fail(Code::Usage, "the name of a log is not empty and has no blanks and no '+': court.example/evidence", access.origin);
  }
  if (auto ok = evidence::make_log_folder(files, access.folder); !ok) return tl::unexpected<Error>(ok.error());
  OpenedLog opened;
  opened.is_new = true;
  auto signer = open_or_make_key(files, access);
  if (!signer) return tl::unexpected<Error>(signer.error());
  opened.signer = std::move(*signer);
  opened.key = evidence::verifier_key(access.origin, evidence::SignatureType::Ed25519, opened.signer->public_key());
  auto settings = evidence::begin_settings(access.origin, std::move(*recipients), *opened.signer, wall_clock(), access.custody);
  if (!settings) return tl::unexpected<Error>(settings.error());
  auto log = evidence::Log::create(files, {access.folder}, *opened.signer, *settings);
  if (!log) return tl::unexpected<Error>(log.error());
  opened.log = std::move(*log);
  return opened;
}

}  // namespace custos::engine
