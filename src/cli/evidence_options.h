// Options of the commands that keep and prove evidence.
// Called by commands/ (verify, evidence, scan); fills engine options.
// Values.
// The main thread.
// Refuses what makes no sense with a sentence on standard error; the status to end with is returned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace custos::cli {

struct LogArguments {
  engine::LogAccess access;
  std::string passphrase_file;
};

struct VerifyArguments {
  engine::VerifyOptions options;
  bool json = false, quiet = false;
};
std::optional<int> parse_verify(const std::vector<std::string>& arguments, VerifyArguments& into);

struct EvidenceArguments {
  enum class Verb { Log, Show, Package, Timestamp, Witness, Change, Copy, Sweep, Hold, Release, Delete } verb = Verb::Log;
  LogArguments log;
  bool findings = false, json = false;
  std::string what;        // show: index of an entry, or id of a finding
  bool on_record = false;  // show
  engine::PackagingOptions package;
  engine::StampOptions stamp;
  engine::AskWitnessOptions witness;
  engine::ChangeOptions change;
  std::string identity;             // log, show, package, and what keeps the folder
  std::string new_passphrase_file;  // change
  engine::CopyOptions copy;
  engine::SweepOptions sweep;
  engine::HoldOptions hold;
  engine::ReleaseOptions release;
  engine::DeleteOptions deletion;
};
std::optional<int> parse_evidence(const std::vector<std::string>& arguments, EvidenceArguments& into);

struct WitnessArguments {
  LogArguments key;  // its folder is the witness's, its origin the witness's name
  std::vector<std::string> logs;
  std::string listen = "127.0.0.1:8470";
};
std::optional<int> parse_witness(const std::vector<std::string>& arguments, WitnessArguments& into);

// Looks at the log and fills in what was not said: who (the user's name), the log's name (host and folder), and at last the passphrase.
Result<void> complete(LogArguments& a, bool may_be_new);
// Who and with what, alone.
void name_who(LogArguments& a);
// From its file, else asked for at the terminal, twice where a key is about to be made.
Result<void> ask_passphrase(LogArguments& a, bool may_be_new);

}  // namespace custos::cli
