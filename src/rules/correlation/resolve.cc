#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "rules/correlation/plan.h"

namespace custos::rules::correlation {
namespace resolving {
namespace {

const std::string kBecause = "it refers to a correlation that was refused: ";

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

// Ids and names of all rules. Two rules under one text are no error until somebody refers to it.
class Directory {
 public:
  Directory(std::span<const RuleName> bases, std::span<const CorrelationRule> correlations) {
    for (std::size_t i = 0; i < bases.size(); ++i) add(bases[i], {false, static_cast<std::uint32_t>(i)});
    for (std::size_t i = 0; i < correlations.size(); ++i)
      add(correlations[i].name, {true, static_cast<std::uint32_t>(i)});
  }

  // Names are exact, ids are UUIDs in any letter case; a name goes before an id.
  const std::vector<Reference>* find(const std::string& text) const {
    if (const auto it = names_.find(text); it != names_.end()) return &it->second;
    if (const auto it = ids_.find(lower(text)); it != ids_.end()) return &it->second;
    return nullptr;
  }

 private:
  void add(const RuleName& rule, Reference reference) {
    if (!rule.name.empty()) names_[rule.name].push_back(reference);
    if (!rule.id.empty()) ids_[lower(rule.id)].push_back(reference);
  }
  std::map<std::string, std::vector<Reference>> names_, ids_;
};

// Depth-first over the references between correlations with an explicit stack: a chain's length is the rules' business.
class Chains {
 public:
  explicit Chains(std::vector<Resolution>& found)
      : found_(found), state_(found.size(), State::New), depth_(found.size(), 1) {}

  void check() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (state_[i] == State::New) walk(i);
    }
  }

 private:
  enum class State : std::uint8_t { New, Open, Done };
  struct Frame {
    std::size_t correlation, next;
  };

  void walk(std::size_t first) {
    std::vector<Frame> stack{{first, 0}};
    state_[first] = State::Open;
    while (!stack.empty()) {
      Frame& top = stack.back();
      const auto& references = found_[top.correlation].references;
      if (top.next == references.size()) {
        close(top.correlation);
        stack.pop_back();
        continue;
      }
      const Reference reference = references[top.next++];
      if (!reference.correlation) continue;
      if (state_[reference.index] == State::Open) {
        mark_cycle(stack, reference.index);
      } else if (state_[reference.index] == State::New) {
        state_[reference.index] = State::Open;
        stack.push_back({reference.index, 0});
      }
    }
  }

  void mark_cycle(const std::vector<Frame>& stack, std::size_t start) {
    for (std::size_t i = stack.size(); i-- > 0;) {
      std::string& refused = found_[stack[i].correlation].refused;
      if (refused.empty()) refused = "it refers to itself, directly or through other correlations; break the cycle";
      if (stack[i].correlation == start) return;
    }
  }

  void close(std::size_t correlation) {
    state_[correlation] = State::Done;
    Resolution& mine = found_[correlation];
    for (const Reference& reference : mine.references) {
      if (!reference.correlation || reference.index == correlation) continue;
      depth_[correlation] = std::max(depth_[correlation], depth_[reference.index] + 1);
      if (mine.refused.empty() && !found_[reference.index].refused.empty()) {
        const std::string& why = found_[reference.index].refused;  // said once, however long the chain is
        mine.refused = why.starts_with(kBecause) ? why : kBecause + why;
      }
    }
    if (mine.refused.empty() && depth_[correlation] > kMaxDepth) {
      mine.refused = "correlations of correlations go deeper than " + std::to_string(kMaxDepth);
    }
  }

  std::vector<Resolution>& found_;
  std::vector<State> state_;
  std::vector<std::size_t> depth_;
};

void look_up(const Directory& directory, const Correlation& correlation, Resolution& out) {
  if (correlation.rules.empty()) {
    out.refused = "it names no rules";
  } else if (correlation.rules.size() > kMaxReferences) {
    out.refused = "it names more than " + std::to_string(kMaxReferences) + " rules";
  }
  for (std::size_t i = 0; out.refused.empty() && i < correlation.rules.size(); ++i) {
    const std::string& text = correlation.rules[i];
    const auto* hits = directory.find(text);
    if (hits == nullptr) {
      out.refused = "it refers to the rule '" + text + "', which is not loaded; check its id or name";
    } else if (hits->size() > 1) {
      out.refused =
          "it refers to the rule '" + text + "', and " + std::to_string(hits->size()) + " rules are called so";
    } else {
      out.references.push_back(hits->front());
    }
  }
  if (!out.refused.empty()) out.references.clear();
}

// An alias must speak of the correlation's own rules: a slip there would silently never match.
void look_up_aliases(const Directory& directory, const Correlation& correlation, Resolution& out) {
  for (const auto& [alias, fields] : correlation.aliases) {
    for (const auto& [rule, field] : fields) {
      const auto* hits = directory.find(rule);
      const auto mine = hits == nullptr ? out.references.end()
                                        : std::find_first_of(out.references.begin(), out.references.end(),
                                                             hits->begin(), hits->end());
      if (mine == out.references.end()) {
        out.refused = "its alias '" + alias + "' speaks of the rule '" + rule + "', which is not among its rules";
        return;
      }
      out.aliases.push_back({alias, *mine, field});
    }
  }
}

using Type = Correlation::Type;

bool is_temporal(Type type) { return type == Type::Temporal || type == Type::TemporalOrdered; }

// Why the correlation cannot run as it is written; empty when it can.
std::string flaw(const Correlation& c) {
  if (c.timespan <= 0) return "its timespan is not a positive time";
  if (c.limits.empty() && !is_temporal(c.type)) return "its type needs a condition with gt, gte, lt, lte, eq or neq";
  for (const auto& limit : c.limits) {
    if (!std::isfinite(limit.value)) return "its condition compares with something that is no number";
  }
  const bool counts = c.type == Type::EventCount || is_temporal(c.type);
  if (counts)
    return c.type == Type::TemporalOrdered && c.rules.size() > kMaxSteps
               ? "it orders more than " + std::to_string(kMaxSteps) + " rules"
               : "";
  if (c.fields.empty()) return "its type needs a field in the condition";
  if (c.type != Type::ValueCount && c.fields.size() > 1)
    return "its type takes one field in the condition, not several";
  if (c.type == Type::ValuePercentile && !(c.percentile >= 0 && c.percentile <= 100))
    return "its percentile is not between 0 and 100";
  return "";
}

}  // namespace
}  // namespace resolving

std::vector<Resolution> resolve(std::span<const RuleName> bases, std::span<const CorrelationRule> correlations) {
  const resolving::Directory directory(bases, correlations);
  std::vector<Resolution> found(correlations.size());
  for (std::size_t i = 0; i < correlations.size(); ++i) {
    resolving::look_up(directory, *correlations[i].correlation, found[i]);
    if (found[i].refused.empty()) resolving::look_up_aliases(directory, *correlations[i].correlation, found[i]);
    if (found[i].refused.empty()) found[i].refused = resolving::flaw(*correlations[i].correlation);
  }
  resolving::Chains(found).check();
  return found;
}

}  // namespace custos::rules::correlation
