// How much it means that two findings speak of the same thing: much where few have to do with it, nothing where everybody has.
// Answered by engine/ out of the institution file and the logs, and by grouping.cc out of the findings; asked by links.cc.
// Values.
// Any thread.
// Refuses nothing: what nobody knows is told by the findings alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace custos::correlate {

class Lineage;

// Much that one of our computers sent to one place outside within an hour.
struct Sent {
  Micros time = kNoTime;
  std::string to;
  double bytes = 0;
  Place place;
};

enum class Nature : std::uint8_t {
  Personal,  // few have to do with it: somebody's computer, somebody's account, an address outside that hardly anybody speaks to
  Shared,    // many: a server, an account of a service
  Common,    // nearly all: a gateway, a domain controller, a proxy, a mail provider
};

// A computer, as mentions name it, and a stretch of time.
struct Stretch {
  Micros from = kNoTime, until = kNoTime;
};
using Wanted = std::map<std::string, Stretch, std::less<>>;

// kind and value of a Mention. Unknown: as if only the findings spoke of it.
struct Surroundings {
  std::function<Nature(std::string_view kind, std::string_view value)> nature = [](std::string_view, std::string_view) { return Nature::Personal; };
  // When the logs first spoke of it; kNoTime: not known.
  std::function<Micros(std::string_view kind, std::string_view value)> first_seen = [](std::string_view, std::string_view) { return kNoTime; };
  // Hands over programs and connections of these computers then; may be empty.
  std::function<void(const Wanted& wanted, Lineage& into)> programs;
  // What a computer sent out then, by time; may be empty.
  std::function<std::vector<Sent>(std::string_view host, Stretch when)> sent;
};

}  // namespace custos::correlate
