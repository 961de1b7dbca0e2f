#include "share/digest.h"

#include <algorithm>

#include "share/words.h"

namespace custos::share {
namespace digest_file {
namespace {

Finding without_record(const Finding& f) {
  Finding e;
  e.rule = f.rule;
  e.pipeline = f.pipeline;
  e.log_source = f.log_source;
  e.time = f.time;
  e.last_time = f.last_time;
  e.source = f.source;
  e.count = f.count;
  e.entities = f.entities;
  e.matched = f.matched;
  return e;
}

void widen(RuleGroup& g, Micros t) {
  if (t == kNoTime) return;
  if (g.first == kNoTime || t < g.first) g.first = t;
  if (g.last == kNoTime || t > g.last) g.last = t;
}

bool before(const RuleGroup& a, const RuleGroup& b) {
  if (a.level() != b.level()) return a.level() > b.level();
  if (a.hosts.size() != b.hosts.size()) return a.hosts.size() > b.hosts.size();
  if (a.findings != b.findings) return a.findings < b.findings;
  const auto title = [](const RuleGroup& g) {
    return g.example.rule ? std::string_view(g.example.rule->title) : std::string_view{};
  };
  return title(a) < title(b);
}

}  // namespace
}  // namespace digest_file

void DistinctNames::add(std::string_view name) {
  if (name.empty() || known_.find(name) != known_.end()) return;
  if (order_.size() >= most_) {
    over_ = true;
    return;
  }
  known_.emplace(name);
  order_.emplace_back(name);
}

void Digest::add(const Finding& f) {
  const auto [at, is_new] = index_.emplace(f.rule, groups_.size());
  if (is_new) {
    groups_.emplace_back();
    groups_.back().example = digest_file::without_record(f);
  }
  RuleGroup& g = groups_[at->second];
  const auto level = static_cast<std::size_t>(g.level());
  ++findings_;
  ++by_level_[level];
  ++g.findings;
  g.records += f.count;
  digest_file::widen(g, f.time);
  digest_file::widen(g, f.last_time);
  for (const Entity& e : f.entities) {
    if (e.kind == "user") g.users.add(e.value);
  }
  for (const std::string_view host : computers(f)) {
    g.hosts.add(host);
    hosts_[level].add(host);
  }
}

std::vector<const RuleGroup*> Digest::ranked() const {
  std::vector<const RuleGroup*> all;
  for (const RuleGroup& g : groups_) all.push_back(&g);
  std::stable_sort(all.begin(), all.end(),
                   [](const RuleGroup* a, const RuleGroup* b) { return digest_file::before(*a, *b); });
  return all;
}

}  // namespace custos::share
