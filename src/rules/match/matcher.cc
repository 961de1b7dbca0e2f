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

template <class F>
void PlanMatcher::search(const Plan::Slot& slot, std::string_view value, F hit) {
  // The index compares ASCII letters without case: few values need more folding than that.
  std::string_view folded = value;
  if (!is_ascii(value) && !folds_as_ascii(value)) {
    fold_into(value, folded_);
    folded = folded_;
  }
  slot.folded.search(folded, hit);
  if (slot.dashed.empty()) return;
  dash_into(folded, dashed_);
  slot.dashed.search(dashed_, hit);
}

// A value of a field that rules ask for, with what rules look for in any field.
void PlanMatcher::look_up(Bound& b, const Asked& asked) {
  std::span<const std::uint32_t> hits;
  if (!cache_.find(asked.key, hits)) {
    hits_.clear();
    const auto keep = [this](std::uint32_t atom) { hits_.push_back(atom); };
    search(*asked.slot, asked.key.value, keep);
    if (asked.any != nullptr) search(*asked.any, asked.key.value, keep);
    cache_.put(asked.key, hits_);
    hits = hits_;
  }
  for (const std::uint32_t atom : hits) b.state.hold(atom);
}

// Runs the indexes over the event's values: which atoms hold, which rules are candidates.
void PlanMatcher::collect(Bound& b, const Event& event) {
  const Plan& plan = *b.plan;
  const Plan::Slot* const keywords = plan.keywords ? &plan.slots[kAnyField] : nullptr;
  const auto hold = [&b](std::uint32_t atom) { b.state.hold(atom); };
  b.state.begin();
  asked_.clear();
  const auto fields = event.fields();
  const std::uint32_t* const slot_of_name = b.slot_of_name.data();  // bound_for() made it long enough
  const std::size_t shortest_keyword = keywords != nullptr ? keywords->shortest : ~std::size_t{0};
  for (std::uint32_t i = 0; i < fields.size(); ++i) {
    const Field& f = fields[i];
    const std::uint32_t s = slot_of_name[f.name];
    if (s != kNoSlot) b.state.present(s, i);
    if (f.type == Type::Null) continue;
    // Values below the shortest literal hold none.
    const Plan::Slot* const any = f.size >= shortest_keyword ? keywords : nullptr;
    const Plan::Slot* const slot = s != kNoSlot && f.size >= plan.slots[s].shortest ? &plan.slots[s] : nullptr;
    if (slot != nullptr && !slot->cheap && f.size <= ValueCache::kMaxValue) {
      asked_.push_back({slot, any, ValueCache::key(slot->uid, f.text())});
      cache_.prefetch(asked_.back().key);
      continue;
    }
    if (slot != nullptr) search(*slot, f.text(), hold);
    if (any != nullptr) search(*any, f.text(), hold);
  }
  for (const Asked& a : asked_) look_up(b, a);
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
    if (outside(event.record().time)) {
      ++events_outside_;
      continue;
    }
    Bound& b = bound_for(batch, event.record().log_source);
    if (b.plan->rules.empty()) continue;
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
