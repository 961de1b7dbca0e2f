#include "engine/findings.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "engine/attribution/entities.h"
#include "engine/field_parts.h"

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
  for (const FieldPart& p : f.parts) n += sizeof(FieldPart) + (p.field.size() > 15 ? p.field.size() : 0);
  return n;
}

bool is_binary(std::string_view raw) { return raw.starts_with(std::string_view("**\0\0", 4)); }

// The fields of a record of a binary format as one JSON object, and where each value stands in it.
std::string fields_as_json(const Event& event, std::vector<FieldPart>* parts) {
  std::string s = "{";
  for (const Field& f : event.fields()) {
    if (s.size() > kMostRaw) break;
    const std::string_view name = event.batch().names().text(f.name);
    if (s.size() > 1) s += ',';
    s += '"';
    append_json_escaped(s, name);
    s += "\":\"";
    const std::size_t at = s.size();
    append_json_escaped(s, f.text());
    if (parts != nullptr) parts->push_back({std::string(name), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(s.size() - at)});
    s += '"';
  }
  return s + "}";
}

// Text formats are shown as they stand; binary ones as the fields they were decoded to.
void set_raw(Finding& finding, const Event& event, bool with_parts) {
  const std::string_view raw = event.record().raw;
  if (is_binary(raw)) {
    finding.raw = fields_as_json(event, with_parts ? &finding.parts : nullptr);
    return;
  }
  finding.raw = to_valid_utf8(raw.substr(0, kMostRaw));
  if (!with_parts) return;
  finding.verbatim = finding.raw == raw;
  // Where bytes were repaired or cut, places in the record are none in the text: then the text is one part.
  if (finding.verbatim) finding.parts = parts_of(event, raw);
}

}  // namespace folding

Finding make_finding(const rules::Program& program, const rules::Hit& hit, const std::string& file, bool with_parts) {
  const Record& r = hit.event.record();
  Finding f;
  f.rule = program.facts(hit.rule);
  f.pipeline = hit.pipeline;
  f.log_source = hit.event.batch().sources().at(r.log_source).text();
  f.time = f.last_time = r.time;
  f.source = {file, r.offset, r.number};
  f.entities = entities_of(hit.event);
  f.ties = ties_of(hit.event);
  f.matched.assign(hit.matched.begin(), hit.matched.end());
  for (Match& m : f.matched) {
    if (m.offset) m.offset = *m.offset + r.offset;
  }
  folding::set_raw(f, hit.event, with_parts);
  return f;
}

void FindingSet::fold(Finding& into, Finding&& more) {
  if (more.time != kNoTime && (into.time == kNoTime || more.time < into.time)) {
    // Keep the earliest record as the finding's own, so that the result does not depend on the order of files and threads.
    std::swap(into.time, more.time);
    std::swap(into.source, more.source);
    std::swap(into.matched, more.matched);
    std::swap(into.ties, more.ties);
    std::swap(into.raw, more.raw);
    std::swap(into.parts, more.parts);
    std::swap(into.verbatim, more.verbatim);
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
    std::sort(f.others.begin(), f.others.end(),
              [](const Place& a, const Place& b) { return std::tie(a.file, a.offset, a.record) < std::tie(b.file, b.offset, b.record); });
  }
  std::sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.time, a.rule->id, a.rule->title, a.source.file, a.source.offset) <
           std::tie(b.time, b.rule->id, b.rule->title, b.source.file, b.source.offset);
  });
  by_key_.clear();
  return std::move(findings_);
}

}  // namespace custos::engine
