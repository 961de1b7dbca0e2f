// In which hours an actor had alerts of a kind before, and how many at a time: how surprising it is to see them now, and so many or so few.
// Held by detectors/alerts.cc; feeds the two p-values of a group of alerts.
// Its counts are saved in the baseline.
// One thread.
// Refuses to grow past its memory: what is evicted is counted, and seems new again.
#pragma once

#include <cstdint>

#include "base/pack.h"
#include "behavior/sketch/entity_table.h"

namespace custos::behavior {

// Counts are hours of presence, so that a flood counts once; the clock they are held against runs in every hour of which anything was read.
class AlertHistory {
 public:
  explicit AlertHistory(std::size_t memory);

  // Whose alerts, and of which kind. `everybody`: actors that are compared, computers or accounts. 0: no peers.
  struct Group {
    std::uint64_t actor = 0, peers = 0, everybody = 0, kind = 0;
  };
  // -ln of the chance that the actor has such alerts in an hour, by back-off to its peers and to everybody, whose chance is that of one of them.
  double novelty(const Group& g) const;
  // -ln of the chance of so many or more, or so few or fewer, where there are any at all: negative binomial, twice the smaller tail. 0 for
  // what nobody had before.
  double rate(const Group& g, double count) const;
  // In how many hours the actor had them, anybody had them, and there were in all.
  std::uint32_t hours(const Group& g) const { return hours_of(g.actor, g.kind); }
  std::uint32_t anybody(const Group& g) const { return hours_of(g.everybody, g.kind); }
  std::uint32_t clock() const { return clock_; }
  // How many the actor had at a time, on average; everybody, if it had none.
  double usual(const Group& g) const;

  // Once a group and hour, in order of time; then the hour is over.
  void learn(const Group& g, double count, std::int32_t day);
  void hour_over() { ++clock_; }

  // `overlap`: the share of the other's hours that this one knows, too.
  void merge(const AlertHistory& other, double overlap);

  void save(Packer& out) const;
  bool load(Unpacker& in);
  std::size_t bytes() const { return volumes_.bytes() + scopes_.bytes(); }
  std::uint64_t evictions() const { return volumes_.evictions() + scopes_.evictions(); }

 private:
  // Of a kind of alerts within a scope: hours, and the sums of their counts and of the squares.
  struct Volume {
    std::uint32_t n = 0;
    double sum = 0, squares = 0;
    double weight() const { return n; }
    void merge(const Volume& other) { n += other.n, sum += other.sum, squares += other.squares; }
    void save(Packer& out) const;
    bool load(Unpacker& in);
  };
  // Of an actor, its peers, everybody: distinct kinds of alerts, and actors who had any.
  struct Scope {
    std::uint32_t kinds = 0, actors = 0;
    double weight() const { return kinds; }
    // What both know is not told from what one does; the greater number of kinds makes new ones likelier.
    void merge(const Scope& other) { kinds += other.kinds, actors += other.actors; }
    void save(Packer& out) const;
    bool load(Unpacker& in);
  };
  const Volume* volume(std::uint64_t scope, std::uint64_t kind) const;
  std::uint32_t hours_of(std::uint64_t scope, std::uint64_t kind) const;
  double level(std::uint64_t scope, std::uint64_t kind, double above) const;
  void count(std::uint64_t scope, std::uint64_t kind, double count, std::int32_t day, bool first_of_actor);

  EntityTable<Volume> volumes_;
  EntityTable<Scope> scopes_;
  std::uint32_t clock_ = 0;
};

}  // namespace custos::behavior
