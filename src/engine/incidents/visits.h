// A worker's accesses to protected items: matched with the institution file as they are read, counted together by hour, kept until incidents are known.
// One a Worker, where the institution protects anything; visits_of() joins those of all.
// Lives as long as its worker; the institution must outlive it.
// One thread.
// Refuses to grow without bound: beyond kMostVisits further ones are counted (left_out()) and not kept.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "behavior/behavior.h"
#include "correlate/correlate.h"
#include "institution/institution.h"

namespace custos::engine {

class VisitTaker {
 public:
  VisitTaker(const Names& names, const Institution& known) : reader_(names), known_(known) {}
  void take(const Batch& batch, std::uint32_t source) {
    if (known_.items.empty()) return;
    reader_.read(batch, source, [this](const correlate::Access& a) { keep(a); });
  }
  std::uint64_t left_out() const { return left_out_; }

 private:
  friend class VisitJoiner;
  struct Spot {
    Micros time;
    std::uint32_t source;
    std::uint64_t offset, record;
    auto operator<=>(const Spot&) const = default;
  };
  // In the records' own words: whose they are is known when all is read.
  struct Key {
    std::uint32_t item;
    TextId user, from, session;
    Micros hour;
    correlate::Deed deed;
    bool program;
    auto operator<=>(const Key&) const = default;
  };
  struct Kept {
    Micros first = kNoTime, last = kNoTime;
    std::uint64_t records = 0;
    std::vector<std::uint64_t> objects;  // the least hashes, in order, at most kMostObjects: so the order of files decides nothing
    std::vector<Spot> spots;             // the first, in order
    void add(const Spot& spot);
    void add_object(std::uint64_t hash);
  };
  void keep(const correlate::Access& access);
  // The protected items that it is about.
  std::span<const std::uint32_t> items_of(const correlate::Access& access);

  static constexpr std::size_t kMostVisits = 1u << 18, kMostObjects = 256, kMostNames = 16u << 20;

  correlate::AccessReader reader_;
  const Institution& known_;
  // What items are called in logs: forgotten and learned anew when it has grown too large.
  std::unique_ptr<Dictionary> names_;
  std::unique_ptr<behavior::Items> items_;
  Dictionary texts_;
  std::map<Key, Kept> kept_;
  std::uint64_t left_out_ = 0;
  std::string text_;
};

// All of them by time, whose they were resolved; `workers` in any order.
std::vector<correlate::Visit> visits_of(std::span<const VisitTaker* const> workers, const Institution& known, const institution::Resolver& resolver,
                                        const std::function<std::string(std::uint32_t source)>& file_of);

}  // namespace custos::engine
