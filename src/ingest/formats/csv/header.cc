#include "ingest/formats/csv/header.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace custos::ingest::csv {
namespace {
namespace table_head {

using Text = std::string_view;

// Where the time of an event stands, the surest first.
constexpr std::array<Text, 27> kTimes{"timestamp",    "utctime",      "eventtime",     "timegenerated",
                                      "timecreated",  "creationdate", "creationtime",  "creationdateutc",
                                      "datetime",     "dateandtime",  "timestamputc",  "eventtimestamp",
                                      "starttime",    "firstseen",    "time",          "timeutc",
                                      "eventtimeutc", "datetimeutc",  "dateutc",       "logtime",
                                      "receivedtime", "receivetime",  "generatedtime", "eventdate",
                                      "createdat",    "ts",           "date"};

// Names that logs have and prose does not.
constexpr std::array<Text, 40> kUsual{
    "user",         "username",    "userid",   "userids",       "account",  "host",    "hostname",  "computer",
    "computername", "machinename", "ip",       "ipaddress",     "srcip",    "dstip",   "src",       "dst",
    "srcaddr",      "dstaddr",     "sourceip", "destinationip", "clientip", "sport",   "dport",     "srcport",
    "dstport",      "protocol",    "proto",    "action",        "event",    "eventid", "eventname", "operation",
    "operations",   "message",     "severity", "level",         "channel",  "source",  "auditdata", "status"};

template <std::size_t K>
bool among(const std::array<Text, K>& list, Text name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool name_char(unsigned char c) {
  if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return Text(" ._-()/#%@$&[]+?*").find(static_cast<char>(c)) != Text::npos;
}

bool looks_like_name(Text s) {
  s = trim(s);
  if (s.empty() || s.size() > 80) return false;
  bool letter = false;
  int words = 1;
  for (const char ch : s) {
    const auto c = static_cast<unsigned char>(ch);
    if (!name_char(c)) return false;
    letter |= c >= 0x80 || (c | 0x20) >= 'a';
    words += c == ' ';
  }
  return letter && words <= 6 && (s[0] < '0' || s[0] > '9') && s[0] != '-' && s[0] != '.' && s.back() != '.';
}

struct Head {
  std::size_t cells = 0, usual = 0;
  bool names = true;
};

Head judge(Text row, char separator) {
  Head h;
  std::vector<std::string> seen;
  CellReader reader(row, separator);
  Cell cell;
  while (reader.next(cell) && h.cells < 100'000) {
    ++h.cells;
    if (h.cells <= 64) {
      const std::string name = plain_name(cell.text);
      h.usual += among(kTimes, name) || among(kUsual, name);
      h.names &= looks_like_name(cell.text) && std::find(seen.begin(), seen.end(), name) == seen.end();
      seen.push_back(name);
    }
  }
  return h;
}

std::size_t count_cells(Text row, char separator) {
  CellReader reader(row, separator);
  Cell cell;
  std::size_t n = 0;
  while (reader.next(cell)) ++n;
  return n;
}

// The rows of the head of a file, the preamble left out.
std::vector<Text> first_rows(Bytes head, bool whole, char separator) {
  std::vector<Text> rows;
  SourceCoverage unused;
  Report report(unused, 0);
  RowCutter cutter;
  cutter.set_separator(separator);
  cutter.open({head, 0, whole ? More::Ended : More::Full});  // Full: an open quote is not waited for
  Line row;
  while (rows.size() < 12 && cutter.next(row, report)) {
    if (!rows.empty() || !is_preamble(row.text)) rows.push_back(row.text);
  }
  if (rows.empty() && !whole) rows.push_back(head);  // one row wider than all we see
  return rows;
}

bool digits(Text s) {
  return !s.empty() && s.size() <= 4 && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}
int number(Text s) {
  int v = 0;
  for (const char c : s) v = v * 10 + (c - '0');
  return v;
}

}  // namespace table_head
}  // namespace

std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 256)) {
    const char l = ascii_lower(c);
    if ((l >= 'a' && l <= 'z') || (l >= '0' && l <= '9')) out += l;
  }
  return out;
}

bool is_preamble(std::string_view line) {
  return line.substr(0, 6) == "#TYPE " || (line.size() == 5 && line.substr(0, 4) == "sep=");
}

Guess guess(Bytes head, bool whole) {
  head = without_bom(head);
  Guess best;
  for (const char separator : {',', '\t', ';', '|'}) {
    const std::vector<std::string_view> rows = table_head::first_rows(head, whole, separator);
    if (rows.empty()) continue;
    const table_head::Head h = table_head::judge(rows[0], separator);
    if (!h.names || h.cells < 2) continue;
    std::size_t same = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) same += table_head::count_cells(rows[i], separator) == h.cells;
    const std::size_t others = rows.size() - 1;
    int sure = 0;
    if (others == 0) {
      sure = h.cells >= 3 && h.usual >= 1 ? 40 : (!whole && h.cells >= 20 ? 35 : 0);
    } else if (same * 5 >= others * 4 && (h.cells >= 3 || h.usual >= 1)) {
      sure = h.usual >= 1 ? 75 : 55;
    } else if (h.cells >= 3 && h.usual >= 2) {
      sure = 45;
    }
    if (sure > best.sure) best = {separator, sure};
  }
  return best;
}

Columns understand(const std::vector<std::string>& names) {
  Columns c;
  bool event_id = false, channel = false, audit_data = false, operation = false;
  std::size_t rank = table_head::kTimes.size();
  int clock = -1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = plain_name(names[i]);
    const std::string_view windows = windows_name(names[i]);
    event_id |= windows == "EventID" && name != "id";
    event_id |= name == "id";
    channel |= windows == "Channel";
    operation |= name == "operation" || name == "operations" || name == "recordtype";
    if (name == "auditdata") {
      audit_data = true;
      c.json = static_cast<int>(i);
    }
    if (name == "date" && c.date < 0) c.date = static_cast<int>(i);
    if (name == "time" && clock < 0) clock = static_cast<int>(i);
    const auto* at = std::find(table_head::kTimes.begin(), table_head::kTimes.end(), name);
    if (static_cast<std::size_t>(at - table_head::kTimes.begin()) < rank) {
      rank = static_cast<std::size_t>(at - table_head::kTimes.begin());
      c.time = static_cast<int>(i);
    }
  }
  if (c.date < 0 || clock < 0 || c.time != clock) c.date = -1;
  if (audit_data && operation) {
    c.kind = Kind::M365;
  } else if (event_id && channel) {
    c.kind = Kind::Windows;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (plain_name(names[i]) == "payload") c.json = static_cast<int>(i);
    }
  } else {
    c.json = -1;
  }
  return c;
}

std::string_view windows_name(std::string_view name) {
  const std::string plain = plain_name(name);
  if (plain == "eventid" || plain == "id") return "EventID";
  if (plain == "channel" || plain == "logname") return "Channel";
  if (plain == "providername" || plain == "provider") return "Provider_Name";
  if (plain == "sourcename") return "SourceName";
  if (plain == "machinename" || plain == "computername" || plain == "computer") return "Computer";
  if (plain == "eventrecordid" || plain == "recordid") return "EventRecordID";
  return name;
}

std::optional<Micros> table_time(std::string_view text) {
  text = trim(text);
  if (const auto t = parse_any_time(text)) return t;
  // 3/15/2024 10:00:00[ AM]
  std::array<std::string_view, 3> part{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t at = rest.find_first_of(i < 2 ? "/." : " ,T");
    part[i] = rest.substr(0, at);
    if (!table_head::digits(part[i]) || (at == std::string_view::npos && i < 2)) return std::nullopt;
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  }
  if (part[2].size() != 4) return std::nullopt;
  Civil c;
  c.year = table_head::number(part[2]);
  const int a = table_head::number(part[0]), b = table_head::number(part[1]);
  rest = trim(rest);
  std::string_view half;
  if (rest.size() > 2 && (rest.back() == 'M' || rest.back() == 'm')) {
    half = rest.substr(rest.size() - 2);
    rest = trim(rest.substr(0, rest.size() - 2));
  }
  if (!half.empty() || (b > 12 && a <= 12)) {  // month first, as only the half-day clock's countries write it
    c.month = a;
    c.day = b;
  } else if (a > 12 || text.find('.') < 3) {
    c.month = b;
    c.day = a;
  } else {
    return std::nullopt;  // 3/4/2024 could be either: no guess
  }
  std::array<int*, 3> clock{&c.hour, &c.minute, &c.second};
  for (std::size_t i = 0; i < 3 && !rest.empty(); ++i) {
    const std::size_t at = rest.find(i < 2 ? ':' : '.');
    if (!table_head::digits(rest.substr(0, at)) || rest.substr(0, at).size() > 2) return std::nullopt;
    *clock[i] = table_head::number(rest.substr(0, at));
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  }
  if (!half.empty()) {
    if (c.hour < 1 || c.hour > 12) return std::nullopt;
    c.hour = c.hour % 12 + (ascii_lower(half[0]) == 'p' ? 12 : 0);
  }
  return from_civil(c);
}

}  // namespace custos::ingest::csv
