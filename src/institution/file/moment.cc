#include "institution/file/moment.h"

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace moments {
namespace {

constexpr Micros kFirst = -62'135'596'800 * kSecond;  // 0001-01-01
constexpr Micros kEnd = 253'402'300'800 * kSecond;    // 10000-01-01

bool digits(std::string_view s) {
  for (const char c : s) {
    if (c < '0' || c > '9') return false;
  }
  return !s.empty();
}

bool looks_like_date(std::string_view s) {
  return s.size() == 10 && digits(s.substr(0, 4)) && s[4] == '-' && digits(s.substr(5, 2)) && s[7] == '-' && digits(s.substr(8, 2));
}

bool midnight(Micros t) { return t % kDay == 0; }

}  // namespace
}  // namespace moments

bool is_date(std::string_view s) { return moments::looks_like_date(s) && parse_time(s).has_value(); }

std::optional<Micros> parse_moment(std::string_view s, Edge edge) {
  s = trim(s);
  const auto t = parse_time(s);
  if (!t || *t < moments::kFirst || *t >= moments::kEnd) return std::nullopt;
  if (s.size() == 10) return edge == Edge::Until ? *t + kDay : *t;
  return t;
}

std::string moment_text(Micros t, Edge edge) {
  if (t == kNoTime) return {};
  if (moments::midnight(t) && (edge == Edge::From || t > moments::kFirst)) return to_rfc3339(edge == Edge::Until ? t - kDay : t).substr(0, 10);
  return to_rfc3339(t);
}

std::optional<int> parse_clock(std::string_view s) {
  if (s.size() == 4 && s[1] == ':') {
    if (!moments::digits(s.substr(0, 1)) || !moments::digits(s.substr(2))) return std::nullopt;
  } else if (s.size() != 5 || s[2] != ':' || !moments::digits(s.substr(0, 2)) || !moments::digits(s.substr(3))) {
    return std::nullopt;
  }
  const std::size_t colon = s.find(':');
  int hours = 0;
  for (const char c : s.substr(0, colon)) hours = hours * 10 + (c - '0');
  const int minutes = (s[colon + 1] - '0') * 10 + (s[colon + 2] - '0');
  if (minutes > 59 || hours * 60 + minutes > 24 * 60) return std::nullopt;
  return hours * 60 + minutes;
}

std::string clock_text(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

}  // namespace custos::institution
