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

double Novelty::surprise(std::uint64_t actor, std::uint64_t peers, std::uint64_t item) const {
  const Context* all = contexts_.find(novelty_model::kEverybody);
  double p = 1.0 / (1.0 + (all == nullptr ? 0.0 : static_cast<double>(all->distinct)));
  p = level(novelty_model::kEverybody, item, p);
  if (peers != 0) p = level(peers, item, p);
  return behavior::surprise(level(actor, item, p));
}

std::uint32_t Novelty::windows(std::uint64_t actor, std::uint64_t item) const {
  const Edge* e = edges_.find(mix(actor, item));
  return e == nullptr ? 0 : e->n;
}

std::uint32_t Novelty::anybody(std::uint64_t item) const { return windows(novelty_model::kEverybody, item); }

void Novelty::count(std::uint64_t context, std::uint64_t item, std::uint32_t window) {
  Edge& e = edges_.touch(mix(context, item), static_cast<std::int32_t>(window));
  Context& c = contexts_.touch(context, static_cast<std::int32_t>(window));
  if (e.n == 0) ++c.distinct;
  ++e.n;
  ++c.n;
}

void Novelty::learn(std::uint64_t actor, std::uint64_t peers, std::uint64_t item, std::uint32_t window) {
  count(actor, item, window);
  if (peers != 0) count(peers, item, window);
  count(novelty_model::kEverybody, item, window);
}

void Novelty::save(Packer& out) const {
  edges_.save(out);
  contexts_.save(out);
}

bool Novelty::load(Unpacker& in) { return edges_.load(in) && contexts_.load(in); }

}  // namespace custos::behavior
