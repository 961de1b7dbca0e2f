// Saving and loading of Correlator; the layout is in docs/formats/correlation.md.
#include <algorithm>
#include <cmath>

#include "rules/correlation/codec.h"
#include "rules/correlation/correlator.h"

namespace custos::rules::correlation {
namespace saving {
namespace {

constexpr std::string_view kMagic = "custos.correlation";
constexpr std::uint64_t kVersion = 1;

void put_events(std::string& out, const std::vector<EventId>& events) {
  put(out, events.size());
  for (const EventId& id : events) put_id(out, id);
}

std::vector<EventId> read_events(Reader& in) {
  std::vector<EventId> events(in.count(2));
  for (EventId& id : events) id = in.id();
  return events;
}

void put_episode(std::string& out, const Episode* episode) {
  put(out, episode == nullptr ? 0 : 1);
  if (episode == nullptr) return;
  put(out, episode->number);
  put_signed(out, episode->first);
  put_signed(out, episode->last);
  put_signed(out, episode->window_start);
  put(out, episode->holds);
  put(out, episode->count);
  put_events(out, episode->events);
  put_id(out, episode->newest);
  put_double(out, episode->value);
  put_double(out, episode->last_value);
}

std::unique_ptr<Episode> read_episode(Reader& in) {
  if (in.number() == 0) return nullptr;
  auto episode = std::make_unique<Episode>();
  episode->number = in.number();
  episode->first = in.signed_number();
  episode->last = in.signed_number();
  episode->window_start = in.signed_number();
  episode->holds = in.number();
  episode->count = in.number();
  episode->events = read_events(in);
  episode->newest = in.id();
  episode->value = in.floating();
  episode->last_value = in.floating();
  return episode;
}

void put_counts(std::string& out, const CorrelationCounts& c) {
  for (const std::uint64_t n :
       {c.taken, c.without_group, c.without_value, c.not_numeric, c.episodes, c.evicted_groups, c.evicted_events}) {
    put(out, n);
  }
}

CorrelationCounts read_counts(Reader& in) {
  CorrelationCounts c;
  for (auto* n : {&c.taken, &c.without_group, &c.without_value, &c.not_numeric, &c.episodes, &c.evicted_groups,
                  &c.evicted_events}) {
    *n = in.number();
  }
  return c;
}

void put_steps(std::string& out, const std::vector<Step>* steps) {
  put(out, steps == nullptr ? 0 : steps->size());
  if (steps == nullptr) return;
  for (const Step& step : *steps) {
    put_signed(out, step.time);
    put_events(out, step.events);
  }
}

// Steps are all there or not at all; a seen one has at least one event.
bool read_steps(Reader& in, std::size_t expected, std::size_t longest, std::unique_ptr<std::vector<Step>>& steps) {
  const std::size_t n = in.count(2);
  if (n == 0) return true;
  if (n != expected) return false;
  steps = std::make_unique<std::vector<Step>>(n);
  for (Step& step : *steps) {
    step.time = in.signed_number();
    step.events = read_events(in);
    if (step.events.size() > longest || (step.time != kNoTime && step.events.empty())) return false;
  }
  return !in.bad();
}

}  // namespace
}  // namespace saving

void Correlator::save(std::string& out) const {
  out.assign(saving::kMagic);
  put(out, saving::kVersion);
  put_signed(out, last_time_);
  put_id(out, last_id_);
  put(out, next_episode_);
  put(out, without_time_);
  put(out, out_of_order_);
  put(out, plan_->order().size());
  std::string block;
  for (const std::uint32_t c : plan_->order()) {
    const Running& running = *running_[c];
    block.clear();
    saving::put_counts(block, running.counts);
    put(block, running.queue.size());
    for (const Queued& queued : running.queue) save_group(block, running, queued);
    const std::uint64_t fingerprint = running.node->fingerprint;
    for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>((fingerprint >> shift) & 0xFF));
    put_text(out, block);
  }
}

void Correlator::save_group(std::string& out, const Running& running, const Queued& queued) const {
  const Windows& windows = running.windows;
  const Group& group = windows.at(queued.group);
  put_text(out, windows.key(queued.group));
  put_signed(out, queued.seen);
  put_signed(out, group.last);
  put(out, group.window.size());
  for (std::size_t i = 0; i < group.window.size(); ++i) {
    const Entry& entry = group.window[i];
    put_signed(out, entry.time);
    put_id(out, entry.id());
    put_text(out, windows.value_text(entry));
    put_double(out, entry.number);
  }
  saving::put_steps(out, group.steps.get());
  saving::put_episode(out, group.episode.get());
}

Result<std::size_t> Correlator::load(std::string_view saved) {
  clear();
  for (auto& running : running_) running->counts = {};
  Reader in(saved);
  std::size_t dropped = 0;
  if (in.expect(saving::kMagic.size()) != saving::kMagic) {
    return fail(Code::Malformed, "this is no saved correlation state; start without it");
  }
  if (in.number() != saving::kVersion) {
    return fail(Code::Unsupported, "the saved correlation state is of another version; start without it");
  }
  if (!load_body(in, dropped)) {
    clear();
    for (auto& running : running_) running->counts = {};
    next_episode_ = 1;
    without_time_ = out_of_order_ = 0;
    return fail(Code::Malformed,
                "the saved correlation state is damaged near byte " + std::to_string(in.at()) + "; start without it");
  }
  return dropped;
}

bool Correlator::load_body(Reader& in, std::size_t& dropped) {
  last_time_ = in.signed_number();
  last_id_ = in.id();
  next_episode_ = in.number();
  without_time_ = in.number();
  out_of_order_ = in.number();
  const std::size_t blocks = in.count(9);
  std::vector<bool> filled(running_.size(), false);
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto fingerprint = load_le<std::uint64_t>(in.expect(8), 0);
    const std::string_view block = in.text();
    if (in.bad()) return false;
    const auto& order = plan_->order();
    const auto mine = std::find_if(order.begin(), order.end(), [&](std::uint32_t c) {
      return !filled[c] && running_[c]->node->fingerprint == fingerprint;
    });
    if (mine == order.end()) {
      ++dropped;
      continue;
    }
    filled[*mine] = true;
    if (!load_block(block, *running_[*mine])) return false;
  }
  return !in.bad() && in.left() == 0;
}

bool Correlator::load_block(std::string_view block, Running& running) {
  Reader in(block);
  running.counts = saving::read_counts(in);
  const std::size_t groups = in.count(6);
  for (std::size_t i = 0; i < groups; ++i) {
    if (!load_group(in, running)) return false;
  }
  return !in.bad() && in.left() == 0;
}

bool Correlator::load_group(Reader& in, Running& running) {
  Windows& windows = running.windows;
  const std::string_view key = in.text();
  const Micros seen = in.signed_number();
  const Micros last = in.signed_number();
  if (in.bad() || last == kNoTime || last > last_time_ || seen > last || windows.find(key) != KeyTable::kAbsent)
    return false;
  const std::uint32_t group = windows.open(key);
  running.queue.push_back({group, seen});
  windows.at(group).last = last;
  const std::size_t entries = in.count(12);
  if (entries > 0 && !windows.ringed()) return false;
  Micros before = kNoTime;
  for (std::size_t i = 0; i < entries; ++i) {
    Entry entry;
    entry.time = in.signed_number();
    const EventId id = in.id();
    entry.source = id.source;
    entry.record = id.record;
    const std::string_view value = in.text();
    entry.number = in.floating();
    if (in.bad() || entry.time < before || entry.time > last || !std::isfinite(entry.number)) return false;
    before = entry.time;
    windows.restore(group, entry, value);
  }
  if (!saving::read_steps(in, windows.step_count(), running.node->positions.size(), windows.at(group).steps))
    return false;
  if (windows.ringed() && windows.at(group).steps != nullptr) return false;
  windows.at(group).episode = saving::read_episode(in);
  return !in.bad();
}

}  // namespace custos::rules::correlation
