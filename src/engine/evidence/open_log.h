// The log of a folder of evidence, opened for writing with its key; made where there is none and that was meant.
// Called by the sealing of scans and by every verb that puts something on record.
// Owns key and log; the FileSystem must outlive it.
// One thread.
// Refuses keys and passphrases that don't fit, with what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/files/lasting.h"
#include "evidence/evidence.h"

namespace custos::engine {

struct LogAccess {
  std::string folder;
  std::string key_file;  // or a PKCS #11 URI, whose PIN is the passphrase; empty: "<folder>.key"
  std::string passphrase;
  std::string origin;                   // of a new log
  std::vector<std::string> recipients;  // of a new log, as read_recipients() takes them; of an old one: none, or those that it has
  evidence::Custody custody;
};

struct OpenedLog {
  std::unique_ptr<evidence::Signer> signer;
  std::unique_ptr<evidence::Log> log;
  evidence::VerifierKey key;
  bool is_new = false;
};

std::string host_name();
// What can be told before anybody is asked for a passphrase: whether the log is there and is one, has this name if one was said, is free to be written to,
// and has its key where it was said; or, where it may be new, that it can be made. Fills in the origin. Returns whether it is new.
Result<bool> look_at_log(FileSystem& files, LogAccess& access, bool may_be_new);
std::string key_file_of(const LogAccess& access);
// The key of a file, made where it is not there; also of a witness.
Result<std::unique_ptr<evidence::Signer>> open_or_make_key(FileSystem& files, const LogAccess& access);
// The key that is there, alone: whether it and its passphrase fit is known before anything is changed.
Result<std::unique_ptr<evidence::Signer>> open_key(const LogAccess& access);
Result<OpenedLog> open_log(FileSystem& files, const LogAccess& access);
// An entry made now, under a checkpoint when this returns; its index.
Result<std::uint64_t> put_on_record(evidence::Log& log, const evidence::Custody& custody, std::string_view kind, const nlohmann::ordered_json& more);
// As open_log; a log and a key that are both not there yet are made.
Result<OpenedLog> open_or_create_log(FileSystem& files, const LogAccess& access);

}  // namespace custos::engine
