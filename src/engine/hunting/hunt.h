// A hunt: rules over all that was sealed into a case, each hit with the place that proves it.
// Called by cli/ for `custos hunt`.
// An OpenedHunt owns the case's logs; the FileSystem must outlive it. Results are owned.
// One thread calls; scans use their own.
// Refuses what is no case, and, with a sentence in `refused`, who may not look.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/casework/case_state.h"
#include "engine/hunting/sealed_sources.h"
#include "engine/scan.h"
#include "share/share.h"

namespace custos::engine {

struct OpenedHunt {
  store::CaseView view;
  std::unique_ptr<SealedSources> sources;
  std::vector<std::string> said;  // sentences for whoever reads
  bool whole = true;              // every log of the case could be read
  std::string refused;            // by a rule of the case; then nothing was opened
};
Result<OpenedHunt> open_hunt(FileSystem& files, const CaseAccess& access);

struct RuleHunt {
  ScanResult result;
  // Of each finding that was asked for: where its own record lies, then those folded into it; nothing where it was not kept.
  std::vector<std::vector<std::optional<SealedPlace>>> places;
};
// The scan that `options` say, of the case in place of paths. `shown`: of how many findings, the first, places are wanted.
Result<RuleHunt> hunt_rules(OpenedHunt& hunt, ScanOptions options, std::size_t shown, const std::function<void(const Progress&)>& progress);

// What stands above the hits in a document.
struct HuntTitle {
  std::string what, query;                // "rule", "expression", "entity"; what was looked for
  std::optional<std::uint64_t> recorded;  // the entry that says so
};
// docs/formats/hunt.md. Errors are those of proofs that don't hold.
Result<void> write_hunt(OpenedHunt& hunt, const HuntTitle& title, const RuleHunt& found, share::Output& out);

}  // namespace custos::engine
