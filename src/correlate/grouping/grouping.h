// Findings that belong together, by what they speak of: causally tied, never by time alone.
// Called by incidents.cc with all findings in order of time.
// Groups are owned values; places of findings count in the list given.
// One thread.
// Refuses to let what is slight tie anything: findings below medium join what grave ones made, and never bring two groups together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "correlate/grouping/mention.h"
#include "correlate/grouping/nature.h"

namespace custos::correlate {

// A finding and what it speaks of; engine/ adds what the logs around it say (where its logon session came from).
struct Item {
  const Finding* finding = nullptr;
  std::string id;
  std::vector<Mention> mentions;
  std::string explained;  // why it is no intruder's doing: "scan-01 is the institution's scanner"; empty: nothing explains it
};

struct Group {
  std::vector<std::size_t> items;  // in order of time
  std::vector<std::string> why;    // one for each: what ties it to what came before; empty: nothing, it began
};

inline bool grave(const Item& i) { return i.explained.empty() && i.finding->rule->level >= Level::Medium; }

// `items` by time. The same items give the same groups; each item is in exactly one.
std::vector<Group> group(std::span<const Item> items, const Surroundings& around);

}  // namespace custos::correlate
