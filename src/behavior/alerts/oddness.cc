#include "behavior/alerts/oddness.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace custos::behavior {
namespace alert_oddness {
namespace {

double knob(const char* n, double d) { const char* v = std::getenv(n); return v ? std::atof(v) : d; }
const double kBefore = knob("A_NEIGH", 0.5);  // what the hour before counts
constexpr std::size_t kHistoryShare = 15, kAll = 16;

double nats(const Tail& tail, double score) { return -std::log(tail.p(score)); }

// ln e of a p-value, where it speaks against chance: mean of e 1 at most, so many ordinary groups together come to little.
double evidence(double own) { return std::max(0.0, own * knob("A_KAPPA", .5) - std::numbers::ln2 * knob("A_LN2", 1)); }

void save_tail(const Tail& t, Packer& out) {
  out.varint(t.count());
  out.varint(t.top().size());
  for (const double x : t.top()) out.f64(x);
  out.varint(t.buckets().size());
  for (const std::uint64_t b : t.buckets()) out.varint(b);
}

bool load_tail(Tail& t, Unpacker& in) {
  const std::uint64_t count = in.varint();
  std::vector<double> top(in.length(8));
  for (double& x : top) x = in.f64();
  std::vector<std::uint64_t> buckets(in.length());
  for (std::uint64_t& b : buckets) b = in.varint();
  return in.ok() && (t.restore(count, std::move(top), std::move(buckets)) || in.refuse());
}

}  // namespace
}  // namespace alert_oddness

AlertOddness::AlertOddness(const Roster& roster, std::size_t memory)
    : roster_(roster), history_(memory / alert_oddness::kAll * alert_oddness::kHistoryShare), latest_(memory / alert_oddness::kAll) {}

AlertHistory::Group AlertOddness::key_of(const AlertHour::Group& g) const {
  const Actor& a = roster_.at(g.actor);
  // Any two numbers do, as long as they are no actor's key.
  return {g.actor_key, a.peers, a.who == Who::Host ? 0xE7E2B0D1ull : 0xE7E2B0D2ull, g.kind};
}

void AlertOddness::weigh_own(Odd& odd) const {
  const AlertHistory::Group key = key_of(*odd.group);
  const auto count = static_cast<double>(odd.group->count);
  odd.novelty = history_.novelty(key);
  odd.rate = history_.rate(key, count);
  odd.hours = history_.hours(key);
  odd.anybody = history_.anybody(key);
  odd.usual = history_.usual(key);
  const Tails& tails = tails_of(*odd.group);
  odd.own = std::max(0.0, std::max(alert_oddness::nats(tails.novelty, odd.novelty), alert_oddness::nats(tails.rate, odd.rate)) - std::numbers::ln2);
}

double AlertOddness::weigh_together(std::span<Odd> odd, std::int32_t hour) const {
  double total = 0, before = 0;
  for (const Odd& o : odd) total += alert_oddness::evidence(o.own);
  const Tail& tail = tails_of(*odd.front().group).context;
  const Latest* latest = latest_.find(odd.front().group->actor_key);
  if (latest != nullptr && latest->hour == hour - 1 && latest->evidence > 0) before = alert_oddness::kBefore * alert_oddness::nats(tail, latest->evidence);
  for (Odd& o : odd) {
    const double rest = total - alert_oddness::evidence(o.own);
    o.context = std::max(before, rest > 1e-9 ? alert_oddness::nats(tail, rest) : 0);
    o.score = o.own + (1 - std::exp(-o.own)) * o.context;
  }
  return total;
}

std::vector<AlertOddness::Odd> AlertOddness::weigh(std::span<const AlertHour::Group* const> groups, std::int32_t hour) {
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
  learn(out, hour);
  for (const auto& [of, total] : totals) {
    tails_[static_cast<std::size_t>(roster_.at(of->actor).who)].context.add(total);
    Latest& latest = latest_.touch(of->actor_key, hour);
    latest = {hour, total};
  }
  history_.hour_over();
  return out;
}

void AlertOddness::learn(std::span<const Odd> odd, std::int32_t hour) {
  for (const Odd& o : odd) {
    Tails& tails = tails_[static_cast<std::size_t>(roster_.at(o.group->actor).who)];
    tails.novelty.add(o.novelty);
    tails.rate.add(o.rate);
    history_.learn(key_of(*o.group), static_cast<double>(o.group->count), hour / 24);
  }
}

void AlertOddness::Latest::save(Packer& out) const {
  out.signed_varint(hour);
  out.f64(evidence);
}

bool AlertOddness::Latest::load(Unpacker& in) {
  hour = static_cast<std::int32_t>(in.signed_varint());
  evidence = in.f64();
  return in.ok() && (std::isfinite(evidence) || in.refuse());
}

void AlertOddness::save(Packer& out) const {
  history_.save(out);
  latest_.save(out);
  for (const Tails& t : tails_) {
    for (const Tail* tail : {&t.novelty, &t.rate, &t.context}) alert_oddness::save_tail(*tail, out);
  }
}

bool AlertOddness::load(Unpacker& in) {
  if (!history_.load(in) || !latest_.load(in)) return false;
  for (Tails& t : tails_) {
    for (Tail* tail : {&t.novelty, &t.rate, &t.context}) {
      if (!alert_oddness::load_tail(*tail, in)) return false;
    }
  }
  return true;
}

std::size_t AlertOddness::bytes() const { return history_.bytes() + latest_.bytes() + tails_.size() * 3 * (Tail::kTop + Tail::kBuckets) * 8; }

}  // namespace custos::behavior
