// A step: a program that was started, a connection that a program made or a file it wrote, as its computer wrote it down, with the numbers that tie them.
// Made by step_reader.cc of each event; kept by Trail; read by lineage.cc.
// Texts are views: of the event while a step is made, of the trail while it is visited.
// Any thread.
// Refuses nothing: what a record does not say is 0 or empty.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace custos::correlate {

struct Step {
  enum class Kind : std::uint8_t { Start, Contact, Write } kind = Kind::Start;
  Micros time = kNoTime;
  std::uint32_t source = 0;  // number of the file
  std::uint64_t offset = 0, record = 0;
  std::uint64_t process = 0, parent = 0;  // numbers on that computer, used again
  std::string_view host, user;            // as the record has them
  std::string_view image;
  std::string_view text;  // command line; "203.0.113.9:443"; the file's path
};

}  // namespace custos::correlate
