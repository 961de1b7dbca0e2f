#include "base/time.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace custos {
namespace {

std::int64_t days_from_civil(std::int64_t y, int m, int d) {
  y -= m <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

int days_in_month(int y, int m) {
  static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  return m == 2 && leap ? 29 : kDays[static_cast<std::size_t>(m - 1)];
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `n` digits at `at` and moves on.
bool digits(std::string_view s, std::size_t& at, int n, int& out) {
  if (s.size() < at + static_cast<std::size_t>(n)) return false;
  int v = 0;
  for (int i = 0; i < n; ++i) {
    const char c = s[at + static_cast<std::size_t>(i)];
    if (!is_digit(c)) return false;
    v = v * 10 + (c - '0');
  }
  at += static_cast<std::size_t>(n);
  out = v;
  return true;
}

// Fraction digits after the point, in microseconds; further digits are cut off.
int fraction(std::string_view s, std::size_t& at) {
  int micros = 0, scale = 100'000;
  while (at < s.size() && is_digit(s[at])) {
    micros += (s[at] - '0') * scale;
    scale /= 10;
    ++at;
  }
  return micros;
}

// "Z", "+02:00", "+0200", "+02", " UTC" or nothing; seconds east of UTC.
std::optional<int> zone(std::string_view s, std::size_t at) {
  while (at < s.size() && s[at] == ' ') ++at;
  const std::string_view rest = s.substr(at);
  if (rest.empty() || rest == "Z" || rest == "z" || rest == "UTC" || rest == "GMT") return 0;
  if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
  std::size_t p = 1;
  int hours = 0, minutes = 0;
  if (!digits(rest, p, 2, hours)) return std::nullopt;
  if (p < rest.size() && rest[p] == ':') ++p;
  if (p < rest.size() && !digits(rest, p, 2, minutes)) return std::nullopt;
  if (p != rest.size() || hours > 18 || minutes > 59) return std::nullopt;
  const int seconds = hours * 3600 + minutes * 60;
  return rest[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::optional<Micros> from_civil(const Civil& c) {
  if (c.month < 1 || c.month > 12 || c.day < 1 || c.year < 1 || c.year > 9999) return std::nullopt;
  if (c.day > days_in_month(c.year, c.month)) return std::nullopt;
  if (c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 || c.second < 0 || c.second > 60) return std::nullopt;
  const std::int64_t days = days_from_civil(c.year, c.month, c.day);
  return ((days * 24 + c.hour) * 60 + c.minute) * 60 * kSecond + c.second * kSecond + c.micros;
}

Civil to_civil(Micros t) {
  std::int64_t days = t / kDay;
  std::int64_t rest = t % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  Civil c;
  c.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  c.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  c.year = static_cast<int>(yoe + era * 400 + (c.month <= 2));
  const std::int64_t seconds = rest / kSecond;
  c.hour = static_cast<int>(seconds / 3600);
  c.minute = static_cast<int>(seconds / 60 % 60);
  c.second = static_cast<int>(seconds % 60);
  c.micros = static_cast<int>(rest % kSecond);
  return c;
}

int iso_week(const Civil& c) {
  const std::int64_t days = days_from_civil(c.year, c.month, c.day);
  const std::int64_t weekday = ((days + 3) % 7 + 7) % 7;  // Monday is 0
  const std::int64_t thursday = days - weekday + 3;
  const Civil t = to_civil(thursday * kDay);
  return static_cast<int>((thursday - days_from_civil(t.year, 1, 1)) / 7 + 1);
}

std::string to_rfc3339(Micros t) {
  if (t == kNoTime) return {};
  const Civil c = to_civil(t);
  std::string s = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
  if (c.micros % 1000 != 0) {
    s += fmt::format(".{:06}", c.micros);
  } else if (c.micros != 0) {
    s += fmt::format(".{:03}", c.micros / 1000);
  }
  return s + "Z";
}

std::optional<Micros> parse_time(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  std::size_t at = 0;
  Civil c;
  if (!digits(s, at, 4, c.year) || at >= s.size()) return std::nullopt;
  const char sep = s[at];
  if (sep != '-' && sep != '/') return std::nullopt;
  ++at;
  if (!digits(s, at, 2, c.month) || at >= s.size() || s[at] != sep) return std::nullopt;
  ++at;
  if (!digits(s, at, 2, c.day)) return std::nullopt;
  if (at == s.size()) return from_civil(c);
  if (s[at] != 'T' && s[at] != 't' && s[at] != ' ') return std::nullopt;
  ++at;
  if (!digits(s, at, 2, c.hour) || at >= s.size() || s[at] != ':') return std::nullopt;
  ++at;
  if (!digits(s, at, 2, c.minute)) return std::nullopt;
  if (at < s.size() && s[at] == ':') {
    ++at;
    if (!digits(s, at, 2, c.second)) return std::nullopt;
    if (at < s.size() && (s[at] == '.' || s[at] == ',')) {
      ++at;
      c.micros = fraction(s, at);
    }
  }
  const auto east = zone(s, at);
  const auto t = from_civil(c);
  if (!east || !t) return std::nullopt;
  return *t - *east * kSecond;
}

std::optional<Micros> parse_epoch(std::string_view s) {
  std::size_t at = 0;
  std::uint64_t digits_value = 0;  // unsigned: nineteen digits always fit
  while (at < s.size() && is_digit(s[at])) {
    if (at >= 19) return std::nullopt;
    digits_value = digits_value * 10 + static_cast<unsigned>(s[at] - '0');
    ++at;
  }
  if (at == 0) return std::nullopt;
  int micros = 0;
  if (at < s.size() && s[at] == '.') {
    ++at;
    micros = fraction(s, at);
  }
  if (at != s.size()) return std::nullopt;
  if (digits_value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(digits_value);
  // Seconds up to the year 9999, then ms, us and ns by their magnitude.
  if (whole < 253'402'300'800) return whole * kSecond + micros;
  if (whole < 253'402'300'800'000) return whole * 1000;
  if (whole < 253'402'300'800'000'000) return whole;
  return whole / 1000;
}

std::optional<Micros> from_filetime(std::uint64_t filetime) {
  constexpr std::uint64_t kEnd = 2'650'467'744'000'000'000;  // 10000-01-01
  if (filetime >= kEnd) return std::nullopt;
  return static_cast<Micros>(filetime / 10) - 11'644'473'600 * kSecond;
}

std::optional<Micros> parse_any_time(std::string_view s) {
  if (auto t = parse_time(s)) return t;
  return parse_epoch(s);
}

}  // namespace custos
