// Made-up facts of ATT&CK for tests: techniques of four tactics, and groups with lists drawn by lot.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "correlate/attribution/attack_facts.h"
#include "correlate/attribution/lots.h"

namespace custos::correlate::made_up {

inline std::string id(const char* kind, std::size_t n) { return fmt::format("{}{:04}", kind, n); }

// Techniques T0000 ... of the tactics entry, discovery, exfiltration in turn.
inline AttackFacts techniques(std::size_t count) {
  AttackFacts f;
  f.source = "made up";
  f.tactics = {{"TA1", "Entry", "entry"}, {"TA2", "Discovery", "discovery"}, {"TA3", "Exfiltration", "exfiltration"}, {"TA4", "Reconnaissance", "reconnaissance", true}};
  for (std::size_t i = 0; i < count; ++i) {
    AttackTechnique t;
    t.id = id("T", i);
    t.name = "technique " + t.id;
    t.tactics = {static_cast<Ordinal>(i % 3)};
    f.techniques.push_back(t);
  }
  return f;
}

// Some techniques are known of many groups and most of few.
inline std::vector<Ordinal> lot(Lots& lots, std::size_t techniques, std::size_t size) {
  std::vector<Ordinal> out;
  while (out.size() < size) {
    const double u = lots.unit();
    const auto t = static_cast<Ordinal>(u * u * static_cast<double>(techniques));
    if (std::find(out.begin(), out.end(), t) == out.end()) out.push_back(t);
  }
  std::sort(out.begin(), out.end());
  return out;
}

inline void add_group(AttackFacts& f, std::vector<Ordinal> known, std::vector<Ordinal> software = {}) {
  AttackGroup g;
  g.id = id("G", f.groups.size());
  g.name = "group " + g.id;
  g.techniques = std::move(known);
  g.software = std::move(software);
  f.groups.push_back(std::move(g));
}

inline AttackFacts many(std::uint64_t seed, std::size_t groups = 60, std::size_t count = 240, std::size_t list = 25) {
  AttackFacts f = techniques(count);
  Lots lots(seed);
  for (std::size_t g = 0; g < groups; ++g) add_group(f, lot(lots, count, list));
  return f;
}

inline std::vector<std::string> ids(const AttackFacts& f, const std::vector<Ordinal>& places) {
  std::vector<std::string> out;
  for (const Ordinal p : places) out.push_back(f.techniques[p].id);
  return out;
}

}  // namespace custos::correlate::made_up
