// Others who vouch for the log's checkpoint: an authority for the time, a witness for there being one history.
// Called by cli/ for `custos evidence timestamp` and `custos evidence witness`.
// Results are owned.
// One thread.
// Refuses answers that don't hold; a network that is not there is an error with Code::NotFound or Unreadable: nothing was changed, try again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "engine/evidence/open_log.h"

namespace custos::engine {

struct StampOptions {
  LogAccess log;
  std::string url;           // of the authority; or by hand:
  std::string query, reply;  // files: a query to write; both: the reply to it
  std::string authorities;   // file of certificates that are trusted, PEM; empty: the chain is not checked
  int if_due_days = -1;      // only if nothing new is unstamped and no stamp ends within so many days, there is nothing to do; -1: always
};

struct Stamped {
  enum class What { Nothing, QueryWritten, Stamped } what = What::Nothing;
  std::uint64_t size = 0;  // of the checkpoint
  Micros time = kNoTime, expires = kNoTime;
  std::string authority;
  bool trusted = false;
};
Result<Stamped> stamp(const StampOptions& options);

struct AskWitnessOptions {
  LogAccess log;
  std::string url;      // of the witness; "/add-checkpoint" is put behind it
  std::string witness;  // verifier key
};

struct Cosigned {
  std::uint64_t size = 0;
  std::string witness;
  Micros time = kNoTime;
};
Result<Cosigned> ask_witness(const AskWitnessOptions& options);

}  // namespace custos::engine
