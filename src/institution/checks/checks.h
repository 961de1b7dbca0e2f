// What can be wrong with an institution as a whole: names twice, references to nothing, networks, times, services that stand on themselves.
// Called by file.cc for a file, and by whoever made an institution otherwise (then without places: all lines are 0).
// Remarks are owned; Places points into the YAML tree it was made of.
// One thread.
// Refuses nothing: every check says all it finds.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/yaml.h"
#include "institution/remark.h"
#include "model/institution.h"

namespace custos::institution {

// The lines of entries and of the values in them.
class Places {
 public:
  Places() = default;
  explicit Places(const Yaml& root);

  // Of entry `i` of a section, or of the value under `key` in it, or of that list's value `k`.
  std::size_t line(std::string_view section, std::size_t i) const { return line_of(entry(section, i)); }
  std::size_t line(std::string_view section, std::size_t i, std::string_view key) const { return line_in(entry(section, i), key); }
  std::size_t line(std::string_view section, std::size_t i, std::string_view key, std::string_view text) const;
  // Of a person's account.
  std::size_t account(std::size_t person, std::size_t account, std::string_view key) const;
  std::size_t top(std::string_view key) const { return line_in(root_, key); }

 private:
  const Yaml* entry(std::string_view section, std::size_t i) const;
  static std::size_t line_of(const Yaml* node) { return node == nullptr ? 0 : node->line; }
  // The key's line, or the entry's where the key is not written.
  static std::size_t line_in(const Yaml* node, std::string_view key);

  const Yaml* root_ = nullptr;
  std::unordered_map<std::string, std::vector<const Yaml*>> sections_;
  std::vector<std::vector<const Yaml*>> accounts_;
};

// Texts as names are compared: folded, and "HOST.example.org." without its last dot.
std::string name_key(std::string_view name);

struct CheckContext {
  const Institution& institution;
  const Places& places;
  Remarks& remarks;
  std::string zoneinfo;  // the folder of time zones; empty or absent: zones are not checked
};

void check_names(CheckContext& c);       // ids and names that stand twice
void check_references(CheckContext& c);  // to hosts, people, cases, units, networks
void check_networks(CheckContext& c);    // CIDRs, addresses, overlaps, hosts outside
void check_services(CheckContext& c);    // minimum, cycles of `needs`
void check_times(CheckContext& c);       // zones, assignments against employment and cases

void check(CheckContext& c);  // all of them

}  // namespace custos::institution
