// Ways out: HTTPS to a name nobody went to before, questions to the name service, somebody's cloud drive.
// Called by campaigns/; feeds Network and Sysmon.
// Nothing is kept.
// One thread.
// Refuses nothing. Only sizes and names are written: there is no content.
#pragma once

#include "simulate/intruder/outside.h"

namespace custos::simulate {

enum class Channel : std::uint8_t { Https, NameService, CloudDrive };

// A channel and where it ends.
struct WayOut {
  Channel channel = Channel::Https;
  Server server;
};
WayOut way_out(Operation& op);
// One portion of so many bytes, in pieces; a deed of its own. Name service: at most `most_questions`. Returns when it is out.
Micros send_out(Operation& op, Micros now, const Place& p, const WayOut& to, std::uint64_t bytes, unsigned most_questions);

}  // namespace custos::simulate
