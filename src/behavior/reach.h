// How many hosts ever reached a place, and since when it is known: what tells a popular destination from one of few.
// Held by detectors/beacon.cc and egress.cc in tables, one a place; feeds their scores.
// A plain value, saved with the table it is in.
// One thread.
// Refuses nothing; the number is an estimate (sketch/hyperloglog.h).
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/pack.h"
#include "base/time.h"
#include "behavior/fact.h"
#include "behavior/sketch/hyperloglog.h"

namespace custos::behavior {

struct Reach {
  HyperLogLog16 hosts;
  Micros first = kNoTime;

  // In order of time.
  void seen(std::uint64_t host, Micros t) {
    if (first == kNoTime) first = t;
    hosts.add(host);
  }
  // More than 5 % of all hosts, and more than two: that many always are few (of an estimate, 2.5 is three).
  bool popular(double of_hosts) const { return hosts.estimate() > std::max(2.5, 0.05 * of_hosts); }

  double weight() const { return hosts.estimate(); }
  void merge(const Reach& other) {
    hosts.merge(other.hosts);
    first = earlier(first, other.first);
  }
  void save(Packer& out) const {
    hosts.save(out);
    out.signed_varint(first);
  }
  [[nodiscard]] bool load(Unpacker& in) {
    const bool ok = hosts.load(in);
    first = in.signed_varint();
    return ok && in.ok();
  }
};

}  // namespace custos::behavior
