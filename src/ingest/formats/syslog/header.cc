#include "ingest/formats/syslog/header.h"

#include <optional>

namespace custos::ingest::syslog {
namespace {
namespace head {

using Text = std::string_view;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool digits_at(Text s, std::size_t at, std::size_t n) {
  if (s.size() < at + n) return false;
  for (std::size_t i = at; i < at + n; ++i) {
    if (!digit(s[i])) return false;
  }
  return true;
}

int number(Text s, std::size_t at, std::size_t n) {
  int v = 0;
  for (std::size_t i = at; i < at + n; ++i) v = v * 10 + (s[i] - '0');
  return v;
}

int month(Text s) {
  static constexpr Text kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (std::size_t i = 0; i < 12; ++i) {
    if (s == kMonths.substr(3 * i, 3)) return static_cast<int>(i) + 1;
  }
  return 0;
}

void skip_blanks(Text& s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
}

// The text before the next blank; `s` goes on behind it.
Text word(Text& s) {
  const std::size_t at = s.find(' ');
  const Text w = s.substr(0, at);
  s = at == Text::npos ? s.substr(s.size()) : s.substr(at + 1);
  return w;
}

// "<34>": true when something in angle brackets was taken off.
void priority(Text& s, Header& h) {
  if (s.empty() || s.front() != '<') return;
  const std::size_t end = s.substr(0, 32).find('>');
  if (end == Text::npos) return;
  if (end >= 2 && end <= 4 && digits_at(s, 1, end - 1) && number(s, 1, end - 1) <= 191) {
    h.priority = number(s, 1, end - 1);
  } else {
    h.bad_priority = true;
  }
  s.remove_prefix(end + 1);
}

// "10:00:00" with an optional fraction; moves `s` behind it.
bool clock(Text& s, int& hour, int& minute, int& second, int& micros) {
  if (!digits_at(s, 0, 2) || s.size() < 8 || s[2] != ':' || !digits_at(s, 3, 2) || s[5] != ':' || !digits_at(s, 6, 2))
    return false;
  hour = number(s, 0, 2);
  minute = number(s, 3, 2);
  second = number(s, 6, 2);
  micros = 0;
  std::size_t at = 8;
  if (at + 1 < s.size() && s[at] == '.' && digit(s[at + 1])) {
    int scale = 100'000;
    for (++at; at < s.size() && digit(s[at]); ++at, scale /= 10) micros += (s[at] - '0') * scale;
  }
  s.remove_prefix(at);
  return true;
}

// "Mar 15 10:00:00", "Mar  5 10:00:00.123", "Mar 15 2024 10:00:00:".
bool bsd_time(Text& s, Header& h, Micros modified) {
  if (s.size() < 15 || s[3] != ' ') return false;
  MonthDay d{};
  d.month = month(s.substr(0, 3));
  if (d.month == 0) return false;
  Text rest = s.substr(4);
  skip_blanks(rest);
  std::size_t n = digits_at(rest, 0, 2) ? 2 : 1;
  if (!digits_at(rest, 0, n) || rest.size() <= n || rest[n] != ' ') return false;
  d.day = number(rest, 0, n);
  rest.remove_prefix(n + 1);
  int year = 0;
  if (digits_at(rest, 0, 4) && rest.size() > 4 && rest[4] == ' ') {
    year = number(rest, 0, 4);
    rest.remove_prefix(5);
  }
  if (!clock(rest, d.hour, d.minute, d.second, d.micros)) return false;
  if (!rest.empty() && rest.front() == ':') rest.remove_prefix(1);
  if (!rest.empty() && rest.front() != ' ') return false;
  if (year != 0) {
    const auto t = from_civil({year, d.month, d.day, d.hour, d.minute, d.second, d.micros});
    h.bad_time = !t;
    h.time = t.value_or(kNoTime);
  } else {
    h.time = infer_year(d, modified);
    // 2024 is a leap year: a date that is none in it is none at all.
    h.bad_time = !from_civil({2024, d.month, d.day, d.hour, d.minute, d.second, d.micros});
    h.no_year = h.time == kNoTime && !h.bad_time && modified == kNoTime;
  }
  skip_blanks(rest);
  s = rest;
  return true;
}

bool iso_shape(Text s, char separator) {
  return s.size() >= 19 && digits_at(s, 0, 4) && s[4] == '-' && digits_at(s, 5, 2) && s[7] == '-' &&
         digits_at(s, 8, 2) && s[10] == separator && digits_at(s, 11, 2) && s[13] == ':' && digits_at(s, 14, 2) &&
         s[16] == ':' && digits_at(s, 17, 2);
}

bool iso_time(Text& s, Header& h) {
  if (!iso_shape(s, 'T')) return false;
  const Text w = word(s);
  const auto t = parse_time(w);
  h.bad_time = !t;
  h.time = t.value_or(kNoTime);
  skip_blanks(s);
  return true;
}

// What journalctl -o short-full and short-unix print.
bool journal_time(Text& s, Header& h) {
  if (s.size() > 24 && s[3] == ' ' && iso_shape(s.substr(4), ' ')) {
    Text rest = s.substr(4);
    const Text day = word(rest);
    Text time = word(rest);
    const Text zone = word(rest);
    const auto t = parse_time(Text(day.data(), static_cast<std::size_t>(time.data() + time.size() - day.data())));
    h.bad_time = !t;
    h.time = t.value_or(kNoTime);
    h.unknown_zone = zone != "UTC" && zone != "GMT";
    s = rest;
    return true;
  }
  if (digits_at(s, 0, 10) && s.size() > 12 && s[10] == '.' && digit(s[11])) {
    Text rest = s;
    const auto t = parse_epoch(word(rest));
    if (!t) return false;
    h.time = *t;
    s = rest;
    return true;
  }
  return false;
}

// "15-Mar-2024 10:00:00.003"
bool bind_time(Text& s, Header& h) {
  if (s.size() < 20 || !digits_at(s, 0, 2) || s[2] != '-' || s[6] != '-' || !digits_at(s, 7, 4) || s[11] != ' ')
    return false;
  Civil c;
  c.day = number(s, 0, 2);
  c.month = month(s.substr(3, 3));
  c.year = number(s, 7, 4);
  Text rest = s.substr(12);
  if (c.month == 0 || !clock(rest, c.hour, c.minute, c.second, c.micros) || rest.empty() || rest.front() != ' ')
    return false;
  const auto t = from_civil(c);
  h.bad_time = !t;
  h.time = t.value_or(kNoTime);
  s = rest.substr(1);
  return true;
}

// "sshd[4711]:", "CRON[1]:", "kernel:", "su(pam_unix)[1]:" at the front of `s`: the tag is taken off.
bool tag(Text& s, Header& h) {
  const std::size_t blank = s.find(' ');
  const Text token = s.substr(0, blank);
  std::size_t end = token.find("]:");
  std::size_t next = end == Text::npos ? 0 : end + 2;
  if (end == Text::npos && !token.empty() && token.back() == ']') {
    end = token.size() - 1;
    next = token.size();
  }
  if (end != Text::npos) {
    const std::size_t open = token.rfind('[', end);
    if (open == Text::npos || open == 0) return false;
    h.app = token.substr(0, open);
    h.procid = token.substr(open + 1, end - open - 1);
  } else {
    if (token.size() < 2 || token.back() != ':') return false;
    h.app = token.substr(0, token.size() - 1);
    next = token.size();
  }
  s.remove_prefix(next);
  return true;
}

// "host tag[pid]: message", the host may be missing.
void host_and_tag(Text s, Header& h) {
  if (!tag(s, h)) {
    Text rest = s;
    const Text host = word(rest);
    if (!host.empty() && (rest.data() != s.data() + s.size() || host.size() == s.size())) {
      h.host = host;
      s = rest;
      skip_blanks(s);
      tag(s, h);
    }
  }
  skip_blanks(s);
  h.message = s;
}

Text or_nil(Text s) { return s == "-" ? Text{} : s; }

// Length of the structured data at the front of `s`, 0 when it never closes.
std::size_t data_length(Text s) {
  std::size_t at = 0;
  while (at < s.size() && s[at] == '[') {
    bool quoted = false;
    for (++at; at < s.size(); ++at) {
      const char c = s[at];
      if (quoted && c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ']' && !quoted) {
        break;
      }
    }
    if (at >= s.size()) return 0;
    ++at;
  }
  return at;
}

void rfc5424(Text s, Header& h) {
  h.shape = Shape::Rfc5424;
  const Text time = word(s);
  if (time != "-") {
    const auto t = parse_time(time);
    h.bad_time = !t;
    h.time = t.value_or(kNoTime);
  }
  h.host = or_nil(word(s));
  h.app = or_nil(word(s));
  h.procid = or_nil(word(s));
  h.msgid = or_nil(word(s));
  if (!s.empty() && s.front() == '[') {
    const std::size_t n = data_length(s);
    h.open_data = n == 0;
    h.data = s.substr(0, n);
    s.remove_prefix(n);
    if (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  } else {
    if (!s.empty() && s.front() == '-') s.remove_prefix(1);
    if (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  }
  if (s.substr(0, 3) == "\xEF\xBB\xBF") s.remove_prefix(3);
  h.message = s;
}

}  // namespace head
}  // namespace

Micros infer_year(const MonthDay& d, Micros modified) {
  if (modified == kNoTime) return kNoTime;
  const Micros latest = modified + 14 * 3600 * kSecond;
  const int year = to_civil(latest).year;
  for (int y = year; y > year - 9; --y) {
    const auto t = from_civil({y, d.month, d.day, d.hour, d.minute, d.second, d.micros});
    if (t && *t <= latest) return *t;
  }
  return kNoTime;
}

Header parse_header(std::string_view line, Micros modified) {
  Header h;
  std::string_view s = line;
  head::priority(s, h);
  const bool bracket = s.data() != line.data();
  if (bracket && s.size() > 2 && s[0] >= '1' && s[0] <= '9' && s[1] == ' ') {
    head::rfc5424(s.substr(2), h);
    return h;
  }
  if (bracket) head::skip_blanks(s);
  if (head::bsd_time(s, h, modified)) {
    h.shape = Shape::Rfc3164;
  } else if (head::iso_time(s, h)) {
    h.shape = Shape::Iso;
  } else if (head::journal_time(s, h)) {
    h.shape = Shape::Journal;
  } else if (head::bind_time(s, h)) {
    h.shape = Shape::Bind;
    h.app = "named";
    h.message = s;
    return h;
  } else if (bracket && h.priority >= 0) {
    // RFC 3164, 4.3.2: a priority and nothing else that is known.
    h.shape = Shape::Rfc3164;
  } else {
    h.message = line;
    return h;
  }
  head::host_and_tag(s, h);
  return h;
}

bool DataReader::next(DataParam& param) {
  while (!rest_.empty()) {
    if (rest_.front() == '[') {
      std::size_t end = rest_.find_first_of(" ]", 1);
      if (end == std::string_view::npos) end = rest_.size();
      id_ = rest_.substr(1, end - 1);
      rest_.remove_prefix(end);
      continue;
    }
    if (rest_.front() == ' ' || rest_.front() == ']') {
      rest_.remove_prefix(1);
      continue;
    }
    const std::size_t equals = rest_.find_first_of("= ]");
    if (equals == std::string_view::npos) break;
    if (rest_[equals] != '=' || equals + 1 >= rest_.size() || rest_[equals + 1] != '"') {
      rest_.remove_prefix(equals + (rest_[equals] == '='));  // no parameter: go on behind it
      continue;
    }
    param.id = id_;
    param.name = rest_.substr(0, equals);
    param.escaped = false;
    std::size_t at = equals + 2;
    while (at < rest_.size() && rest_[at] != '"') {
      if (rest_[at] == '\\') {
        param.escaped = true;
        ++at;
      }
      ++at;
    }
    if (at > rest_.size()) at = rest_.size();
    param.value = rest_.substr(equals + 2, at - equals - 2);
    rest_.remove_prefix(at < rest_.size() ? at + 1 : at);
    return true;
  }
  rest_ = {};
  return false;
}

}  // namespace custos::ingest::syslog
