// Checks a folder of evidence or a package, whichever the path is.
// Called by cli/ for `custos verify`.
// The report is owned.
// One thread; Told is called from it.
// Refuses what is neither, and options that name no key or checkpoint.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "evidence/evidence.h"

namespace custos::engine {

struct VerifyOptions {
  std::string path;
  std::string key;                       // verifier key, or a file that holds one; empty: the one in what is checked
  std::vector<std::string> witnesses;    // the same, of witnesses
  std::string authorities;               // file with certificates (PEM) of time stamping authorities
  std::string identity;                  // file with identities of age: opens what is encrypted
  std::string earlier;                   // file: an earlier package of the same findings
  std::vector<std::string> checkpoints;  // files: signed notes of this log, seen elsewhere
};

Result<evidence::CheckReport> verify(const VerifyOptions& options, const evidence::Told& told);

}  // namespace custos::engine
