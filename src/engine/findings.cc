#include "engine/findings.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "engine/attribution/entities.h"

namespace custos::engine {
namespace folding {

constexpr std::size_t kMostRaw = 64u << 10;

std::string key_of(const Finding& f) {
  std::string key;
  const auto add = [&](std::string_view s) {
    key += std::to_string(s.size());
    key += ':';
    key += s;
  };
  add(f.rule->hash);
  add(f.rule->id);
  add(f.source.file);
  add(f.log_source);
  for (const Entity& e : f.entities) {
    add(e.kind);
    add(e.value);
    add(e.domain);
    add(e.sid);
  }
  for (const Match& m : f.matched) {
    add(m.field);
    add(m.value);
  }
  return sha256_hex(key);
}

std::size_t bytes_of(const Finding& f) {
  std::size_t n = sizeof(Finding) + f.raw.size() + f.source.file.size() + 256;
  for (const Entity& e : f.entities) n += sizeof(Entity) + e.value.size() + e.domain.size() + e.sid.size();
  for (const Match& m : f.matched) n += sizeof(Match) + m.value.size() + m.field.size();
  return n;
}

// Text formats are shown as they stand; binary ones as the fields they were decoded to.
std::string raw_of(const Event& event) {
  const std::string_view raw = event.record().raw;
  if (!raw.starts_with(std::string_view("**\0\0", 4))) return to_valid_utf8(raw.substr(0, kMostRaw));
  std::string s = "{";
  for (const Field& f : event.fields()) {
    if (s.size() > kMostRaw) break;
    if (s.size() > 1) s += ',';
    s += '"';
    append_json_escaped(s, event.batch().names().text(f.name));
    s += "\":\"";
    append_json_escaped(s, f.text());
    s += '"';
  }
  return s + "}";
}

}  // namespace folding

Finding make_finding(const rules::Program& program, const rules::Hit& hit, const std::string& file) {
  const Record& r = hit.event.record();
  Finding f;
  f.rule = program.facts(hit.rule);
  f.pipeline = hit.pipeline;
  f.log_source = hit.event.batch().sources().at(r.log_source).text();
  f.time = f.last_time = r.time;
  f.source = {file, r.offset, r.number};
  f.entities = entities_of(hit.event);
  f.matched.assign(hit.matched.begin(), hit.matched.end());
  for (Match& m : f.matched) {
    if (m.offset) m.offset = *m.offset + r.offset;
  }
  f.raw = folding::raw_of(hit.event);
  return f;
}

void FindingSet::fold(Finding& into, Finding&& more) {
  if (more.time != kNoTime && (into.time == kNoTime || more.time < into.time)) {
    // Keep the earliest record as the finding's own, so that the result does not depend on the order of files and threads.
    std::swap(into.time, more.time);
    std::swap(into.source, more.source);
    std::swap(into.matched, more.matched);
    std::swap(into.raw, more.raw);
  }
  into.last_time = std::max(into.last_time, more.last_time);
  into.count += more.count;
  if (into.others.size() < kOthersListed) into.others.push_back(std::move(more.source));
  for (Place& p : more.others) {
    if (into.others.size() >= kOthersListed) break;
    into.others.push_back(std::move(p));
  }
}

void FindingSet::add(Finding f) {
  total_ += f.count;
  std::string key = folding::key_of(f);
  auto it = by_key_.find(key);
  if (it == by_key_.end() && bytes_ > max_bytes_) {
    ++crowded_;
    f.entities.clear();
    f.matched.clear();
    key = folding::key_of(f);
    it = by_key_.find(key);
  }
  if (it != by_key_.end()) {
    fold(findings_[it->second], std::move(f));
    return;
  }
  bytes_ += folding::bytes_of(f);
  by_key_.emplace(std::move(key), findings_.size());
  findings_.push_back(std::move(f));
}

void FindingSet::join(FindingSet&& other) {
  const std::uint64_t crowded = other.crowded_;
  for (Finding& f : other.findings_) add(std::move(f));
  crowded_ += crowded;
  other = FindingSet(other.max_bytes_);
}

std::vector<Finding> FindingSet::take() {
  for (Finding& f : findings_) {
    std::sort(f.others.begin(), f.others.end(), [](const Place& a, const Place& b) {
      return std::tie(a.file, a.offset, a.record) < std::tie(b.file, b.offset, b.record);
    });
  }
  std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.time, a.rule->id, a.rule->title, a.source.file, a.source.offset) <
           std::tie(b.time, b.rule->id, b.rule->title, b.source.file, b.source.offset);
  });
  by_key_.clear();
  return std::move(findings_);
}

}  // namespace custos::engine
