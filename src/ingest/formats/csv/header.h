// What the head of a table says: separator, column names, which column holds the time, which kind of log it is.
// Called by the CSV decoder for its first row and by the recogniser for the head of a file.
// A value; names are ids of the decoder's dictionary.
// Any thread.
// Refuses prose: names must look like names, and the rows must have as many cells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ingest/formats/csv/rows.h"

namespace custos::ingest::csv {

struct Guess {
  char separator = ',';
  int sure = 0;  // 0..100
};

// Looks at the first rows of a file.
Guess guess(Bytes head, bool whole);

// "sep=;" (spreadsheets) and "#TYPE ..." (PowerShell) may stand before the header.
bool is_preamble(std::string_view line);

enum class Kind : std::uint8_t { Plain, Windows, M365 };

// Names lower-case, letters and digits only, so that "Event ID" and "event_id" are one.
std::string plain_name(std::string_view name);

struct Columns {
  Kind kind = Kind::Plain;
  int time = -1, date = -1;  // columns; date only where it stands apart from the time of day
  int json = -1;             // AuditData or Payload
};
Columns understand(const std::vector<std::string>& names);

// The name a column of a Windows event export has everywhere else in custos; `name` itself where it is none of them.
std::string_view windows_name(std::string_view name);

// All spellings of parse_any_time, and "3/15/2024 10:00:00 AM" where day and month can be told apart.
std::optional<Micros> table_time(std::string_view text);

}  // namespace custos::ingest::csv
