#include "simulate/delivery.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"

namespace custos::simulate {

void pack(std::string& body, std::string_view value) {
  const auto size = static_cast<std::uint32_t>(value.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  body.append(bytes, sizeof size);
  body += value;
}

namespace {

void unpack(std::string_view body, std::vector<std::string_view>& values) {
  values.clear();
  while (!body.empty()) {
    std::uint32_t size;
    std::memcpy(&size, body.data(), sizeof size);
    values.push_back(body.substr(sizeof size, size));
    body.remove_prefix(sizeof size + size);
  }
}

// Sensors on the network and in the cloud deliver at once; agents on machines have outages and wrong clocks.
bool has_agent(Stream s) { return s == Stream::Windows || s == Stream::LinuxAuth || s == Stream::Auditd; }

}  // namespace

Delivery::Delivery(World& world, Files& files) : world_(world), files_(files), rng_(world.seed, "delivery") {
  for (std::size_t i = 0; i < kStreams; ++i) wanted_[i] = files.wanted(static_cast<Stream>(i));
}

void Delivery::push(std::vector<Turn>& heap, Turn t) {
  heap.push_back(t);
  std::push_heap(heap.begin(), heap.end());
}

Delivery::Turn Delivery::pop(std::vector<Turn>& heap) {
  std::pop_heap(heap.begin(), heap.end());
  const Turn t = heap.back();
  heap.pop_back();
  return t;
}

void Delivery::add(Pending&& p) {
  if (p.due >= world_.end || !wanted(p.stream)) {
    if (p.deed) ++p.deed->lost;
    return;
  }
  std::uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
    numbers_of_slots_.push_back(0);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  const Micros at = p.due;
  slots_[slot] = std::move(p);
  push(due_, {at, order_++, slot});
}

void Delivery::alerted(std::string_view flow_id) {
  constexpr std::size_t kMost = 4'096;
  if (!alerted_.emplace(flow_id).second) return;
  if (alerted_order_.size() < kMost) {
    alerted_order_.emplace_back(flow_id);
    return;
  }
  alerted_.erase(alerted_order_[alerted_next_]);
  alerted_order_[alerted_next_] = flow_id;
  alerted_next_ = (alerted_next_ + 1) % kMost;
}

void Delivery::complete(Pending& p) {
  if (p.stream == Stream::Auditd) {
    std::uint64_t& serial = numbers_[hash64("auditd") + p.machine];
    if (serial == 0) serial = 200 + hash64(world_.machines[p.machine].name) % 60'000;
    const std::string text = std::to_string(++serial);
    for (std::string* in : {&p.body, &p.id}) {
      for (std::size_t at = in->find(kSerial); at != std::string::npos; at = in->find(kSerial, at)) in->replace(at, 1, text);
    }
  }
  if (p.stream == Stream::Suricata && !alerted_.empty() && alerted_.contains(p.id)) {
    constexpr std::string_view kNot = "\"alerted\":false";
    if (const std::size_t at = p.body.find(kNot); at != std::string::npos) p.body.replace(at, kNot.size(), "\"alerted\":true");
  }
}

void Delivery::leave(Turn turn) {
  Pending& p = slots_[turn.slot];
  const Faults& faults = world_.parameters->faults;
  complete(p);
  if (p.kind != nullptr) {
    std::uint64_t& number = numbers_[hash64(p.kind->channel) + p.machine];
    if (number == 0) number = 1'000 + hash64(world_.machines[p.machine].name) % 900'000;
    numbers_of_slots_[turn.slot] = ++number;
  }
  if (rng_.chance(faults.lost)) {
    ++lost_;
    if (p.deed) ++p.deed->lost;
    p = {};
    free_.push_back(turn.slot);
    return;
  }
  Micros arrival = p.due;
  if (has_agent(p.stream)) {
    arrival = std::max(arrival, world_.machines[p.machine].cut_off_until);
    arrival += static_cast<Micros>(rng_.draw(faults.delay_seconds) * kSecond);
    if (rng_.chance(faults.late)) arrival += static_cast<Micros>(rng_.draw(faults.late_minutes) * kMinute);
    if (arrival - p.due > 10 * kMinute) ++late_;
  }
  push(travelling_, {arrival, order_++, turn.slot});
}

void Delivery::write(std::uint32_t slot, Micros arrival) {
  Pending& p = slots_[slot];
  // A reader joins the lines of one audit serial, so a second copy could not be told from the first.
  const bool twice = has_agent(p.stream) && p.stream != Stream::Auditd && rng_.chance(world_.parameters->faults.duplicated);
  if (p.kind != nullptr) {
    const Machine& m = world_.machines[p.machine];
    event_.kind = p.kind;
    event_.time = p.stamp;
    event_.number = numbers_of_slots_[slot];
    event_.process = p.process;
    event_.thread = p.thread;
    event_.user_sid = p.user_sid;
    event_.computer = m.windows && m.fqdn.empty() ? std::string_view(m.name) : std::string_view(m.fqdn);
    unpack(p.body, event_.values);
  }
  for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
    if (p.kind != nullptr) {
      files_.windows(arrival, event_);
    } else {
      files_.text(p.stream, arrival, p.body);
    }
    if (p.deed) {
      const std::string own = p.kind != nullptr ? fmt::format("{} {} {}", event_.computer, p.kind->channel, event_.number) : p.id;
      p.deed->shown.push_back({files_.last_file(p.stream), files_.last_number(p.stream), own});
    }
    if (attribution) {
      const std::string_view who = p.person == kNobody ? std::string_view() : std::string_view(world_.people[p.person].user->name);
      attribution(fmt::format(R"({{"file":"{}","record":{},"person":"{}","host":"{}"}})", files_.last_file(p.stream), files_.last_number(p.stream), who,
                              p.subject == kNobody ? std::string() : world_.machines[p.subject].name));
    }
  }
  if (twice) ++duplicated_;
  p = {};
  free_.push_back(slot);
}

void Delivery::advance(Micros now) {
  // In the order of their times: what leaves at ten must travel before what arrives at eleven is written.
  while (!due_.empty() || !travelling_.empty()) {
    const Micros leaves = due_.empty() ? kNever : due_.front().at;
    const Micros arrives = travelling_.empty() ? kNever : travelling_.front().at;
    if (std::min(leaves, arrives) >= now) break;
    if (leaves <= arrives) {
      leave(pop(due_));
    } else {
      const Turn t = pop(travelling_);
      write(t.slot, t.at);
    }
  }
}

void Delivery::finish() {
  advance(kNever);
  files_.finish();
}

}  // namespace custos::simulate
