// Looks into a folder of evidence: its entries, its findings, one of them with its proof. Changes nothing.
// Called by cli/ for `custos evidence log` and `show`.
// Results are owned.
// One thread.
// Refuses a folder that is none, and an index or id that is not in it. It checks signatures and the proofs it shows, not the whole: `custos verify` does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evidence/evidence.h"

namespace custos::engine {

// What is read, and with what.
struct Reading {
  std::string folder;
  std::string identity;  // file with identities of age; of a log that is encrypted
};

struct ListedEntry {
  std::uint64_t index = 0;
  std::string json;
  bool under_checkpoint = true;
};
// In order, also those that no checkpoint covers yet.
Result<void> list_entries(const Reading& from, const std::function<void(const ListedEntry&)>& visit);

struct ListedFinding {
  std::string id, level, time, title;
  std::uint64_t records = 0, entry = 0;  // entry: of its segment
};
Result<void> list_findings(const Reading& from, const std::function<void(const ListedFinding&)>& visit);

struct ShownEntry {
  std::string json;
  evidence::TlogProof proof;
};
Result<ShownEntry> show_entry(const Reading& from, std::uint64_t index);

struct ShownValue {
  std::string what, name, value;
};
struct ShownFinding {
  ListedFinding about;
  std::string segment;  // where its document lies
  std::uint32_t leaf = 0;
  std::vector<ShownValue> values;
  std::vector<evidence::RecordPlace> records;
};
Result<ShownFinding> show_finding(const Reading& from, const std::string& id);

}  // namespace custos::engine
