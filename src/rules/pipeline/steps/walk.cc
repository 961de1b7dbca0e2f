#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/pipeline/steps/transformations.h"

namespace custos::rules::pipeline {
namespace walk {
namespace {

constexpr std::size_t kTextBytes = 64u << 10;

void mark(Detection& detection, const Step& step) {
  if (detection.kind == Detection::Kind::Leaf) step.mark(detection.item);
  for (Detection& child : detection.children) mark(child, step);
}

// Items and values: what a step that multiplies them has to pay for.
std::size_t weight(const Detection& detection) {
  if (detection.kind == Detection::Kind::Leaf) return 1 + detection.item.values.size();
  std::size_t sum = 1;
  for (const Detection& child : detection.children) sum += weight(child);
  return sum;
}

bool is_empty(const Detection& d) { return d.kind != Detection::Kind::Leaf && d.children.empty(); }

Result<void> change(Detection& detection, const Step& step, Run& run, const ChangeItem& change_item) {
  if (detection.kind != Detection::Kind::Leaf) {
    for (Detection& child : detection.children) {
      if (auto ok = change(child, step, run, change_item); !ok) return ok;
    }
    return {};
  }
  const auto takes = step.takes(detection.item, run);
  if (!takes) return tl::unexpected(takes.error());
  if (!*takes) return {};
  auto changed = change_item(detection.item);
  if (!changed) return tl::unexpected(changed.error());
  if (!*changed) return {};
  const std::size_t before = weight(detection), after = weight(**changed);
  if (auto ok = run.spend(after > before ? after - before : 0); !ok) return ok;
  detection = std::move(**changed);
  mark(detection, step);
  return {};
}

void remove_empty(Detection& detection) {
  for (Detection& child : detection.children) remove_empty(child);
  auto& children = detection.children;
  children.erase(std::remove_if(children.begin(), children.end(), is_empty), children.end());
}

// `*` in a condition's pattern is any text; "them" and patterns without a leading underscore leave _names out.
bool fits(std::string_view pattern, std::string_view name) {
  if (pattern == "them") return !name.starts_with('_');
  if (name.starts_with('_') && !pattern.starts_with('_')) return false;
  std::size_t p = 0, n = 0, star = std::string_view::npos, from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// Whether anything is left of the condition once the names that `gone` holds are taken out.
bool keep(Condition& condition, const Rule& rule, const std::vector<std::string>& gone) {
  const auto is_gone = [&](auto test) { return std::any_of(gone.begin(), gone.end(), test); };
  switch (condition.kind) {
    case Condition::Kind::True: return true;
    case Condition::Kind::Name: return !is_gone([&](const std::string& name) { return name == condition.name; });
    case Condition::Kind::OneOf:
    case Condition::Kind::AllOf: {
      if (!is_gone([&](const std::string& name) { return fits(condition.name, name); })) return true;
      return std::any_of(rule.detections.begin(), rule.detections.end(),
                         [&](const auto& d) { return fits(condition.name, d.first); });
    }
    default: break;
  }
  auto& children = condition.children;
  children.erase(std::remove_if(children.begin(), children.end(), [&](Condition& c) { return !keep(c, rule, gone); }),
                 children.end());
  if (children.size() == 1 && condition.kind != Condition::Kind::Not) {
    Condition only = std::move(children.front());
    condition = std::move(only);
    return true;
  }
  return !children.empty();
}

}  // namespace
}  // namespace walk

Result<void> change_items(Rule& rule, const Step& step, Run& run, const ChangeItem& change) {
  for (auto& [name, detection] : rule.detections) {
    if (auto ok = walk::change(detection, step, run, change); !ok) return ok;
  }
  return {};
}

Apply change_values(ChangeValue change) {
  return [change = std::move(change)](Rule& rule, const Step& step, Run& run) -> Result<void> {
    return change_items(rule, step, run, [&](const Item& item) -> Result<std::optional<Detection>> {
      Values values = read_values(item);
      std::vector<Value> list;
      bool any = false;
      for (Value& value : values.list) {
        auto changed = change(value);
        if (!changed) return tl::unexpected(changed.error());
        if (!*changed) {
          list.push_back(std::move(value));
          continue;
        }
        any = true;
        if (auto ok = run.spend((*changed)->size() - (changed->value().empty() ? 0 : 1)); !ok)
          return tl::unexpected(ok.error());
        for (Value& fresh : **changed) list.push_back(std::move(fresh));
      }
      if (!any) return std::nullopt;
      for (const Value& value : list) {
        std::size_t bytes = 0;
        for (const Piece& piece : value.text.pieces()) bytes += piece.text.size();
        if (bytes > walk::kTextBytes) return fail(Code::Limit, "the pipeline makes a value longer than 64 KiB");
      }
      values.list = std::move(list);
      return write_values(item, values);
    });
  };
}

Result<void> prune(Rule& rule) {
  std::vector<std::string> gone;
  auto& detections = rule.detections;
  for (auto& [name, detection] : detections) {
    walk::remove_empty(detection);
    if (walk::is_empty(detection)) gone.push_back(name);
  }
  if (gone.empty()) return {};
  detections.erase(
      std::remove_if(detections.begin(), detections.end(), [](const auto& d) { return walk::is_empty(d.second); }),
      detections.end());
  if (detections.empty() || !walk::keep(rule.condition, rule, gone)) {
    return fail(Code::Unsupported, "the pipeline drops every item of the rule, so nothing is left to match");
  }
  return {};
}

}  // namespace custos::rules::pipeline
