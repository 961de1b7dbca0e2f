// The header of one syslog line: priority, time, host, program and where the message begins.
// Called by the syslog decoder (and its recogniser) for every line.
// All texts are views into the line.
// Any thread.
// Refuses lines that have none of the known shapes; a date that does not exist is flagged, the rest is still told.
#pragma once

#include <string_view>

#include "base/time.h"

namespace custos::ingest::syslog {

enum class Shape : std::uint8_t {
  None,     // no header at all
  Rfc5424,  // <34>1 2024-03-15T10:00:00Z host app procid msgid [sd] message
  Rfc3164,  // [<34>]Mar 15 10:00:00 host tag[pid]: message
  Iso,      // [<34>]2024-03-15T10:00:00.003+01:00 host tag[pid]: message
  Journal,  // Fri 2024-03-15 10:00:00 UTC host tag[pid]: message, or 1710496800.123456 host tag[pid]: message
  Bind,     // 15-Mar-2024 10:00:00.003 message, as named writes its own files
};

struct Header {
  Shape shape = Shape::None;
  int priority = -1;          // 0..191
  bool bad_priority = false;  // there was a <...>, but no such number
  bool bad_time = false;      // a date that does not exist
  bool unknown_zone = false;  // a zone name other than UTC or GMT: read as UTC
  bool no_year = false;       // a date without a year and no file time to infer it from
  Micros time = kNoTime;
  std::string_view host, app, procid, msgid;  // empty where absent
  std::string_view data;                      // structured data of RFC 5424, brackets included
  bool open_data = false;                     // structured data that never closes: left in the message
  std::string_view message;
};

// `modified` gives the year of dates without one (see infer_year); kNoTime leaves such times unset.
Header parse_header(std::string_view line, Micros modified);

// The latest year that puts the date at most 14 hours (the widest time zone) behind `modified`. Nothing for a date that
// exists in none of the eight years before.
struct MonthDay {
  int month, day, hour, minute, second, micros;
};
Micros infer_year(const MonthDay& date, Micros modified);

// Takes the next `name="value"` or the next `[id` off structured data. Escapes stay in `value`.
struct DataParam {
  std::string_view id, name, value;
  bool escaped = false;
};
class DataReader {
 public:
  explicit DataReader(std::string_view data) : rest_(data) {}
  bool next(DataParam& param);

 private:
  std::string_view rest_, id_;
};

}  // namespace custos::ingest::syslog
