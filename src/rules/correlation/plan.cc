#include "rules/correlation/plan.h"

#include <algorithm>

#include "base/hash.h"
#include "rules/correlation/codec.h"

namespace custos::rules::correlation {

// Fills a plan from resolved correlations.
class PlanBuilder {
 public:
  PlanBuilder(CorrelationPlan& plan, std::span<const RuleName> bases, std::span<const CorrelationRule> correlations,
              const std::vector<Resolution>& found)
      : plan_(plan), bases_(bases), correlations_(correlations), found_(found) {}

  void run() {
    plan_.nodes_.resize(correlations_.size());
    plan_.rank_.assign(correlations_.size(), kNone);
    plan_.base_fields_.resize(bases_.size());
    plan_.base_uses_.resize(bases_.size());
    put_in_order();
    for (const std::uint32_t c : plan_.order_) fill(c);
    for (const std::uint32_t c : plan_.order_) {
      for (const auto& position : plan_.nodes_[c].positions) {
        for (const auto* fields : {&position.group, &position.values}) {
          for (const std::uint32_t field : *fields) ask(position.reference, field);
        }
      }
    }
    for (auto& fields : plan_.base_fields_) {
      std::sort(fields.begin(), fields.end());
      fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
    }
  }

 private:
  // Inner ones first: repeatedly the correlations all of whose inner ones are placed (Kahn), lowest number first a
  // round.
  void put_in_order() {
    std::vector<std::size_t> open(correlations_.size(), 0);
    std::vector<std::vector<std::uint32_t>> outer(correlations_.size());
    std::vector<std::uint32_t>& order = plan_.order_;
    for (std::uint32_t c = 0; c < correlations_.size(); ++c) {
      if (!found_[c].refused.empty()) continue;
      for (const Reference& r : found_[c].references) {
        if (!r.correlation) continue;
        ++open[c];
        outer[r.index].push_back(c);
      }
      if (open[c] == 0) order.push_back(c);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      plan_.rank_[order[i]] = static_cast<std::uint32_t>(i);
      for (const std::uint32_t c : outer[order[i]]) {
        if (--open[c] == 0) order.push_back(c);
      }
    }
  }

  std::uint32_t field(const std::string& name) {
    const auto [it, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(plan_.fields_.size()));
    if (fresh) plan_.fields_.push_back(name);
    return it->second;
  }

  std::uint32_t aliased(const Resolution& found, const std::string& name, const Reference& rule) {
    for (const auto& alias : found.aliases) {
      if (alias.rule == rule && alias.alias == name) return field(alias.field);
    }
    return field(name);
  }

  void fill(std::uint32_t c) {
    const Correlation& from = *correlations_[c].correlation;
    CorrelationPlan::Node& node = plan_.nodes_[c];
    node.type = from.type;
    node.timespan = from.timespan;
    node.limits = from.limits;
    node.percentile = from.type == Correlation::Type::ValueMedian ? 50 : from.percentile;
    node.running = true;
    for (const std::string& name : from.group_by) node.group_names.push_back(field(name));
    const bool valued = from.type != Correlation::Type::EventCount && from.type != Correlation::Type::Temporal &&
                        from.type != Correlation::Type::TemporalOrdered;
    std::vector<Reference> different;
    for (const Reference& reference : found_[c].references) {
      CorrelationPlan::Position position;
      position.reference = reference;
      for (const std::string& name : from.group_by) position.group.push_back(aliased(found_[c], name, reference));
      if (valued) {
        for (const std::string& name : from.fields) position.values.push_back(aliased(found_[c], name, reference));
      }
      const CorrelationPlan::Use use{c, static_cast<std::uint32_t>(node.positions.size())};
      const bool repeated = std::find(different.begin(), different.end(), reference) != different.end();
      if (!repeated) different.push_back(reference);
      node.positions.push_back(std::move(position));
      // A rule listed twice is two steps of an order, and once too often for everything else.
      if (repeated && from.type != Correlation::Type::TemporalOrdered) continue;
      (reference.correlation ? plan_.nodes_[reference.index].used_by : plan_.base_uses_[reference.index])
          .push_back(use);
    }
    node.different = from.type == Correlation::Type::TemporalOrdered ? node.positions.size() : different.size();
    node.fingerprint = fingerprint(node);
  }

  // Whatever changes the meaning of the saved windows changes this.
  std::uint64_t fingerprint(const CorrelationPlan::Node& node) const {
    std::string text;
    put(text, static_cast<std::uint64_t>(node.type));
    put_signed(text, node.timespan);
    put_double(text, node.percentile);
    put(text, node.limits.size());
    for (const auto& limit : node.limits) {
      put(text, static_cast<std::uint64_t>(limit.op));
      put_double(text, limit.value);
    }
    put(text, node.group_names.size());
    for (const std::uint32_t name : node.group_names) put_text(text, plan_.fields_[name]);
    put(text, node.positions.size());
    for (const auto& position : node.positions) {
      const Reference& r = position.reference;
      put(text, r.correlation ? 1 : 0);
      const RuleName& name = r.correlation ? correlations_[r.index].name : bases_[r.index];
      put_text(text, name.id);
      put_text(text, name.name);
      if (r.correlation) put(text, plan_.nodes_[r.index].fingerprint);
      for (const auto* fields : {&position.group, &position.values}) {
        put(text, fields->size());
        for (const std::uint32_t f : *fields) put_text(text, plan_.fields_[f]);
      }
    }
    return hash64(text);
  }

  // Somebody wants this field of what `from` gives: hand the wish down to the base rules, stopping where a group-by
  // answers it. Each (correlation, field) is asked once, so a lattice of chains costs no more than its edges.
  void ask(Reference from, std::uint32_t wanted) {
    std::vector<Reference> todo{from};
    while (!todo.empty()) {
      const Reference r = todo.back();
      todo.pop_back();
      if (!r.correlation) {
        plan_.base_fields_[r.index].push_back(wanted);
        continue;
      }
      const CorrelationPlan::Node& node = plan_.nodes_[r.index];
      if (std::find(node.group_names.begin(), node.group_names.end(), wanted) != node.group_names.end()) continue;
      const std::uint64_t key = (static_cast<std::uint64_t>(r.index) << 32) | wanted;
      if (!asked_.try_emplace(key, true).second) continue;
      for (const auto& position : node.positions) todo.push_back(position.reference);
    }
  }

  CorrelationPlan& plan_;
  std::span<const RuleName> bases_;
  std::span<const CorrelationRule> correlations_;
  const std::vector<Resolution>& found_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::uint64_t, bool> asked_;
};

CorrelationPlan::Built CorrelationPlan::build(std::span<const RuleName> bases,
                                              std::span<const CorrelationRule> correlations) {
  Built built;
  const std::vector<Resolution> found = resolve(bases, correlations);
  PlanBuilder(built.plan, bases, correlations, found).run();
  for (const Resolution& one : found) built.refused.push_back(one.refused);
  return built;
}

std::span<const std::uint32_t> CorrelationPlan::fields_of(std::uint32_t base) const {
  return base < base_fields_.size() ? std::span<const std::uint32_t>(base_fields_[base])
                                    : std::span<const std::uint32_t>();
}

std::span<const CorrelationPlan::Use> CorrelationPlan::uses(std::uint32_t base) const {
  return base < base_uses_.size() ? std::span<const Use>(base_uses_[base]) : std::span<const Use>();
}

}  // namespace custos::rules::correlation
