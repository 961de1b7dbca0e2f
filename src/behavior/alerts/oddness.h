// How odd each group of an hour's alerts is by itself and by what stands beside it: from the history to p-values, from these to a score.
// Held by detectors/alerts.cc, which asks once an hour; feeds the judge.
// What it learned is saved in the baseline.
// One thread.
// Refuses nothing: without earlier hours nothing is odd.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/pack.h"
#include "behavior/alerts/history.h"
#include "behavior/alerts/hour.h"
#include "behavior/statistics/tail.h"

namespace custos::behavior {

// Own surprise: the smaller, times 2, of two conformal p-values among the groups of earlier days: of having such alerts at all, and of how many. Context: the
// sum over the other groups of the same actor and hour of ln e, e = p^(-1/2) / 2 where that is above 1, conformal among actors' hours; the hour before by
// half. Score: -ln p_own + (1 - p_own) (-ln p_context). A bystander, whose p_own is near 1, gets nothing from its context. A few days resolve no p below one in
// some hundreds, so a small part of the surprise as it is, not calibrated, is added: it tells what is far beyond from what is just beyond.
//
// Tails learn a day late: an attack that goes on must not make itself ordinary by its first hour. On their first day they have nothing but the hours before.
class AlertOddness {
 public:
  // The tables take what the tails leave of `memory`, and half of it at least.
  AlertOddness(const Roster& roster, std::size_t memory);

  struct Odd {
    const AlertHour::Group* group = nullptr;
    double novelty = 0, rate = 0;  // nats, not calibrated
    double own = 0, context = 0;   // -ln p
    double score = 0;
    std::uint32_t hours = 0, anybody = 0;
    double usual = 0;
  };
  // The groups of an hour that is over, all of an actor side by side; then learns them. In the result an actor's oddest comes first. `hour` since 1970.
  std::vector<Odd> weigh(std::span<const AlertHour::Group* const> groups, std::int32_t hour);
  std::uint32_t clock() const { return history_.clock(); }

  void merge(const AlertOddness& other, double overlap);
  void save(Packer& out) const;
  bool load(Unpacker& in);
  std::size_t bytes() const;
  std::uint64_t evictions() const { return history_.evictions() + latest_.evictions(); }

 private:
  // An actor's latest hour with alerts.
  struct Latest {
    std::int32_t hour = 0;
    double evidence = 0;
    double weight() const { return evidence; }
    void merge(const Latest& other) {
      if (other.hour > hour || (other.hour == hour && other.evidence > evidence)) *this = other;
    }
    void save(Packer& out) const;
    bool load(Unpacker& in);
  };
  struct Tails {
    Tail novelty, rate, context;
    void merge(const Tails& other);
    void save(Packer& out) const;
    bool load(Unpacker& in);
  };
  // Of computers, or of accounts.
  struct Ordinary {
    Tails known, today;
    std::int32_t since = kNever, day = kNever;  // the first day of which anything is known, and the latest
    Tails& lesson() { return since == day ? known : today; }
    void merge(const Ordinary& other);
  };
  static constexpr std::int32_t kNever = -1;

  AlertHistory::Group key_of(const AlertHour::Group& g) const;
  std::size_t who(const AlertHour::Group& g) const { return static_cast<std::size_t>(roster_.at(g.actor).who); }
  void weigh_own(Odd& odd) const;
  // All the groups of one actor. Returns their evidence together.
  double weigh_together(std::span<Odd> odd, std::int32_t hour) const;
  void begin_day(Ordinary& of, std::int32_t day);
  void learn(const Odd& odd, std::int32_t day);

  const Roster& roster_;
  AlertHistory history_;
  EntityTable<Latest> latest_;  // by actor
  std::array<Ordinary, 2> ordinary_;
};

}  // namespace custos::behavior
