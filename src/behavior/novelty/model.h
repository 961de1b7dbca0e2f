// How surprising it is that an actor does something, by what the actor, its peers and everybody did before: hierarchical back-off.
// Held by the detectors of novelty (access, execution, templates); counted in windows, so that a flood counts once.
// Its counts are saved in the baseline.
// One thread.
// Refuses to grow past its memory: what is evicted is counted, and seems new again.
#pragma once

#include <cstdint>

#include "base/pack.h"
#include "behavior/sketch/entity_table.h"

namespace custos::behavior {

class Novelty {
 public:
  explicit Novelty(std::size_t memory);

  // Whose choice it is, among what: items are compared within their group alone (the command lines of one program, the shares one opens).
  struct Choice {
    std::uint64_t actor = 0, peers = 0, group = 0, item = 0;
  };
  // -ln of the chance that the actor does this, or, where nobody did it yet, anything new: with what was learned up to now.
  double surprise(const Choice& c) const;
  // In how many windows the actor did it, somebody did it.
  std::uint32_t windows(const Choice& c) const;
  std::uint32_t anybody(const Choice& c) const;
  // The actor did it in this window. Once a window and item.
  void learn(const Choice& c, std::uint32_t window);

  // Windows are added, also where both saw the same ones: chances are shares of them. What both know of a context counts as distinct twice, since
  // edges don't tell their context: the next new thing seems likelier, never odder.
  void merge(const Novelty& other);

  void save(Packer& out) const;
  bool load(Unpacker& in);
  std::size_t bytes() const { return edges_.bytes() + contexts_.bytes(); }
  std::uint64_t evictions() const { return edges_.evictions() + contexts_.evictions(); }

 private:
  // How often an item was seen in a context.
  struct Edge {
    std::uint32_t n = 0;
    double weight() const { return n; }
    void merge(const Edge& other) { n += other.n; }
    void save(Packer& out) const { out.varint(n); }
    bool load(Unpacker& in) { return n = static_cast<std::uint32_t>(in.varint()), in.ok(); }
  };
  // All that was seen in a context: times, and distinct items.
  struct Context {
    std::uint32_t n = 0, distinct = 0;
    double weight() const { return n; }
    void merge(const Context& other) { n += other.n, distinct += other.distinct; }
    void save(Packer& out) const {
      out.varint(n);
      out.varint(distinct);
    }
    bool load(Unpacker& in) {
      n = static_cast<std::uint32_t>(in.varint());
      distinct = static_cast<std::uint32_t>(in.varint());
      return in.ok();
    }
  };
  double level(std::uint64_t context, std::uint64_t item, double parent) const;
  void count(std::uint64_t context, std::uint64_t item, std::uint32_t window);

  EntityTable<Edge> edges_;
  EntityTable<Context> contexts_;
};

}  // namespace custos::behavior
