// A C2SP witness (tlog-witness): cosigns a log's checkpoint when it continues the one cosigned before, and remembers; who shows two histories is found out.
// Called by serve/, which brings the requests in.
// Lives as long as it is served; `files` and `signer` outlive it.
// Any thread: what is checked and what is written down is one step.
// Refuses, with the specification's status, whatever is not signed by a known log, not proven or not the next step. No sign-subtree, no ML-DSA.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/keys/signer.h"
#include "evidence/notes/note.h"
#include "evidence/witness/kept.h"
#include "evidence/witness/request.h"
#include "evidence/witness/state.h"

namespace custos::evidence {

struct WitnessOptions {
  std::string name;               // of the witness's key
  std::vector<VerifierKey> logs;  // a log is its key's name, which is its origin line; it may have several keys
};

struct WitnessAnswer {
  int status = 0;  // of HTTP
  std::string content_type, body;
};

struct Alarm {
  AlarmKind kind = AlarmKind::Trouble;
  std::string origin;    // of the log that it is about
  std::string sentence;  // for a person: what was seen
  std::string evidence;  // the folder that holds what was seen; empty where nothing is kept
};

class Witness {
 public:
  using OnAlarm = std::function<void(const Alarm&)>;  // on the thread of the request, outside the lock; once for each new sight
  using Clock = std::function<std::int64_t()>;        // seconds since 1970

  // `folder` is made where it is not there, and held against other processes. What it remembers must be whole.
  static Result<std::unique_ptr<Witness>> open(FileSystem& files, std::string folder, WitnessOptions options, Signer& signer, OnAlarm alarm, Clock clock);

  WitnessAnswer add_checkpoint(std::string_view body);
  // What it cosigned last of the log whose origin has this SHA-256 in lower-case hexadecimal.
  WitnessAnswer checkpoint_of(std::string_view origin_hash_hex);
  const VerifierKey& key() const { return key_; }

 private:
  struct Log {
    std::vector<VerifierKey> keys;
    std::optional<WitnessState> state;
    std::uint64_t size() const { return state ? state->head.size : 0; }
  };
  struct Asked;  // a request that was understood and is signed by the log

  Witness(FileSystem& files, std::string folder, VerifierKey key, Signer& signer, OnAlarm alarm, Clock clock);
  Result<void> add_logs(const std::vector<VerifierKey>& keys);
  Result<void> remember();
  std::optional<WitnessAnswer> understand(std::string_view body, Asked& asked);
  WitnessAnswer judge(const Asked& asked);
  WitnessAnswer cosign(const Asked& asked);
  void look_for_other_tree(const Asked& asked);
  void look_for_other_past(const Asked& asked);
  void look_for_rollback(const Asked& asked);
  void tell(AlarmKind kind, const Asked& asked, std::string sentence);
  WitnessAnswer in_trouble(const Asked& asked, const std::string& what, const Error& error);

  FileSystem& files_;
  const std::string folder_;
  const VerifierKey key_;
  Signer& signer_;
  const OnAlarm alarm_;
  const Clock clock_;
  std::map<std::string, Log, std::less<>> logs_;  // by the hash of the origin; only states change once it is open
  std::unique_ptr<FileLock> lock_;

  std::mutex mutex_;  // guards states, kept_, alarms_, the signer and the folder
  std::optional<Kept> kept_;
  std::vector<Alarm> alarms_;  // to be raised when the lock is given back
  bool told_of_clock_ = false;
};

}  // namespace custos::evidence
