// A visit: accesses to one protected item by one account from one place, of one kind, within an hour, counted together. What the ledger judges.
// Made by engine/, which knows the institution and whose names are; read by ledger.cc.
// Owned values.
// Any thread.
// Refuses nothing: what is not known is empty.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "correlate/exposure/access.h"
#include "model/finding.h"

namespace custos::correlate {

enum class Desk : std::uint8_t { Unknown, Own, Others };

struct Visit {
  std::uint32_t item = 0;    // its place in Institution::items
  std::string account;       // as mentions have it: "court\\m.osei"
  std::string from;          // computer or outside address, as mentions have it; empty: not said
  bool outside = false;      // from an address that is not the institution's
  Desk desk = Desk::Unknown; // whose computer it is, as the institution file says
  bool own_item = false;     // it is that person's, as their own mailbox is
  bool called_for = true;    // the person's role, unit or cases call for it; true where the institution does not say
  std::string session;       // "0x8f0f2cd7 on files-01", as mentions have it; empty: not said
  Deed deed = Deed::Saw;
  bool program = false;
  Micros first = kNoTime, last = kNoTime;
  std::uint64_t records = 0;
  std::uint32_t objects = 0;  // different ones
  std::vector<Place> places;  // of the first records, at most kPlaces
  static constexpr std::size_t kPlaces = 16;
};

}  // namespace custos::correlate
