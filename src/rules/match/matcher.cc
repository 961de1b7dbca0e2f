#include "rules/match/matcher.h"

#include <algorithm>

#include "base/text.h"
#include "rules/match/evidence.h"

namespace custos::rules {

PlanMatcher::PlanMatcher(std::shared_ptr<const CompiledProgram> program, CorrelationRun* correlations, TimeWindow window)
    : program_(std::move(program)), window_(window), telemetry_(program_->rules.size()), observer_(*program_, correlations) {}

PlanMatcher::Bound& PlanMatcher::bound_for(const Batch& batch, LogSourceId id) {
  if (id >= bound_.size()) bound_.resize(static_cast<std::size_t>(id) + 1);
  auto& slot = bound_[id];
  if (slot == nullptr) {
    auto plan = program_->plan_for(batch.sources().at(id));
    std::vector<std::uint32_t> bases;
    for (const Plan::Entry& e : plan->rules) {
      telemetry_[e.variant->rule] = true;
      bases.push_back(program_->rules[e.variant->rule].base);
    }
    slot = std::make_unique<Bound>(Bound{plan, {}, std::move(bases), Evaluation(*plan)});
  }
  Bound& b = *slot;
  while (b.slot_of_name.size() < batch.names().size()) {
    const auto it = b.plan->slot_of.find(batch.names().text(static_cast<NameId>(b.slot_of_name.size())));
    const bool known = it != b.plan->slot_of.end() && !b.slot_of_name.empty();  // NameId 0 is "(other)", never a field
    b.slot_of_name.push_back(known ? it->second : kNoSlot);
  }
  return b;
}

void PlanMatcher::search(const Plan::Slot& slot, std::string_view value) {
  const auto hit = [&](std::uint32_t atom) { hits_.push_back(atom); };
  // ASCII needs no folding: the index compares letters without case.
  std::string_view folded = value;
  if (!is_ascii(value)) {
    fold_into(value, folded_);
    folded = folded_;
  }
  slot.folded.search(folded, hit);
  if (slot.dashed.empty()) return;
  dash_into(folded, dashed_);
  slot.dashed.search(dashed_, hit);
}

void PlanMatcher::look_up(Bound& b, const Plan::Slot& slot, std::string_view value) {
  if (value.size() < slot.shortest) return;
  hits_.clear();
  if (slot.cheap || value.size() > ValueCache::kMaxValue) {
    search(slot, value);
    for (const std::uint32_t atom : hits_) b.state.hold(atom);
    return;
  }
  const std::uint64_t hash = ValueCache::hash(value);
  ValueCache::Entry& entry = cache_.at(hash, slot.uid);
  if (!ValueCache::is(entry, hash, slot.uid, value)) {
    search(slot, value);
    entry.hash = hash;
    entry.slot = slot.uid;
    entry.value.assign(value);
    entry.hits.assign(hits_.begin(), hits_.end());
  }
  for (const std::uint32_t atom : entry.hits) b.state.hold(atom);
}

// Runs the indexes over the event's values: which atoms hold, which rules are candidates.
void PlanMatcher::collect(Bound& b, const Event& event) {
  const Plan& plan = *b.plan;
  b.state.begin();
  for (const Field& f : event.fields()) {
    const std::uint32_t s = b.slot_of_name[f.name];
    if (s != kNoSlot) {
      b.state.present(s);
      const Plan::Slot& slot = plan.slots[s];
      if (f.type != Type::Null) look_up(b, slot, f.text());
    }
    if (plan.keywords && f.type != Type::Null) look_up(b, plan.slots[kAnyField], f.text());
  }
}

void PlanMatcher::report(Bound& b, std::uint32_t rule, const Event& event, const std::function<void(const Hit&)>& sink) {
  const Variant& v = *b.plan->rules[rule].variant;
  if (!program_->rules[v.rule].reports) return;
  matched_.clear();
  gather_matches(*b.plan, b.plan->rules[rule].root, event, b.state, leaves_, matched_);
  sink(Hit{v.rule, event, matched_, v.pipeline});
}

bool PlanMatcher::outside(Micros t) const {
  if (t == kNoTime) return false;
  return (window_.since != kNoTime && t < window_.since) || (window_.until != kNoTime && t >= window_.until);
}

void PlanMatcher::match(const Batch& batch, std::uint32_t source, const std::function<void(const Hit&)>& sink) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Event event = batch[i];
    if (outside(event.record().time)) continue;
    Bound& b = bound_for(batch, event.record().log_source);
    collect(b, event);
    auto& candidates = b.state.candidates();
    if (candidates.empty()) continue;
    std::sort(candidates.begin(), candidates.end());
    observer_.begin();
    for (const std::uint32_t rule : candidates) {
      const bool holds = b.state.rule_holds(rule, event, leaves_);
      if (leaves_.undecided() != undecided_) {
        undecided_ = leaves_.undecided();
        ++interrupted_[b.plan->rules[rule].variant->rule];
      }
      if (!holds) continue;
      if (b.base_of_rule[rule] != correlation::kNone) observer_.matched(b.base_of_rule[rule], *b.plan->rules[rule].variant);
      report(b, rule, event, sink);
    }
    observer_.end(event, source);
  }
}

std::unique_ptr<Matcher> make_matcher(std::shared_ptr<const Program> program, Correlations* correlations, TimeWindow window) {
  auto compiled = std::static_pointer_cast<const CompiledProgram>(std::move(program));
  return std::make_unique<PlanMatcher>(std::move(compiled), static_cast<CorrelationRun*>(correlations), window);
}

}  // namespace custos::rules
