// The implant's contacts with its server: one of five families, from the foothold to the end, every contact labelled.
// Held by campaigns/; feeds Network and Sysmon through intruder/outside.
// Lives as long as its campaign and its foothold.
// One thread.
// Refuses nothing. A computer that is off makes no contact; contacts of one hour are one row of the truth.
#pragma once

#include "simulate/intruder/foothold.h"

namespace custos::simulate {

class Beacon {
 public:
  enum class Family : std::uint8_t { Fixed, OfficeHours, NameService, LongConnection, CloudDrive };

  // Figures `sleep_seconds` and `jitter` of the campaign; the family is drawn.
  Beacon(Operation& op, Foothold& foothold);
  Beacon(const Beacon&) = delete;
  Beacon& operator=(const Beacon&) = delete;

  void run(Micros from, Micros until);
  Family family() const { return family_; }
  const Server& server() const { return server_; }

 private:
  void turn(Micros now);
  Micros reach_out(const Act& act);  // returns how long it is busy
  Act act_of_the_hour(Micros now);

  Operation& op_;
  Foothold& foothold_;
  Family family_;
  Server server_;
  double sleep_, jitter_;
  bool proxy_;
  Micros until_ = 0, hour_ = -1;
  DeedPtr deed_;
};

}  // namespace custos::simulate
