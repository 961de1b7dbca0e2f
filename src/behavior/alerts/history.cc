#include "behavior/alerts/history.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "behavior/roster.h"
#include "behavior/statistics/backoff.h"
#include "behavior/statistics/counts.h"

namespace custos::behavior {
namespace alert_history {

constexpr std::size_t kVolumeShare = 7, kAll = 8;  // of the memory: an actor has many kinds of alerts
constexpr double kMostNats = 50;                   // beyond it a difference means nothing

}  // namespace alert_history

AlertHistory::AlertHistory(std::size_t memory)
    : volumes_(memory / alert_history::kAll * alert_history::kVolumeShare), scopes_(memory / alert_history::kAll) {}

const AlertHistory::Volume* AlertHistory::volume(std::uint64_t scope, std::uint64_t kind) const { return volumes_.find(mix(scope, kind)); }

std::uint32_t AlertHistory::hours_of(std::uint64_t scope, std::uint64_t kind) const {
  const Volume* v = volume(scope, kind);
  return v == nullptr ? 0 : v->n;
}

double AlertHistory::level(std::uint64_t scope, std::uint64_t kind, double above) const {
  const Scope* s = scopes_.find(scope);
  const double actors = s == nullptr ? 1 : std::max(1u, s->actors), kinds = s == nullptr ? 0 : s->kinds;
  return backoff(Seen{static_cast<double>(hours_of(scope, kind)), clock_ * actors, kinds}, above);
}

// Several kinds may fall into one hour, so these chances do not sum to 1 over the kinds: they are the chance of each, and clamped where it would pass 1.
double AlertHistory::novelty(const Group& g) const {
  const Scope* all = scopes_.find(g.everybody);
  double p = level(g.everybody, g.kind, 1 / (1 + (all == nullptr ? 0.0 : all->kinds)));
  if (g.peers != 0) p = level(g.peers, g.kind, p);
  return surprise(level(g.actor, g.kind, p));
}

// Everybody's hours are one hour more of the actor's own: what is new for it has their mean and spread.
double AlertHistory::rate(const Group& g, double count) const {
  const Volume* all = volume(g.everybody, g.kind);
  if (all == nullptr) return 0;
  const Volume none, *v = volume(g.actor, g.kind), &own = v == nullptr ? none : *v;
  const double mean0 = all->sum / all->n, variance0 = std::max(all->squares / all->n - mean0 * mean0, mean0);
  const double n = own.n + 1.0, mean = (own.sum + mean0) / n;
  // The mean is not known either: its own uncertainty widens what may come next.
  const double variance = ((own.squares + variance0 + mean0 * mean0) / n - mean * mean) * (n + 1) / n;
  const double size = mean * mean / std::max(variance - mean, 1e-3 * mean);
  const GammaRate rate{size, size / mean};
  const double above = log_tail(rate, count), at_most = std::log1p(-std::min(std::exp(log_tail(rate, count + 1)), 1 - 1e-15));
  return std::clamp(-std::min(above, at_most) - std::numbers::ln2, 0.0, alert_history::kMostNats);
}

double AlertHistory::usual(const Group& g) const {
  const Volume* v = volume(g.actor, g.kind);
  if (v == nullptr) v = volume(g.everybody, g.kind);
  return v == nullptr ? 0 : v->sum / v->n;
}

void AlertHistory::count(std::uint64_t scope, std::uint64_t kind, double count, std::int32_t day, bool first_of_actor) {
  Volume& v = volumes_.touch(mix(scope, kind), day);
  Scope& s = scopes_.touch(scope, day);
  s.kinds += v.n == 0 ? 1 : 0;
  s.actors += first_of_actor ? 1 : 0;
  ++v.n;
  v.sum += count;
  v.squares += count * count;
}

void AlertHistory::learn(const Group& g, double n, std::int32_t day) {
  const bool first = scopes_.find(g.actor) == nullptr;
  count(g.actor, g.kind, n, day, first);
  if (g.peers != 0) count(g.peers, g.kind, n, day, first);
  count(g.everybody, g.kind, n, day, first);
}

void AlertHistory::merge(const AlertHistory& other, double overlap) {
  volumes_.merge(other.volumes_);
  scopes_.merge(other.scopes_);
  clock_ += static_cast<std::uint32_t>(std::lround((1 - overlap) * other.clock_));
}

void AlertHistory::Volume::save(Packer& out) const {
  out.varint(n);
  out.f64(sum);
  out.f64(squares);
}

bool AlertHistory::Volume::load(Unpacker& in) {
  n = static_cast<std::uint32_t>(in.varint());
  sum = in.f64();
  squares = in.f64();
  return in.ok() && ((n > 0 && sum >= n && squares >= sum && std::isfinite(squares)) || in.refuse());
}

void AlertHistory::Scope::save(Packer& out) const {
  out.varint(kinds);
  out.varint(actors);
}

bool AlertHistory::Scope::load(Unpacker& in) {
  kinds = static_cast<std::uint32_t>(in.varint());
  actors = static_cast<std::uint32_t>(in.varint());
  return in.ok();
}

void AlertHistory::save(Packer& out) const {
  out.varint(clock_);
  volumes_.save(out);
  scopes_.save(out);
}

bool AlertHistory::load(Unpacker& in) {
  clock_ = static_cast<std::uint32_t>(in.varint());
  return volumes_.load(in) && scopes_.load(in);
}

}  // namespace custos::behavior
