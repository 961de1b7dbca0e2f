// An access: somebody looked at, opened, changed, took or handed out something that may be protected, as one record of a log has it.
// Made by access_reader.cc of each event; engine/ asks the institution file what it was about and keeps what is protected as Visits.
// Texts are views of the event or of the reader: they live until the next event.
// Any thread.
// Refuses nothing: what the record does not say is empty.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace custos::correlate {

enum class Deed : std::uint8_t {
  Saw,      // its name, its size, a list of what is in it
  Changed,  // wrote to it, or deleted it
  Opened,
  Took,     // a copy of it was made: downloaded, synchronised
  Shared,   // others than before can read it from now on: a link, a rule that forwards
};

struct Access {
  Micros time = kNoTime;
  std::uint32_t source = 0;  // number of the file
  std::uint64_t offset = 0, record = 0;
  std::string_view domain, user;
  std::string_view from;      // an address or a computer
  std::string_view computer;  // that wrote the record
  std::string_view session;
  std::string_view below, object;  // share and path in it; site and document; mailbox
  Deed deed = Deed::Saw;
  bool program = false;  // through an interface for programs, not by somebody who reads
};

}  // namespace custos::correlate
