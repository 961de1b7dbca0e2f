// Changes the settings of a log: who can read what is sealed from now on, or the key that signs. Put on record and in force at once.
// Called by cli/ for `custos evidence change`.
// The result is owned.
// One thread.
// Refuses a change that changes nothing, and keys that don't fit.
#pragma once

#include <string>
#include <vector>

#include "engine/evidence/open_log.h"

namespace custos::engine {

struct ChangeOptions {
  LogAccess log;                        // with its key as it is; of a lost key only the folder and custody
  LogAccess next;                       // the new key: its file (made where it is not there) or token, and passphrase; no file: the key stays
  bool lost = false;                    // the old key is gone
  std::vector<std::string> recipients;  // all of them from now on, as read_recipients() takes them; none: they stay
  bool open = false;                    // not encrypted from now on
};

struct Changed {
  evidence::LogSettings settings;  // as they are now
  std::uint64_t size = 0;          // of the log: entry size - 1 says so
};

Result<Changed> change_settings(const ChangeOptions& options);

}  // namespace custos::engine
