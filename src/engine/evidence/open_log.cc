#include "engine/evidence/open_log.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/files/spared.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace opening_logs {
namespace {

constexpr std::size_t kMostKeyFile = 64u << 10;

tl::unexpected<Error> no_key(const LogAccess& access) {
  return fail(Code::NotFound, fmt::format("the key of the log {} is not there; name it with --key", access.folder), key_file_of(access));
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string last_name(const std::string& folder) {
  const std::string path = without_slash(folder);
  return path.substr(path.find_last_of('/') + 1);
}

Result<void> check_name(const std::string& origin) {
  if (evidence::is_key_name(origin)) return {};
  return fail(Code::Usage, "the name of a log is not empty and has no blanks and no '+': court.example/evidence", origin);
}

Result<std::unique_ptr<evidence::Signer>> read_key(const LogAccess& access) {
  const std::string path = key_file_of(access);
  if (evidence::is_pkcs11_uri(path)) return evidence::open_pkcs11(path, access.passphrase);
  auto pem = read_file(path, kMostKeyFile);
  if (!pem && pem.error().code == Code::NotFound) return no_key(access);
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
  if (auto ok = spare_evidence(path); !ok) return tl::unexpected<Error>(ok.error());
  auto pem = evidence::make_key_file(access.passphrase);
  if (!pem) return tl::unexpected<Error>(pem.error());
  if (auto ok = write_whole(files, path, *pem, true); !ok) return tl::unexpected<Error>(ok.error());
  return evidence::open_key_file(*pem, access.passphrase);
}

Result<void> report_recovery(evidence::Log& log, const evidence::Custody& custody) {
  const evidence::Recovery& r = log.recovery();
  if (r.torn == 0) return {};
  return put_on_record(log, custody, "recovery", {{"bytes", r.torn}, {"kept_as", r.kept_as}}).map([](std::uint64_t) {});
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

std::string key_file_of(const LogAccess& access) { return access.key_file.empty() ? opening_logs::without_slash(access.folder) + ".key" : access.key_file; }

Result<bool> look_at_log(FileSystem& files, LogAccess& access, bool may_be_new) {
  const std::string key_file = key_file_of(access);
  const bool is_file = !evidence::is_pkcs11_uri(key_file);
  if (is_file && lies_in(key_file, access.folder)) return fail(Code::Usage, "lies in the folder of evidence, where no private key belongs", key_file);
  if (may_be_new && !files.exists(access.folder + "/log.json")) {
    if (access.origin.empty()) access.origin = fmt::format("{}/{}", host_name(), opening_logs::last_name(access.folder));
    if (auto ok = opening_logs::check_name(access.origin); !ok) return tl::unexpected<Error>(ok.error());
    if (auto ok = evidence::is_free_for_log(files, access.folder); !ok) return tl::unexpected<Error>(ok.error());
    if (auto ok = spare_evidence(opening_logs::without_slash(access.folder)); !ok) return tl::unexpected<Error>(ok.error());
    if (is_file && !files.exists(key_file)) {
      if (auto ok = spare_evidence(key_file); !ok) return tl::unexpected<Error>(ok.error());
    }
    return true;
  }
  auto settings = evidence::read_settings(files, access.folder);
  if (!settings) return tl::unexpected<Error>(settings.error());
  if (!access.origin.empty() && access.origin != settings->key.name) {
    return fail(Code::Usage, fmt::format("is the log '{}', and a log keeps its name: leave --origin out, or seal to another folder", settings->key.name),
                access.folder);
  }
  access.origin = settings->key.name;
  if (is_file && !files.exists(key_file)) return opening_logs::no_key(access);
  if (auto lock = files.lock(access.folder + "/lock"); !lock) return tl::unexpected<Error>(lock.error());
  return false;
}

Result<std::unique_ptr<evidence::Signer>> open_or_make_key(FileSystem& files, const LogAccess& access) {
  const std::string path = key_file_of(access);
  if (!evidence::is_pkcs11_uri(path)) return files.exists(path) ? opening_logs::read_key(access) : opening_logs::make_key(files, access);
  auto signer = opening_logs::read_key(access);
  return signer || signer.error().code != Code::NotFound ? std::move(signer) : opening_logs::make_key(files, access);
}

Result<std::unique_ptr<evidence::Signer>> open_key(const LogAccess& access) { return opening_logs::read_key(access); }

Result<std::uint64_t> put_on_record(evidence::Log& log, const evidence::Custody& custody, std::string_view kind, const nlohmann::ordered_json& more) {
  auto entry = evidence::make_entry(kind, wall_clock(), custody, more);
  if (!entry) return tl::unexpected<Error>(entry.error());
  auto index = log.append(*entry);
  if (!index) return index;
  if (auto note = log.checkpoint(); !note) return tl::unexpected<Error>(note.error());
  return index;
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
  if (auto ok = opening_logs::check_name(access.origin); !ok) return tl::unexpected<Error>(ok.error());
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
