// From the moment a sensor notes something to the moment it stands in a file: record numbers, clocks that are wrong, loss, duplicates, lateness.
// Called by sensors/ (add) and by the run loop (advance); feeds Files and the truth.
// Holds records that are not yet due or have not arrived; nothing else grows with time.
// One thread.
// Refuses nothing. Records that would come into being after the run's end are dropped: their day was not simulated.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "simulate/deed.h"
#include "simulate/files.h"
#include "simulate/world/world.h"

namespace custos::simulate {

// A record on its way. Windows events carry their values packed (pack()), other streams their line.
struct Pending {
  Micros due = 0;    // true time at which the source writes it
  Micros stamp = 0;  // what the source's clock showed
  Stream stream = Stream::Windows;
  const WindowsKind* kind = nullptr;
  std::uint32_t machine = 0;       // whose sensor; index in World::machines
  std::uint32_t subject = 0;       // the machine it tells of, or kNobody: none of the institution's
  std::uint32_t person = kNobody;  // who caused it
  std::uint32_t process = 4, thread = 8;
  std::string body;
  std::string user_sid;            // Windows: of System/Security
  std::string id;  // own identity, for the truth; Windows records get theirs when they are numbered
  DeedPtr deed;
};

// Stands in an audit record and its id for the serial, which the machine counts up in the order in which it writes.
inline constexpr char kSerial = '\x1A';

void pack(std::string& body, std::string_view value);

class Delivery {
 public:
  Delivery(World& world, Files& files);

  // What the clock of that machine shows at `t`.
  Micros stamp(const Machine& m, Micros t) const { return t + m.skew; }
  // False: nobody wants that stream, don't bother to make the record.
  bool wanted(Stream s) const { return wanted_[static_cast<std::size_t>(s)]; }
  void add(Pending&& p);
  // Everything that is due before `now` gets its number; everything that has arrived by then is written.
  void advance(Micros now);
  void finish();

  // An alert was raised in that flow: its own line, which comes later, says so. The last few thousand are known.
  void alerted(std::string_view flow_id);
  // A line for every record: file, record, person, host (docs/formats/truth.md).
  std::function<void(std::string_view)> attribution;
  std::uint64_t lost() const { return lost_; }
  std::uint64_t duplicated() const { return duplicated_; }
  std::uint64_t late() const { return late_; }

 private:
  struct Turn {
    Micros at;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator<(const Turn& o) const { return at != o.at ? at > o.at : order > o.order; }  // earliest on top
  };
  void leave(Turn turn);     // the source has written it
  void complete(Pending& p);  // what only that moment decides
  void write(std::uint32_t slot, Micros arrival);
  void push(std::vector<Turn>& heap, Turn t);
  Turn pop(std::vector<Turn>& heap);

  World& world_;
  Files& files_;
  Rng rng_;
  std::array<bool, kStreams> wanted_{};
  std::vector<Pending> slots_;
  std::vector<std::uint64_t> numbers_of_slots_;
  std::vector<std::uint32_t> free_;
  std::vector<Turn> due_, travelling_;
  std::uint64_t order_ = 0, lost_ = 0, duplicated_ = 0, late_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // (machine, channel) -> last EventRecordID
  WindowsEvent event_;
  std::unordered_set<std::string> alerted_;
  std::vector<std::string> alerted_order_;
  std::size_t alerted_next_ = 0;
};

}  // namespace custos::simulate
