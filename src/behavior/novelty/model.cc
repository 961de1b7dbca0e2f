#include "behavior/novelty/model.h"

#include "behavior/roster.h"
#include "behavior/statistics/backoff.h"

namespace custos::behavior {
namespace novelty_model {

constexpr std::uint64_t kEverybody = 0x5EED0FA11ull;
constexpr std::size_t kEdgeShare = 7, kAll = 8;  // of the memory: an actor has many edges

}  // namespace novelty_model

Novelty::Novelty(std::size_t memory)
    : edges_(memory / novelty_model::kAll * novelty_model::kEdgeShare), contexts_(memory / novelty_model::kAll) {}

double Novelty::level(std::uint64_t context, std::uint64_t item, double parent) const {
  const Context* c = contexts_.find(context);
  if (c == nullptr) return parent;
  const Edge* e = edges_.find(mix(context, item));
  return backoff(Seen{e == nullptr ? 0.0 : e->n, static_cast<double>(c->n), static_cast<double>(c->distinct)}, parent);
}

// Above everybody stands 1: what nobody ever did has the chance of something new at all, however many things there are by now. A chance of
// 1 / N would make the same novelty ever more surprising as days go by, and no calibration would hold.
double Novelty::surprise(const Choice& c) const {
  double p = level(mix(novelty_model::kEverybody, c.group), c.item, 1);
  if (c.peers != 0) p = level(mix(c.peers, c.group), c.item, p);
  return behavior::surprise(level(mix(c.actor, c.group), c.item, p));
}

std::uint32_t Novelty::windows(const Choice& c) const {
  const Edge* e = edges_.find(mix(mix(c.actor, c.group), c.item));
  return e == nullptr ? 0 : e->n;
}

std::uint32_t Novelty::anybody(const Choice& c) const {
  const Edge* e = edges_.find(mix(mix(novelty_model::kEverybody, c.group), c.item));
  return e == nullptr ? 0 : e->n;
}

void Novelty::count(std::uint64_t context, std::uint64_t item, std::uint32_t window) {
  const auto day = static_cast<std::int32_t>(window);
  Edge& e = edges_.touch(mix(context, item), day);
  Context& in = contexts_.touch(context, day);
  if (e.n == 0) ++in.distinct;
  ++e.n;
  ++in.n;
}

void Novelty::learn(const Choice& c, std::uint32_t window) {
  count(mix(c.actor, c.group), c.item, window);
  if (c.peers != 0) count(mix(c.peers, c.group), c.item, window);
  count(mix(novelty_model::kEverybody, c.group), c.item, window);
}

void Novelty::merge(const Novelty& other) {
  edges_.merge(other.edges_);
  contexts_.merge(other.contexts_);
}

void Novelty::save(Packer& out) const {
  edges_.save(out);
  contexts_.save(out);
}

bool Novelty::load(Unpacker& in) { return edges_.load(in) && contexts_.load(in); }

}  // namespace custos::behavior
