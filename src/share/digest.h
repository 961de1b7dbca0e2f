// What all findings say together: counted by level, grouped by rule, with the hosts and users they speak of.
// Called by engine/ or an exporter, a finding at a time; feeds the summary and the page.
// Owns what it keeps: one example a rule, without its raw record. Memory grows with rules and names, not with findings.
// One thread.
// Refuses nothing; of very many host or user names only the first are told apart, and Names::over says so.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <tsl/robin_map.h>

#include "model/finding.h"

namespace custos::share {

class DistinctNames {
 public:
  explicit DistinctNames(std::size_t most) : most_(most) {}
  void add(std::string_view name);
  const std::vector<std::string>& in_order() const { return order_; }  // as first seen
  std::size_t size() const { return order_.size(); }
  bool over() const { return over_; }  // there were more than are kept

 private:
  std::size_t most_;
  bool over_ = false;
  std::set<std::string, std::less<>> known_;
  std::vector<std::string> order_;
};

// A finding of behaviour in short.
struct Unusual {
  std::string who, likelihood, sentence;  // at most 1 KiB each; the sentence without the name it begins with
  double strength = 0;
};

// Findings of one rule; those of behaviour, whose rules name an actor each, are together by level.
struct RuleGroup {
  std::uint64_t findings = 0;  // equal ones folded
  std::uint64_t records = 0;   // the records behind them
  Micros first = kNoTime, last = kNoTime;
  DistinctNames hosts{10'000}, users{1'000};
  Finding example;  // the first one, of behaviour the strongest; raw and others are empty
  bool titles_differ = false;
  std::vector<Unusual> unusual;  // of behaviour, the strongest first, at most kMostUnusual

  static constexpr std::size_t kMostUnusual = 8;
  std::string title() const;
  Level level() const { return example.rule ? example.rule->level : Level::Medium; }
};

class Digest {
 public:
  void add(const Finding& f);

  std::uint64_t findings() const { return findings_; }
  std::uint64_t of(Level level) const { return by_level_[static_cast<std::size_t>(level)]; }
  const DistinctNames& hosts(Level level) const { return hosts_[static_cast<std::size_t>(level)]; }
  // Highest level first, then more hosts, then rarer, then title.
  std::vector<const RuleGroup*> ranked() const;

 private:
  std::uint64_t findings_ = 0;
  std::array<std::uint64_t, 5> by_level_{};
  std::vector<DistinctNames> hosts_ = std::vector<DistinctNames>(5, DistinctNames(100'000));
  RuleGroup& group_of(const Finding& f);

  tsl::robin_map<std::shared_ptr<const RuleFacts>, std::size_t> index_;
  std::array<std::size_t, 5> behavior_{};  // a level's group and 1; 0: there is none yet
  std::vector<RuleGroup> groups_;
};

}  // namespace custos::share
