// Events to facts: what an event says somebody did, and that its log was alive.
// Called by engine/ for every event a worker reads; one a worker. Feeds FactLog.
// Facts own nothing: their texts are in the worker's Dictionary.
// One thread.
// Refuses events without a time from 1970 to 9999: no fact is made of them, untimed() counts them.
#pragma once

#include <string>
#include <vector>

#include <tsl/robin_set.h>

#include "behavior/facts/maker.h"

namespace custos::behavior {

class FactReader {
 public:
  FactReader(const Names& names, Dictionary& texts) : fields_(names), texts_(texts), maker_(fields_, texts) {}
  FactReader(const FactReader&) = delete;
  FactReader& operator=(const FactReader&) = delete;

  // The facts of one event; `source` is the number of its file.
  void read(const Event& e, std::uint32_t source, std::vector<Fact>& out);
  // What was counted together: call at the end of each file.
  void flush(std::vector<Fact>& out);
  std::uint64_t untimed() const { return untimed_; }

 private:
  // How events of a log source are to be read.
  enum class Family : std::uint8_t { Unseen, Windows, Zeek, Suricata, Linux, Web, Proxy, Cloud, Other };
  struct Route {
    Family family = Family::Unseen;
    TextId log = kNoText;
    std::string product, service;
  };
  const Route& route(const Batch& batch, LogSourceId id);
  void make(const Route& route);
  void count(const Fact& fact, std::vector<Fact>& out);
  TextId host_of(const Route& route);

  // Facts that are counted together, by their places: what they have in common.
  struct Hashing {
    const std::vector<Fact>* facts;
    std::size_t operator()(std::uint32_t at) const;
  };
  struct Equality {
    const std::vector<Fact>* facts;
    bool operator()(std::uint32_t a, std::uint32_t b) const;
  };

  static constexpr std::size_t kMostTogether = 1 << 14;

  Fields fields_;
  Dictionary& texts_;
  Maker maker_;
  std::vector<Route> routes_;
  std::vector<Fact> made_;
  std::vector<Fact> together_;
  tsl::robin_set<std::uint32_t, Hashing, Equality, std::allocator<std::uint32_t>, true> places_{0, {&together_}, {&together_}};  // in together_
  std::uint64_t untimed_ = 0;
};

}  // namespace custos::behavior
