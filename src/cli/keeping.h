// The verbs of `custos evidence` that keep a folder: copy, sweep, hold, release, delete. What they did, in words.
// Called by commands/evidence.cc.
// Values.
// The main thread.
// Refuses nothing by itself; what the engine refuses is told on standard error. Returns the exit status.
#pragma once

#include "cli/evidence_options.h"

namespace custos::cli {

int keep_evidence(EvidenceArguments& a);
// What went wrong with any verb of `custos evidence`, on standard error; 2.
int evidence_failed(const Error& e);

}  // namespace custos::cli
