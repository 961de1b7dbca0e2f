#include "rules/correlation/correlator.h"

#include <algorithm>
#include <functional>

#include "base/hash.h"
#include "rules/correlation/codec.h"

namespace custos::rules::correlation {
namespace correlating {
namespace {

using Type = Correlation::Type;

bool meets(double value, const Correlation::Limit& limit) {
  switch (limit.op) {
    case Correlation::Op::Gt: return value > limit.value;
    case Correlation::Op::Gte: return value >= limit.value;
    case Correlation::Op::Lt: return value < limit.value;
    case Correlation::Op::Lte: return value <= limit.value;
    case Correlation::Op::Eq: return value == limit.value;
    case Correlation::Op::Neq: return value != limit.value;
  }
  return false;
}

bool holds(const CorrelationPlan::Node& node, double value) {
  if (node.limits.empty()) return value >= static_cast<double>(node.different);
  return std::all_of(node.limits.begin(), node.limits.end(),
                     [value](const auto& limit) { return meets(value, limit); });
}

// The oldest time that still lies in the window of an event at `time`.
Micros window_start(Micros time, std::int64_t timespan) {
  return time < std::numeric_limits<Micros>::min() + 1 + timespan ? std::numeric_limits<Micros>::min() + 1
                                                                  : time - timespan;
}

// Types that ask whether something is the case see every event of an inner episode; types that count see its beginning.
bool asks_whether(Type type) {
  return type == Type::Temporal || type == Type::TemporalOrdered || type == Type::ValueCount;
}

bool needs_values(Type type) {
  return type != Type::EventCount && type != Type::Temporal && type != Type::TemporalOrdered;
}

// The `index`-th value of a group key.
std::string_view key_part(std::string_view key, std::size_t index, std::size_t fields) {
  if (fields <= 1) return key;
  Reader in(key);
  for (std::size_t i = 0; i < index; ++i) in.text();
  return in.text();
}

}  // namespace
}  // namespace correlating

using correlating::window_start;

std::string_view bounded_text(std::string_view text, std::string& scratch) {
  if (text.size() <= kTextBytes) return text;
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t cut = kTextBytes - 32;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  scratch.assign(text.substr(0, cut));
  scratch += "...#";
  const std::uint64_t hash = hash64(text);
  for (int shift = 60; shift >= 0; shift -= 4) scratch.push_back(kHex[(hash >> shift) & 15]);
  return scratch;
}

std::vector<std::string> group_values(std::string_view key, std::size_t fields) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < fields; ++i) out.emplace_back(correlating::key_part(key, i, fields));
  return out;
}

Correlator::Correlator(std::shared_ptr<const CorrelationPlan> plan, CorrelatorOptions options, Sink sink)
    : plan_(std::move(plan)), options_(options), sink_(std::move(sink)) {
  options_.max_groups = std::max<std::size_t>(options_.max_groups, 1);
  options_.max_events = std::max<std::size_t>(options_.max_events, 1);
  for (std::size_t c = 0; c < plan_->size(); ++c) {
    running_.push_back(std::make_unique<Running>(plan_->node(c), options_.hash_seed));
  }
}

Correlator::~Correlator() = default;

void Correlator::feed(const Observation& observation) {
  if (observation.time == kNoTime) {
    ++without_time_;
    return;
  }
  if (std::tie(observation.time, observation.id) < std::tie(last_time_, last_id_)) {
    ++out_of_order_;
    return;
  }
  last_time_ = observation.time;
  last_id_ = observation.id;
  event_ = &observation;
  for (const std::uint32_t rule : observation.rules) {
    for (const auto& use : plan_->uses(rule)) push(use, nullptr);
  }
  while (!touched_.empty()) {  // inner ones have lower ranks, so what they push is still to come
    std::pop_heap(touched_.begin(), touched_.end(), std::greater<>());
    const std::uint32_t correlation = plan_->order()[touched_.back()];
    touched_.pop_back();
    process(correlation);
  }
  if (!firings_.empty()) firings_.clear();
  event_ = nullptr;
}

void Correlator::push(const CorrelationPlan::Use& use, const Firing* firing) {
  auto& inputs = running_[use.correlation]->inputs;
  if (inputs.empty()) {
    touched_.push_back(plan_->rank(use.correlation));
    std::push_heap(touched_.begin(), touched_.end(), std::greater<>());
  }
  inputs.push_back({use.position, firing});
}

bool Correlator::text_of(std::uint32_t field, const Firing* firing, std::string_view& out) const {
  for (; firing != nullptr; firing = firing->through) {
    const auto& names = firing->node->group_names;
    const auto it = std::find(names.begin(), names.end(), field);
    if (it == names.end()) continue;
    out = correlating::key_part(firing->key, static_cast<std::size_t>(it - names.begin()), names.size());
    return true;
  }
  for (const FieldText& text : event_->fields) {
    if (text.field != field) continue;
    out = text.text;
    return true;
  }
  return false;
}

bool Correlator::key_of(const std::vector<std::uint32_t>& fields, const Firing* firing, std::string& scratch,
                        std::string_view& key) {
  std::string_view text;
  if (fields.size() == 1) {
    if (!text_of(fields[0], firing, text)) return false;
    key = bounded_text(text, scratch);
    return true;
  }
  scratch.clear();
  for (const std::uint32_t field : fields) {
    if (!text_of(field, firing, text)) return false;
    put_text(scratch, bounded_text(text, text_scratch_));
  }
  key = scratch;
  return true;
}

void Correlator::process(std::uint32_t correlation) {
  Running& running = *running_[correlation];
  sweep(correlation);
  std::string_view key;
  if (running.inputs.size() == 1) {
    const Input input = running.inputs.front();
    running.inputs.clear();
    if (key_of(running.node->positions[input.position].group, input.firing, key_scratch_, key)) {
      take(correlation, key, {&input, 1});
    } else {
      ++running.counts.without_group;
    }
    return;
  }
  // Several rules matched the event, or several inner groups hold: what falls into one group is one arrival.
  std::vector<std::pair<std::string, Input>> keyed;
  bool missing = false;
  for (const Input& input : running.inputs) {
    if (key_of(running.node->positions[input.position].group, input.firing, key_scratch_, key)) {
      keyed.emplace_back(std::string(key), input);
    } else {
      missing = true;
    }
  }
  running.inputs.clear();
  if (missing && keyed.empty()) ++running.counts.without_group;
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.position) < std::tie(b.first, b.second.position);
  });
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < keyed.size();) {
    inputs.clear();
    const std::size_t first = i;
    for (; i < keyed.size() && keyed[i].first == keyed[first].first; ++i) inputs.push_back(keyed[i].second);
    take(correlation, keyed[first].first, inputs);
  }
}

// The value that the event brings: of the first of its rules that has one.
bool Correlator::gather_value(Running& running, std::span<const Input> inputs, Arrival& arrival) {
  const CorrelationPlan::Node& node = *running.node;
  bool no_number = false;
  for (const Input& input : inputs) {
    if (!key_of(node.positions[input.position].values, input.firing, value_scratch_, arrival.value)) continue;
    if (node.type == Correlation::Type::ValueCount) return true;
    if (const auto number = parse_number(arrival.value)) {
      arrival.number = number->value;
      return true;
    }
    no_number = true;
  }
  ++(no_number ? running.counts.not_numeric : running.counts.without_value);
  return false;
}

void Correlator::take(std::uint32_t correlation, std::string_view key, std::span<const Input> inputs) {
  Running& running = *running_[correlation];
  Arrival arrival;
  arrival.time = event_->time;
  if (correlating::needs_values(running.node->type) && !gather_value(running, inputs, arrival)) return;
  positions_.clear();
  for (const Input& input : inputs) {
    if (!positions_.empty() && positions_.back().position == input.position) continue;
    positions_.push_back(
        {input.position, input.firing == nullptr ? event_->id : EventId{kEpisodeSource, input.firing->episode}});
  }
  arrival.positions = positions_;
  ++running.counts.taken;

  const Micros since = window_start(arrival.time, running.node->timespan);
  std::uint32_t group = running.windows.find(key);
  if (group == KeyTable::kAbsent) {
    if (running.windows.size() >= options_.max_groups) make_room(correlation, kNone);
    group = running.windows.open(key);
    running.queue.push_back({group, arrival.time});
  } else if (running.windows.at(group).last < since) {
    end(correlation, group);
    running.windows.empty(group);
  }
  running.windows.take(group, arrival, since);
  if (running.windows.entries() > options_.max_events) bound_events(correlation, group);
  judge(correlation, group, inputs, arrival);
}

void Correlator::judge(std::uint32_t correlation, std::uint32_t group, std::span<const Input> inputs,
                       const Arrival& arrival) {
  Running& running = *running_[correlation];
  const Micros since = window_start(arrival.time, running.node->timespan);
  const double value = running.windows.value(group, since);
  if (!correlating::holds(*running.node, value)) {
    end(correlation, group);
    return;
  }
  const bool began = running.windows.at(group).episode == nullptr;
  if (began) {
    begin(correlation, group, value, since);
  } else {
    Episode& episode = *running.windows.at(group).episode;
    episode.last = arrival.time;
    episode.last_value = value;
    ++episode.holds;
    note(episode, arrival.positions.front().id);
  }
  pass_on(correlation, group, began, inputs.front().firing);
}

void Correlator::note(Episode& episode, const EventId& id) const {
  if (episode.count > 0 && id.source == kEpisodeSource && episode.newest == id) return;
  ++episode.count;
  episode.newest = id;
  if (episode.events.size() < options_.events_listed) episode.events.push_back(id);
}

void Correlator::begin(std::uint32_t correlation, std::uint32_t group, double value, Micros since) {
  Running& running = *running_[correlation];
  Group& g = running.windows.at(group);
  g.episode = std::make_unique<Episode>();
  Episode& episode = *g.episode;
  episode.number = next_episode_++;
  episode.first = episode.last = event_->time;
  episode.value = episode.last_value = value;
  episode.holds = 1;
  // A long window is counted, not walked, unless one inner episode may stand in it several times.
  const auto& positions = running.node->positions;
  const bool repeats =
      correlating::asks_whether(running.node->type) &&
      std::any_of(positions.begin(), positions.end(), [](const auto& p) { return p.reference.correlation; });
  std::vector<std::pair<Micros, EventId>> events;
  running.windows.contributors(group, since, events,
                               repeats ? running.windows.contributing(group) : options_.events_listed);
  episode.window_start = events.empty() ? event_->time : events.front().first;
  for (const auto& [time, id] : events) note(episode, id);
  if (g.window.size() > events.size()) episode.count += g.window.size() - events.size();
  ++running.counts.episodes;
  tell(Fired::Phase::Began, correlation, group);
}

void Correlator::end(std::uint32_t correlation, std::uint32_t group) {
  Running& running = *running_[correlation];
  if (running.windows.at(group).episode == nullptr) return;
  tell(Fired::Phase::Ended, correlation, group);
  running.windows.at(group).episode.reset();
}

void Correlator::tell(Fired::Phase phase, std::uint32_t correlation, std::uint32_t group) {
  if (!sink_) return;
  Running& running = *running_[correlation];
  const Episode& episode = *running.windows.at(group).episode;
  Fired fired;
  fired.phase = phase;
  fired.correlation = correlation;
  fired.episode = episode.number;
  fired.time = episode.first;
  fired.last_time = episode.last;
  fired.window_start = episode.window_start;
  fired.group = group_values(running.windows.key(group), running.node->group_names.size());
  fired.events = episode.events;
  fired.event_count = episode.count;
  fired.holds = episode.holds;
  fired.value = episode.value;
  fired.last_value = episode.last_value;
  sink_(fired);
}

void Correlator::pass_on(std::uint32_t correlation, std::uint32_t group, bool began, const Firing* through) {
  Running& running = *running_[correlation];
  const auto& uses = running.node->used_by;
  if (uses.empty()) return;
  const Group& g = running.windows.at(group);
  firings_.push_back({running.node, std::string(running.windows.key(group)), through, g.episode->number});
  for (const auto& use : uses) {
    if (began || correlating::asks_whether(plan_->node(use.correlation).type)) push(use, &firings_.back());
  }
}

// Looks at two groups an event: enough to keep up, since an event opens one at most.
void Correlator::sweep(std::uint32_t correlation) {
  Running& running = *running_[correlation];
  const Micros since = window_start(event_->time, running.node->timespan);
  for (int i = 0; i < 2 && !running.queue.empty() && running.queue.front().seen < since; ++i) {
    Queued queued = running.queue.front();
    running.queue.pop_front();
    const Micros last = running.windows.at(queued.group).last;
    if (last < since) {
      forget(correlation, queued.group);
    } else {
      running.queue.push_back({queued.group, last});
    }
  }
}

void Correlator::forget(std::uint32_t correlation, std::uint32_t group) {
  end(correlation, group);
  running_[correlation]->windows.drop(group);
}

// The queue's first group goes unless it was heard of since it was queued; then it gets a second chance at the end.
// `keep` never goes: the caller makes sure that there is another.
void Correlator::make_room(std::uint32_t correlation, std::uint32_t keep) {
  Running& running = *running_[correlation];
  while (true) {
    const Queued queued = running.queue.front();
    running.queue.pop_front();
    const Micros last = running.windows.at(queued.group).last;
    if (last > queued.seen || queued.group == keep) {
      running.queue.push_back({queued.group, last});
      continue;
    }
    ++running.counts.evicted_groups;
    running.counts.evicted_events += running.windows.contributing(queued.group);
    forget(correlation, queued.group);
    return;
  }
}

void Correlator::bound_events(std::uint32_t correlation, std::uint32_t group) {
  Running& running = *running_[correlation];
  while (running.windows.entries() > options_.max_events) {
    if (running.windows.size() == 1) {
      running.windows.drop_oldest_entry(group);
      ++running.counts.evicted_events;
      continue;
    }
    make_room(correlation, group);
  }
}

void Correlator::finish() {
  std::vector<std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>> open;
  for (const std::uint32_t c : plan_->order()) {
    for (const Queued& queued : running_[c]->queue) {
      if (const auto& episode = running_[c]->windows.at(queued.group).episode)
        open.emplace_back(episode->number, c, queued.group);
    }
  }
  std::sort(open.begin(), open.end());
  for (const auto& [number, correlation, group] : open) end(correlation, group);
  clear();
}

// Everything but the counts.
void Correlator::clear() {
  for (auto& running : running_) {
    const CorrelationCounts counts = running->counts;
    running = std::make_unique<Running>(*running->node, options_.hash_seed);
    running->counts = counts;
  }
  last_time_ = kNoTime;
  last_id_ = {};
}

}  // namespace custos::rules::correlation
