// The coverage statement counted together and put into words, for people.
// Called by the summary, the table and the page.
// Plain owned values made at once; `bad` points into the Coverage it was made from.
// Any thread.
// Refuses nothing.
#pragma once

#include <string>
#include <vector>

#include "model/coverage.h"
#include "model/finding.h"
#include "share/digest.h"

namespace custos::share {

struct CoverageView {
  std::uint64_t whole = 0, partial = 0, unread = 0;
  std::uint64_t sources_with_rejects = 0;
  std::uint64_t gaps = 0, missing = 0, sources_with_gaps = 0;
  std::uint64_t without_time = 0, backwards = 0, in_future = 0;
  std::uint64_t notes = 0;
  Micros first = kNoTime, last = kNoTime;
  std::vector<const SourceCoverage*> bad;  // unread ones first, then partial ones

  static CoverageView of(const Coverage& c);
  bool complete() const { return partial + unread == 0; }
};

// "evtx 120, json 9", the largest first; at most `most` of them, then "and 3 more".
std::string top(const std::map<std::string, std::uint64_t>& counts, std::size_t most);

// How many names and addresses of findings could be told whose they are; empty where there was none to tell.
std::string whose(const IdentityCoverage& identities);

// What analytics of behaviour learned from, what they judged and what came of it; where nothing was judged, why.
std::string judged(const BehaviorCoverage& behavior);

// What the user had left out, in words; empty where that is nothing.
std::string left_out(const ScopeCoverage& scope);

// The first line of every output for people: what was found and whether all was read.
std::string verdict(const Digest& d, const Coverage& c);

}  // namespace custos::share
