#include "institution/file/reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/file/moment.h"
#include "institution/file/nearest.h"

namespace custos::institution {
namespace map_reading {
namespace {

std::string shown(const Yaml& node) {
  switch (node.kind) {
    case Yaml::Kind::List: return "a list";
    case Yaml::Kind::Map: return "a map";
    default: return fmt::format("'{}'", printable(node.scalar.text, 80));
  }
}

bool is_scalar(const Yaml& node, Scalar::Kind kind) { return node.kind == Yaml::Kind::Scalar && node.scalar.kind == kind; }

std::optional<int> small_number(const Yaml& node, int least, int most) {
  if (!is_scalar(node, Scalar::Kind::Int) || node.scalar.text.size() > 9) return std::nullopt;
  int n = 0;
  for (const char c : node.scalar.text) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  return n < least || n > most ? std::nullopt : std::optional(n);
}

std::string_view article(std::string_view noun) { return std::string_view("aeiou").find(noun.substr(0, 1)) != std::string_view::npos ? "an" : "a"; }

}  // namespace
}  // namespace map_reading

const Yaml* MapReader::take(std::string_view key) {
  known_.push_back(key);
  const Yaml* node = map_.find(key);
  return node == nullptr || map_reading::is_scalar(*node, Scalar::Kind::Null) ? nullptr : node;
}

std::vector<const Yaml*> MapReader::items(const Yaml& node) {
  std::vector<const Yaml*> out;
  if (node.kind != Yaml::Kind::List) return {&node};
  out.reserve(node.list.size());
  for (const auto& n : node.list) out.push_back(n.get());
  return out;
}

bool MapReader::is_map(const Yaml& node, std::string_view noun) {
  if (node.kind == Yaml::Kind::Map) return true;
  remarks_.error(node.line,
                 fmt::format("{} {} is written as keys and values ('name: ...'), not as {}", map_reading::article(noun), noun, map_reading::shown(node)));
  return false;
}

void MapReader::wrong(std::string_view key, const Yaml& node, std::string_view wanted) {
  remarks_.error(node.line, fmt::format("'{}' takes {}, not {}", key, wanted, map_reading::shown(node)));
}

void MapReader::missing(std::string_view key, Need need) {
  if (need == Need::Required) remarks_.error(map_.line, fmt::format("{} {} needs '{}'", map_reading::article(noun_), noun_, key));
}

std::optional<std::string> MapReader::text_of(std::string_view key, const Yaml& node) {
  if (node.kind != Yaml::Kind::Scalar) {
    wrong(key, node, "a text");
  } else if (node.scalar.kind == Scalar::Kind::Bool || node.scalar.kind == Scalar::Kind::Null) {
    wrong(key, node, "a text (in quotes where it is meant so)");
  } else if (node.scalar.text.size() > kTextBytes) {
    remarks_.error(node.line, fmt::format("'{}' is longer than {} bytes", key, kTextBytes));
  } else if (node.scalar.text.empty()) {
    remarks_.error(node.line, fmt::format("'{}' is an empty text; leave the key out", key));
  } else {
    return node.scalar.text;
  }
  return std::nullopt;
}

void MapReader::version(std::string_view key, int wanted) {
  const Yaml* node = take(key);
  if (node == nullptr) {
    remarks_.error(map_.line, fmt::format("'{}: {}' is missing; it tells which keys there are", key, wanted));
  } else if (map_reading::small_number(*node, 0, 1'000'000) != wanted) {
    remarks_.error(node->line, fmt::format("this custos reads '{}: {}', not {}", key, wanted, map_reading::shown(*node)));
  }
}

void MapReader::text(std::string_view key, std::string& to, Need need) {
  const Yaml* node = take(key);
  if (node == nullptr) return missing(key, need);
  if (auto t = text_of(key, *node)) to = std::move(*t);
}

void MapReader::texts(std::string_view key, std::vector<std::string>& to, Need need) {
  const Yaml* node = take(key);
  if (node == nullptr) return missing(key, need);
  if (node->kind == Yaml::Kind::Map) return wrong(key, *node, "a text or a list of texts");
  if (node->list.size() > kListTexts) return remarks_.error(node->line, fmt::format("'{}' has more than {} texts", key, kListTexts));
  std::unordered_set<std::string> seen;
  for (const Yaml* n : items(*node)) {
    auto t = text_of(key, *n);
    if (!t) continue;
    if (!seen.insert(*t).second) {
      remarks_.warning(n->line, fmt::format("'{}' stands twice under '{}'", printable(*t, 80), key));
      continue;
    }
    to.push_back(std::move(*t));
  }
  if (to.empty() && node->kind == Yaml::Kind::List && node->list.empty()) missing(key, need);
}

void MapReader::word(std::string_view key, std::string& to, std::string_view, std::span<const std::string_view> known, Words words, Need need) {
  const Yaml* node = take(key);
  if (node == nullptr) return missing(key, need);
  auto t = text_of(key, *node);
  if (!t) return;
  if (std::find(known.begin(), known.end(), *t) == known.end()) {
    std::string why =
        fmt::format("'{}' is no {} that custos gives a meaning to{}", printable(*t, 80), key, remarks_.full() ? "" : suggestion(*t, known, "words"));
    if (words == Words::Closed) return remarks_.error(node->line, std::move(why));
    remarks_.warning(node->line, std::move(why));
  }
  to = std::move(*t);
}

void MapReader::words(std::string_view key, std::vector<std::string>& to, std::span<const std::string_view> known, Words words) {
  texts(key, to);
  const Yaml* node = map_.find(key);
  if (node == nullptr || node->kind == Yaml::Kind::Map) return;
  for (const Yaml* n : items(*node)) {
    if (n->kind != Yaml::Kind::Scalar || n->scalar.text.empty()) continue;
    if (std::find(known.begin(), known.end(), n->scalar.text) != known.end()) continue;
    const std::string what = words == Words::Closed ? fmt::format("no word for '{}'", key) : fmt::format("none of the {} that custos gives a meaning to", key);
    std::string why = fmt::format("'{}' is {}{}", printable(n->scalar.text, 80), what, remarks_.full() ? "" : suggestion(n->scalar.text, known, "words"));
    words == Words::Closed ? remarks_.error(n->line, std::move(why)) : remarks_.warning(n->line, std::move(why));
  }
}

void MapReader::flag(std::string_view key, bool& to) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  if (!map_reading::is_scalar(*node, Scalar::Kind::Bool)) return wrong(key, *node, "true or false");
  to = ascii_lower(node->scalar.text[0]) == 't';
}

void MapReader::number(std::string_view key, int& to, int, int least, int most) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  const auto n = map_reading::small_number(*node, least, most);
  if (!n) return wrong(key, *node, fmt::format("a whole number from {} to {}", least, most));
  to = *n;
}

void MapReader::moment(std::string_view key, Micros& to, bool until) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  const auto t = node->kind == Yaml::Kind::Scalar ? parse_moment(node->scalar.text, until ? Edge::Until : Edge::From) : std::nullopt;
  if (!t) return wrong(key, *node, "a date such as 2026-03-15 or a time such as 2026-03-15T10:00:00Z");
  to = *t;
}

void MapReader::time(std::string_view key, Micros& to) { moment(key, to, false); }

void MapReader::span(Span& to) {
  moment("from", to.from, false);
  moment("until", to.until, true);
  if (to.from == kNoTime || to.until == kNoTime || to.from < to.until) return;
  remarks_.error(map_.find("until")->line, "'until' is not behind 'from'");
}

void MapReader::days(std::string_view key, std::vector<int>& to, const std::vector<int>&) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  std::vector<int> days;
  for (const Yaml* n : items(*node)) {
    const auto found = n->kind == Yaml::Kind::Scalar ? std::find(kDays.begin(), kDays.end(), n->scalar.text) : kDays.end();
    if (found == kDays.end()) {
      wrong(key, *n, "days: mon, tue, wed, thu, fri, sat, sun");
      continue;
    }
    const int day = static_cast<int>(found - kDays.begin()) + 1;
    if (std::find(days.begin(), days.end(), day) == days.end()) days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  to = std::move(days);
}

void MapReader::clock(std::string_view key, int& to, int) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  const auto minutes = node->kind == Yaml::Kind::Scalar ? parse_clock(node->scalar.text) : std::nullopt;
  if (!minutes) return wrong(key, *node, "a time of the day such as \"08:30\"");
  to = *minutes;
}

void MapReader::dates(std::string_view key, std::vector<std::string>& to, const std::vector<std::string>&) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  to.clear();
  for (const Yaml* n : items(*node)) {
    if (n->kind != Yaml::Kind::Scalar || !is_date(n->scalar.text)) {
      wrong(key, *n, "dates such as 2026-12-25");
    } else {
      to.push_back(n->scalar.text);
    }
  }
}

void MapReader::assignments(std::string_view key, std::vector<std::string>& cases, std::map<std::string, Span>& assigned) {
  const Yaml* node = take(key);
  if (node == nullptr) return;
  if (node->list.size() > kListTexts) return remarks_.error(node->line, fmt::format("'{}' has more than {} cases", key, kListTexts));
  std::unordered_set<std::string> seen;
  for (const Yaml* n : items(*node)) {
    std::string id;
    Span when;
    if (n->kind == Yaml::Kind::Map) {
      MapReader inner(*n, "assignment", remarks_, usual_);
      inner.text("id", id, Need::Required);
      inner.span(when);
      inner.finish();
    } else if (auto t = text_of(key, *n)) {
      id = std::move(*t);
    }
    if (id.empty()) continue;
    if (!seen.insert(id).second) {
      remarks_.error(n->line, fmt::format("the case '{}' is assigned twice", printable(id, 80)));
      continue;
    }
    if (when != Span{}) assigned.emplace(id, when);
    cases.push_back(std::move(id));
  }
}

void MapReader::common_hours(std::string_view key, WorkingHours& to) {
  std::optional<WorkingHours> hours;
  usual_ = {};
  own_hours(key, hours);
  if (hours) to = *hours;
  usual_ = to;
}

void MapReader::own_hours(std::string_view key, std::optional<WorkingHours>& to) {
  const Yaml* node = take(key);
  if (node == nullptr || !is_map(*node, Keys<WorkingHours>::name)) return;
  MapReader inner(*node, Keys<WorkingHours>::name, remarks_, usual_);
  WorkingHours hours = usual_;
  Keys<WorkingHours>::of(inner, hours, usual_);
  inner.finish();
  if (hours.begin == hours.end) remarks_.error(node->line, "'from' and 'to' are the same time; write \"00:00\" and \"24:00\" for the whole day");
  to = std::move(hours);
}

void MapReader::finish() {
  for (const auto& [key, value] : map_.map) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    remarks_.error(value->line, fmt::format("'{}' is no key of {} {}{}", printable(key, 80), map_reading::article(noun_), noun_,
                                            remarks_.full() ? "" : suggestion(key, known_, "keys")));
  }
}

}  // namespace custos::institution
