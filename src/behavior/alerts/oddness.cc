#include "behavior/alerts/oddness.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace custos::behavior {
namespace alert_oddness {
namespace {

constexpr double kBefore = 0.5;        // what the hour before counts
constexpr double kRaw = 0.03;          // of the surprise that is not calibrated: beyond the greatest earlier score all p are nearly the same
constexpr double kLot = 1e-3;          // by how much lots part what is equal
constexpr double kNothing = 1e-9;      // evidence below it is rounding
constexpr std::size_t kHistoryShare = 15, kAll = 16;  // of the memory

// Of computers and of accounts, of earlier days and of today, three each.
constexpr std::size_t kTailBytes = 2 * 2 * 3 * (Tail::kTop + Tail::kBuckets) * 8;
std::size_t left(std::size_t memory) { return std::max(memory / 2, memory - std::min(memory, kTailBytes)); }

double nats(const Tail& tail, double score) { return -std::log(tail.p(score)); }

// ln e of a p-value, where it speaks against chance: the mean of e is 1 at most, so many ordinary groups together come to little.
double evidence(double own) { return std::max(0.0, own / 2 - std::numbers::ln2); }

// Counts of hours tie, and a tail needs scores that differ: ties are broken by lot, the same in every run, which leaves conformal p-values valid.
double by_lot(double score, std::uint64_t lot) { return score * (1 + kLot * fraction(lot)); }

}  // namespace
}  // namespace alert_oddness

AlertOddness::AlertOddness(const Roster& roster, std::size_t memory)
    : roster_(roster),
      history_(alert_oddness::left(memory) / alert_oddness::kAll * alert_oddness::kHistoryShare),
      latest_(alert_oddness::left(memory) / alert_oddness::kAll) {}

AlertHistory::Group AlertOddness::key_of(const AlertHour::Group& g) const {
  const Actor& a = roster_.at(g.actor);
  // Any two numbers do that are no actor's key.
  return {g.actor_key, a.peers, a.who == Who::Host ? 0xE7E2B0D1ull : 0xE7E2B0D2ull, g.kind};
}

void AlertOddness::weigh_own(Odd& odd) const {
  const AlertHistory::Group key = key_of(*odd.group);
  const std::uint64_t lot = mix(mix(key.actor, key.kind), history_.clock());
  odd.novelty = alert_oddness::by_lot(history_.novelty(key), lot);
  odd.rate = alert_oddness::by_lot(history_.rate(key, static_cast<double>(odd.group->count)), lot);
  odd.hours = history_.hours(key);
  odd.anybody = history_.anybody(key);
  odd.usual = history_.usual(key);
  const Tails& known = ordinary_[who(*odd.group)].known;
  odd.own = std::max(0.0, std::max(alert_oddness::nats(known.novelty, odd.novelty), alert_oddness::nats(known.rate, odd.rate)) - std::numbers::ln2);
}

double AlertOddness::weigh_together(std::span<Odd> odd, std::int32_t hour) const {
  using namespace alert_oddness;
  double total = 0, before = 0;
  for (const Odd& o : odd) total += evidence(o.own);
  const Tail& tail = ordinary_[who(*odd.front().group)].known.context;
  const Latest* latest = latest_.find(odd.front().group->actor_key);
  if (latest != nullptr && latest->hour == hour - 1 && latest->evidence > kNothing) before = kBefore * nats(tail, latest->evidence);
  for (Odd& o : odd) {
    const double rest = total - evidence(o.own);
    o.context = std::max(before, rest > kNothing ? nats(tail, rest) : 0);
    o.score = o.own + (1 - std::exp(-o.own)) * o.context + kRaw * (o.novelty + o.rate + total);
  }
  std::stable_sort(odd.begin(), odd.end(), [](const Odd& a, const Odd& b) { return a.score > b.score; });
  return total;
}

std::vector<AlertOddness::Odd> AlertOddness::weigh(std::span<const AlertHour::Group* const> groups, std::int32_t hour) {
  const std::int32_t day = hour / 24;
  for (Ordinary& o : ordinary_) begin_day(o, day);
  std::vector<Odd> out(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    out[i].group = groups[i];
    weigh_own(out[i]);
  }
  std::vector<std::pair<const AlertHour::Group*, double>> totals;
  for (std::size_t first = 0, last = 0; first < out.size(); first = last) {
    while (last < out.size() && out[last].group->actor == out[first].group->actor) ++last;
    totals.emplace_back(out[first].group, weigh_together(std::span(out).subspan(first, last - first), hour));
  }
  for (const Odd& o : out) learn(o, day);
  for (const auto& [of, total] : totals) {
    ordinary_[who(*of)].lesson().context.add(total);
    latest_.touch(of->actor_key, hour) = {hour, total};
  }
  history_.hour_over();
  return out;
}

void AlertOddness::begin_day(Ordinary& of, std::int32_t day) {
  if (of.since != kNever && day > of.day) {
    of.known.merge(of.today);
    of.today = {};
  }
  of.day = day;
}

void AlertOddness::learn(const Odd& odd, std::int32_t day) {
  Ordinary& of = ordinary_[who(*odd.group)];
  if (of.since == kNever) of.since = day;
  Tails& lesson = of.lesson();
  lesson.novelty.add(odd.novelty);
  lesson.rate.add(odd.rate);
  history_.learn(key_of(*odd.group), static_cast<double>(odd.group->count), day);
}

void AlertOddness::Tails::merge(const Tails& other) {
  novelty.merge(other.novelty);
  rate.merge(other.rate);
  context.merge(other.context);
}

// A day that is over for one of them belongs to what is known.
void AlertOddness::Ordinary::merge(const Ordinary& other) {
  if (other.since == kNever) return;
  if (since == kNever) {
    *this = other;
    return;
  }
  Tails late = other.today;
  if (other.day > day) std::swap(late, today);
  known.merge(other.known);
  (other.day == day ? today : known).merge(late);
  since = std::min(since, other.since);
  day = std::max(day, other.day);
}

void AlertOddness::merge(const AlertOddness& other, double overlap) {
  history_.merge(other.history_, overlap);
  latest_.merge(other.latest_);
  for (std::size_t i = 0; i < ordinary_.size(); ++i) ordinary_[i].merge(other.ordinary_[i]);
}

void AlertOddness::Tails::save(Packer& out) const {
  for (const Tail* tail : {&novelty, &rate, &context}) tail->save(out);
}

bool AlertOddness::Tails::load(Unpacker& in) {
  for (Tail* tail : {&novelty, &rate, &context}) {
    if (!tail->load(in)) return false;
  }
  return true;
}

void AlertOddness::Latest::save(Packer& out) const {
  out.signed_varint(hour);
  out.f64(evidence);
}

bool AlertOddness::Latest::load(Unpacker& in) {
  hour = static_cast<std::int32_t>(in.signed_varint());
  evidence = in.f64();
  return in.ok() && ((std::isfinite(evidence) && evidence >= 0) || in.refuse());
}

void AlertOddness::save(Packer& out) const {
  history_.save(out);
  latest_.save(out);
  for (const Ordinary& o : ordinary_) {
    out.signed_varint(o.since);
    out.signed_varint(o.day);
    o.known.save(out);
    o.today.save(out);
  }
}

bool AlertOddness::load(Unpacker& in) {
  if (!history_.load(in) || !latest_.load(in)) return false;
  for (Ordinary& o : ordinary_) {
    o.since = static_cast<std::int32_t>(in.signed_varint());
    o.day = static_cast<std::int32_t>(in.signed_varint());
    if (!o.known.load(in) || !o.today.load(in)) return false;
  }
  return true;
}

std::size_t AlertOddness::bytes() const { return history_.bytes() + latest_.bytes() + alert_oddness::kTailBytes; }

}  // namespace custos::behavior
