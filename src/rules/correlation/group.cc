#include "rules/correlation/group.h"

#include <algorithm>

namespace custos::rules::correlation {
namespace grouping {
namespace {

using Type = Correlation::Type;

bool sums(Type type) { return type == Type::ValueSum || type == Type::ValueAvg; }
bool ranks(Type type) { return type == Type::ValuePercentile || type == Type::ValueMedian; }

}  // namespace
}  // namespace grouping

using grouping::ranks;
using grouping::sums;

void Ring::resize(std::uint32_t capacity) {
  auto data = std::make_unique<Entry[]>(capacity);
  for (std::uint32_t i = 0; i < size_; ++i) data[i] = (*this)[i];
  data_ = std::move(data);
  capacity_ = capacity;
  head_ = 0;
}

bool Windows::ringed() const {
  return node_->type != Correlation::Type::Temporal && node_->type != Correlation::Type::TemporalOrdered;
}

std::uint32_t Windows::open(std::string_view key) {
  bool fresh = false;
  const std::uint32_t group = keys_.add(key, fresh);
  if (group >= groups_.size()) groups_.emplace_back();
  return group;
}

void Windows::drop(std::uint32_t group) {
  empty(group);
  groups_[group] = Group{};
  keys_.remove(group);
}

void Windows::empty(std::uint32_t group) {
  Group& g = groups_[group];
  while (!g.window.empty()) pop(g);
  g.steps.reset();
}

void Windows::take(std::uint32_t group, const Arrival& arrival, Micros since) {
  Group& g = groups_[group];
  g.window.prefetch();
  const std::uint32_t tag = prepare_value(group, arrival.value);
  while (!g.window.empty() && g.window.front().time < since) pop(g);
  g.last = arrival.time;
  if (ringed()) {
    const EventId id = arrival.positions.front().id;
    push(g, {arrival.time, id.record, id.source, 0, arrival.number}, tag);
    return;
  }
  if (!g.steps) g.steps = std::make_unique<std::vector<Step>>(step_count());
  if (node_->type == Correlation::Type::TemporalOrdered) {
    advance_order(*g.steps, arrival, since);
    return;
  }
  for (const auto& at : arrival.positions) {
    Step& step = (*g.steps)[at.position];
    step.time = arrival.time;
    step.events.assign(1, at.id);
  }
}

std::uint32_t Windows::prepare_value(std::uint32_t group, std::string_view value) {
  if (node_->type != Correlation::Type::ValueCount) return 0;
  // The group's number stands before the value: one table serves all groups.
  scratch_.assign(reinterpret_cast<const char*>(&group), sizeof group);
  scratch_.append(value);
  return values_.prepare(scratch_);
}

void Windows::push(Group& g, Entry entry, std::uint32_t tag) {
  if (node_->type == Correlation::Type::ValueCount) {
    bool fresh = false;
    entry.value = values_.add(scratch_, tag, fresh);
    if (values_.uses(entry.value)++ == 0) ++g.distinct;
  } else if (sums(node_->type)) {
    if (!g.sum) g.sum = std::make_unique<ExactSum>();
    g.sum->add(entry.number);
  } else if (ranks(node_->type)) {
    if (!g.quantile) g.quantile = std::make_unique<Quantile>(node_->percentile);
    g.quantile->add(entry.number);
  }
  g.window.push(entry);
  ++entries_;
}

void Windows::pop(Group& g) {
  const Entry entry = g.window.front();
  g.window.pop();
  --entries_;
  if (node_->type == Correlation::Type::ValueCount) {
    if (--values_.uses(entry.value) == 0) {
      values_.remove(entry.value);
      --g.distinct;
    }
  } else if (g.sum) {
    g.sum->remove(entry.number);
  } else if (g.quantile) {
    g.quantile->remove(entry.number);
  }
}

void Windows::drop_oldest_entry(std::uint32_t group) { pop(groups_[group]); }

std::string_view Windows::value_text(const Entry& entry) const {
  return node_->type == Correlation::Type::ValueCount ? values_.text(entry.value).substr(sizeof(std::uint32_t))
                                                      : std::string_view();
}

void Windows::restore(std::uint32_t group, Entry entry, std::string_view value) {
  const std::uint32_t tag = prepare_value(group, value);
  push(groups_[group], entry, tag);
}

// temporal_ordered without a condition needs the runs that begin with the first step and leave none out: one cell a
// step. With a condition any length counts: a triangle of cells, kept as a square.
std::size_t Windows::step_count() const {
  const std::size_t n = node_->positions.size();
  return node_->type == Correlation::Type::TemporalOrdered && !node_->limits.empty() ? n * n : n;
}

std::size_t Windows::cell(std::size_t step, std::size_t length) const {
  return node_->limits.empty() ? step : step * node_->positions.size() + length - 1;
}

// A later start of a run is never worse than an earlier one, so each cell keeps the latest start that an event seen so
// far allows. Steps are served from the last to the first: what this event begins must not be continued by this event.
void Windows::advance_order(std::vector<Step>& steps, const Arrival& arrival, Micros since) const {
  for (std::size_t a = arrival.positions.size(); a-- > 0;) {
    const std::size_t step = arrival.positions[a].position;
    for (std::size_t length = step + 1; length >= 1; --length) {
      Step* best = nullptr;
      const std::size_t first = node_->limits.empty() && step > 0 ? step - 1 : 0;
      for (std::size_t before = first; length > 1 && before < step; ++before) {
        if (before + 1 < length - 1) continue;  // too early a step to end so long a run
        Step& candidate = steps[cell(before, length - 1)];
        if (candidate.time != kNoTime && candidate.time >= since && (best == nullptr || candidate.time > best->time))
          best = &candidate;
      }
      Step& mine = steps[cell(step, length)];
      if (length == 1) {
        mine.time = arrival.time;
        mine.events.assign(1, arrival.positions[a].id);
      } else if (best != nullptr) {
        mine.time = best->time;
        mine.events = best->events;
        mine.events.push_back(arrival.positions[a].id);
      }
      if (node_->limits.empty()) break;
    }
  }
}

const Step* Windows::longest(const std::vector<Step>& steps, Micros since, std::size_t& length) const {
  const Step* best = nullptr;
  length = 0;
  for (std::size_t step = 0; step < node_->positions.size(); ++step) {
    const std::size_t shortest = node_->limits.empty() ? step + 1 : 1;
    for (std::size_t n = shortest; n <= step + 1; ++n) {
      const Step& candidate = steps[cell(step, n)];
      if (candidate.time == kNoTime || candidate.time < since) continue;
      if (best == nullptr || n > length || (n == length && candidate.time > best->time)) {
        best = &candidate;
        length = n;
      }
    }
  }
  return best;
}

double Windows::value(std::uint32_t group, Micros since) const {
  const Group& g = groups_[group];
  switch (node_->type) {
    case Correlation::Type::EventCount: return static_cast<double>(g.window.size());
    case Correlation::Type::ValueCount: return static_cast<double>(g.distinct);
    case Correlation::Type::ValueSum: return g.sum->value();
    case Correlation::Type::ValueAvg: return g.sum->value() / static_cast<double>(g.window.size());
    case Correlation::Type::ValuePercentile:
    case Correlation::Type::ValueMedian: return g.quantile->value();
    case Correlation::Type::Temporal: {
      const auto seen = [since](const Step& step) { return step.time != kNoTime && step.time >= since; };
      return static_cast<double>(std::count_if(g.steps->begin(), g.steps->end(), seen));
    }
    case Correlation::Type::TemporalOrdered: break;
  }
  std::size_t length = 0;
  longest(*g.steps, since, length);
  return static_cast<double>(length);
}

void Windows::contributors(std::uint32_t group, Micros since, std::vector<std::pair<Micros, EventId>>& out,
                           std::size_t at_most) const {
  const Group& g = groups_[group];
  out.clear();
  if (ringed()) {
    for (std::size_t i = 0; i < g.window.size() && i < at_most; ++i)
      out.emplace_back(g.window[i].time, g.window[i].id());
    return;
  }
  if (node_->type == Correlation::Type::Temporal) {
    for (const Step& step : *g.steps) {
      if (step.time != kNoTime && step.time >= since) out.emplace_back(step.time, step.events.front());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return;
  }
  std::size_t length = 0;
  if (const Step* run = longest(*g.steps, since, length)) {
    for (const EventId& id : run->events) out.emplace_back(run->time, id);
  }
}

}  // namespace custos::rules::correlation
