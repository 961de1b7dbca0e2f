#include "ingest/formats/auditd/joiner.h"

#include <algorithm>

#include "base/hash.h"

namespace custos::ingest::auditd {
namespace {
namespace joining {

std::uint64_t id_hash(const RecordHead& head) {
  const std::uint64_t h = hash64(head.id) * 3 + (head.node.empty() ? 0 : hash64(head.node));
  return h == 0 ? 1 : h;
}

}  // namespace joining
}  // namespace

Joined* Joiner::find(std::string_view node, std::string_view id, std::uint64_t hash) {
  // The newest is nearly always the one.
  for (std::size_t i = open_.size(); i-- > 0;) {
    if (hashes_[i] != hash) continue;
    Joined& event = open_[i];
    if (event.id.size() == node.size() + id.size() && event.id.compare(0, node.size(), node) == 0 &&
        event.id.compare(node.size(), id.size(), id) == 0) {
      return &event;
    }
  }
  return nullptr;
}

void Joiner::start(const Line& line, const RecordHead& head, std::uint64_t hash) {
  Joined event;
  event.id.append(head.node).append(head.id);
  event.time = head.time;
  event.offset = line.offset;
  event.number = line.number;
  open_.push_back(std::move(event));
  hashes_.push_back(hash);
}

void Joiner::append(Joined& event, const Line& line) {
  const std::size_t before = event.raw.size();
  if (!event.starts.empty()) {
    const std::uint64_t gap = line.offset - event.end;
    const bool follows = event.in_place == event.raw.size() && (gap == 1 || gap == 2);
    event.gaps.push_back(follows ? static_cast<std::uint8_t>(gap) : 1);
    event.raw += follows && gap == 2 ? "\r\n" : "\n";
    if (follows) event.in_place = event.raw.size();
  }
  event.starts.push_back(static_cast<std::uint32_t>(event.raw.size()));
  const bool in_place = event.in_place == event.raw.size();
  event.raw += line.text;
  if (in_place) event.in_place = event.raw.size();
  event.end = line.offset + line.text.size();
  held_ += event.raw.size() - before;
}

void Joiner::add(const Line& line, const RecordHead& head) {
  const std::uint64_t hash = joining::id_hash(head);
  if (head.time != kNoTime) close_old(head.time);
  Joined* event = find(head.node, head.id, hash);
  const bool last = head.type == "EOE";
  if (event == nullptr) {
    if (last) return;  // the end of an event that PROCTITLE already ended: it says nothing else
    start(line, head, hash);
    event = &open_.back();
  }
  if (!last) append(*event, line);
  if (last || head.type == "PROCTITLE" || stands_alone(head.type) || event->starts.size() >= kRecords ||
      event->raw.size() >= kBytes) {
    event->closed = true;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (&open_[i] == event) hashes_[i] = 0;
    }
  }
  // Whatever is too much goes out oldest first.
  for (std::size_t i = 0;
       i < open_.size() && (open_.size() - i > kOpen || (held_ > kAllBytes && i < open_.size() / 2 + 1)); ++i) {
    open_[i].closed = true;
    hashes_[i] = 0;
  }
}

void Joiner::close_old(Micros now) {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (open_[i].closed) continue;
    if (open_[i].time != kNoTime && open_[i].time + kAge >= now && open_[i].time - kAge <= now) break;
    open_[i].closed = true;
    hashes_[i] = 0;
  }
}

void Joiner::close_all() {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    open_[i].closed = true;
    hashes_[i] = 0;
  }
}

void Joiner::pop() {
  held_ -= std::min(held_, open_.front().raw.size());
  open_.pop_front();
  hashes_.pop_front();
}

}  // namespace custos::ingest::auditd
