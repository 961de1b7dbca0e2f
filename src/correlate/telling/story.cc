#include "correlate/telling/story.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "correlate/telling/stages.h"

namespace custos::correlate {
namespace telling {

constexpr Micros kAtOnce = 3'600 * kSecond;
constexpr std::size_t kMostDetail = 160;

const Mention* mention(const Item& item, std::string_view kind, std::initializer_list<Part> parts) {
  for (const Part part : parts) {
    for (const Mention& m : item.mentions) {
      if (m.kind == kind && m.part == part) return &m;
    }
  }
  return nullptr;
}

// What was run, written or asked for: of all that matched, what tells most.
std::string detail_of(const Finding& f) {
  static constexpr std::array<std::string_view, 14> kTelling = {
      "CommandLine", "ScriptBlockText", "TargetFilename", "RelativeTargetName", "ServiceFileName", "ImagePath",      "TaskName",
      "QueryName",   "query",           "cs-uri",         "TargetObject",       "PipeName",        "NewProcessName", "Image"};
  for (const std::string_view field : kTelling) {
    for (const Match& m : f.matched) {
      if (m.field == field && !m.value.empty()) return printable(to_valid_utf8(m.value), kMostDetail);
    }
  }
  return {};
}

std::string by_whom(const Item& item) {
  const Mention* account = mention(item, "account", {Part::By, Part::As, Part::Other});
  const Mention* from = mention(item, "host", {Part::From});
  const Mention* stranger = mention(item, "address", {Part::From});
  std::string s = account == nullptr ? std::string() : account->value;
  const Mention* source = from != nullptr ? from : stranger;
  if (source != nullptr) s += fmt::format("{}from {}", s.empty() ? "" : " ", source->value);
  return s;
}

std::string sentence(const Item& item) {
  const Finding& f = *item.finding;
  if (f.behavior && !f.behavior->reasons.empty()) return f.behavior->reasons.front().sentence;
  const Mention* on = mention(item, "host", {Part::On, Part::To});
  const std::string who = by_whom(item), detail = detail_of(f);
  std::string s;
  if (on != nullptr) s = "On " + on->value;
  if (!who.empty()) s += (s.empty() ? who.starts_with("from ") ? "F" + who.substr(1) : who : ", " + who);
  s += (s.empty() ? "" : ": ") + std::string(f.rule->title);
  if (!detail.empty()) s += fmt::format(" ({})", detail);
  return s;
}

// What makes two findings the same act for a reader.
std::string same_act(const Item& item) {
  const Finding& f = *item.finding;
  const Mention* on = mention(item, "host", {Part::On});
  std::string key = (f.rule->id.empty() ? f.rule->hash : f.rule->id) + "|" + (on == nullptr ? "" : on->value) + "|" + by_whom(item);
  // Of computer and account alike: the same records.
  if (f.behavior && !f.behavior->reasons.empty()) return fmt::format("{}|{}|{}", f.behavior->reasons.front().detector, f.source.file, f.source.offset);
  return key;
}

struct Told {
  std::size_t sentence;
  Micros last;
  std::size_t acts = 1;
};

}  // namespace telling

std::vector<Sentence> story_of(std::span<const Item> items, const Group& group) {
  using namespace telling;
  std::vector<Sentence> out;
  std::map<std::string, Told> told;
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Item& item = items[group.items[n]];
    const Finding& f = *item.finding;
    const auto number = static_cast<std::uint32_t>(n + 1);
    const std::string key = same_act(item);
    const auto before = told.find(key);
    if (before != told.end() && f.time != kNoTime && f.time - before->second.last <= kAtOnce) {
      Sentence& s = out[before->second.sentence];
      s.evidence.push_back(number);
      s.last_time = std::max({s.last_time, f.time, f.last_time});
      before->second.last = s.last_time;
      continue;
    }
    out.push_back({f.time, std::max(f.time, f.last_time), stage_told(f), sentence(item), {number}});
    told[key] = {out.size() - 1, out.back().last_time};
  }
  return out;
}

std::string title_of(std::span<const Item> items, const Group& group, const std::vector<IncidentEntity>& entities) {
  const Finding* gravest = nullptr;
  for (const std::size_t i : group.items) {
    const Finding* f = items[i].finding;
    if (gravest == nullptr || f->rule->level > gravest->rule->level || (f->rule->level == gravest->rule->level && gravest->behavior && !f->behavior))
      gravest = f;
  }
  std::vector<std::string> hosts, others;
  for (const IncidentEntity& e : entities) {
    if (e.kind == "host" && e.role != "involved") hosts.push_back(e.value);
    if (e.kind == "account" && e.role != "involved") others.push_back(e.value);
  }
  std::string title = gravest->rule->title;
  const bool names_itself = gravest->behavior != nullptr;  // "Unusual behaviour of ws-006"
  if (!hosts.empty()) {
    if (!names_itself) title += " on " + hosts.front();
    if (hosts.size() > 1) title += fmt::format(", and {} more computer{}", hosts.size() - 1, hosts.size() == 2 ? "" : "s");
  } else if (!others.empty() && !names_itself) {
    title += " by " + others.front();
    if (others.size() > 1) title += fmt::format(", and {} more account{}", others.size() - 1, others.size() == 2 ? "" : "s");
  }
  return title;
}

}  // namespace custos::correlate
