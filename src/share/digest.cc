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
  e.behavior = f.behavior;
  return e;
}

void widen(RuleGroup& g, Micros t) {
  if (t == kNoTime) return;
  if (g.first == kNoTime || t < g.first) g.first = t;
  if (g.last == kNoTime || t > g.last) g.last = t;
}

std::string short_text(std::string s) {
  if (s.size() <= 1024) return s;
  std::size_t end = 1024;
  while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xC0) == 0x80) --end;
  s.resize(end);
  return s;
}

void add_unusual(RuleGroup& g, const Finding& f) {
  const Behavior& b = *f.behavior;
  Unusual u{short_text(actor(f)), likelihood(b), short_text(why(f)), strength(b)};
  if (!u.who.empty() && u.sentence.starts_with(u.who + " ")) u.sentence.erase(0, u.who.size() + 1);
  if (g.unusual.empty() || u.strength > g.unusual.front().strength) g.example = without_record(f);
  const auto at = std::upper_bound(g.unusual.begin(), g.unusual.end(), u, [](const Unusual& x, const Unusual& y) { return x.strength > y.strength; });
  g.unusual.insert(at, std::move(u));
  if (g.unusual.size() > RuleGroup::kMostUnusual) g.unusual.pop_back();
}

bool before(const RuleGroup& a, const RuleGroup& b) {
  if (a.level() != b.level()) return a.level() > b.level();
  if (a.hosts.size() != b.hosts.size()) return a.hosts.size() > b.hosts.size();
  if (a.findings != b.findings) return a.findings < b.findings;
  return a.title() < b.title();
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

std::string RuleGroup::title() const {
  if (titles_differ) return "Unusual behaviour";
  if (!example.rule) return {};
  return example.rule->title.empty() ? example.rule->id : example.rule->title;
}

RuleGroup& Digest::group_of(const Finding& f) {
  std::size_t at = groups_.size();
  if (f.behavior) {
    std::size_t& of_level = behavior_[static_cast<std::size_t>(f.rule ? f.rule->level : Level::Medium)];
    of_level == 0 ? of_level = at + 1 : at = of_level - 1;
  } else {
    at = index_.emplace(f.rule, at).first->second;
  }
  if (at == groups_.size()) {
    groups_.emplace_back();
    groups_.back().example = digest_file::without_record(f);
  }
  return groups_[at];
}

void Digest::add(const Finding& f) {
  RuleGroup& g = group_of(f);
  if (f.behavior) {
    const auto name = [](const Finding& x) { return x.rule ? std::string_view(x.rule->title) : std::string_view{}; };
    g.titles_differ = g.titles_differ || name(f) != name(g.example);
    digest_file::add_unusual(g, f);
  }
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
