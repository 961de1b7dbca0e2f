#include "ingest/formats/access/lines.h"

#include <optional>

#include "base/text.h"

namespace custos::ingest::access {
namespace {
namespace ncsa {

using Text = std::string_view;

bool digits(Text s, std::size_t at, std::size_t n, int& out) {
  if (s.size() < at + n) return false;
  out = 0;
  for (std::size_t i = at; i < at + n; ++i) {
    if (s[i] < '0' || s[i] > '9') return false;
    out = out * 10 + (s[i] - '0');
  }
  return true;
}

// "10/Oct/2000:13:55:36 -0700"; the zone may be missing.
bool stamp(Text s, Ncsa& out) {
  static constexpr Text kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  Civil c;
  if (s.size() < 20 || s[2] != '/' || s[6] != '/' || s[11] != ':' || s[14] != ':' || s[17] != ':') return false;
  if (!digits(s, 0, 2, c.day) || !digits(s, 7, 4, c.year) || !digits(s, 12, 2, c.hour) || !digits(s, 15, 2, c.minute) ||
      !digits(s, 18, 2, c.second)) {
    return false;
  }
  const std::size_t month = kMonths.find(s.substr(3, 3));
  if (month == Text::npos || month % 3 != 0) return false;
  c.month = static_cast<int>(month / 3) + 1;
  out.local = c;
  const auto t = from_civil(c);
  if (!t) return true;  // a date that does not exist: still an access line
  int hours = 0, minutes = 0;
  Micros east = 0;
  if (s.size() >= 26 && (s[21] == '+' || s[21] == '-') && digits(s, 22, 2, hours) && digits(s, 24, 2, minutes)) {
    east = (hours * 60 + minutes) * 60 * kSecond;
    if (s[21] == '-') east = -east;
  }
  out.time = *t - east;
  return true;
}

Text or_none(Text s) { return s == "-" ? Text{} : s; }

Text word(Text& s) {
  const std::size_t at = s.find(' ');
  const Text w = s.substr(0, at);
  s = at == Text::npos ? s.substr(s.size()) : s.substr(at + 1);
  return w;
}

bool address(Text s) {
  bool digit = false;
  for (const char c : s) {
    if (!((c >= '0' && c <= '9') || c == '.' || c == ':' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
      return false;
    digit |= (c >= '0' && c <= '9') || c == ':';
  }
  return digit && s.find_first_of(".:") != Text::npos;
}

// "client ident user", "vhost:80 client ident user"; a user name may hold blanks.
void who(Text s, Ncsa& out) {
  Text first = word(s);
  Text rest = s;
  const Text second = word(rest);
  if (!rest.empty() && rest.find(' ') != Text::npos && !address(first) && address(second)) {
    out.vhost = first;
    first = second;
    s = rest;
  }
  out.client = first;
  word(s);  // what identd said: never there
  out.user = or_none(s);
}

void request(Ncsa& out) {
  Text s = out.request;
  const std::size_t method = s.find(' ');
  bool upper = method != Text::npos && method > 0 && method <= 20;
  for (std::size_t i = 0; upper && i < method; ++i) upper = (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '-' || s[i] == '_';
  if (!upper) {
    out.target = or_none(s);
    return;
  }
  out.method = s.substr(0, method);
  s.remove_prefix(method + 1);
  const std::size_t version = s.rfind(' ');
  if (version != Text::npos && s.substr(version + 1, 5) == "HTTP/") {
    out.version = s.substr(version + 1);
    s = s.substr(0, version);
  }
  out.target = s;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = ascii_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace ncsa
}  // namespace

bool next_value(std::string_view& s, std::string_view& value) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  if (s.empty()) return false;
  if (s.front() != '"') {
    value = ncsa::word(s);
    return true;
  }
  std::size_t at = 1;
  while (at < s.size() && s[at] != '"') at += s[at] == '\\' ? 2 : 1;
  if (at > s.size()) at = s.size();
  value = s.substr(1, at - 1);
  s.remove_prefix(at < s.size() ? at + 1 : at);
  return true;
}

bool parse_ncsa(std::string_view line, Ncsa& out) {
  out = {};
  std::size_t open = line.find(" [");
  // A user name may hold a bracket: the right one has a date behind it.
  while (open != std::string_view::npos && !ncsa::stamp(line.substr(open + 2), out)) open = line.find(" [", open + 1);
  if (open == std::string_view::npos) return false;
  const std::size_t close = line.find(']', open);
  if (close == std::string_view::npos) return false;
  out.stamp = line.substr(open + 2, close - open - 2);
  ncsa::who(line.substr(0, open), out);
  std::string_view s = line.substr(close + 1);
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  if (out.client.empty() || s.empty() || s.front() != '"' || !next_value(s, out.request)) return false;
  ncsa::request(out);
  if (!next_value(s, out.status) || !next_value(s, out.bytes)) return !out.status.empty();
  out.status = ncsa::or_none(out.status);
  out.bytes = ncsa::or_none(out.bytes);
  if (next_value(s, out.referer)) out.referer = ncsa::or_none(out.referer);
  if (next_value(s, out.agent)) out.agent = ncsa::or_none(out.agent);
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  out.rest = s;
  return true;
}

std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 == s.size()) {
      out += s[i];
      continue;
    }
    const char c = s[i + 1];
    const int a = i + 3 < s.size() ? ncsa::hex(s[i + 2]) : -1, b = i + 3 < s.size() ? ncsa::hex(s[i + 3]) : -1;
    if (c == 'x' && a >= 0 && b >= 0) {
      out += static_cast<char>(a * 16 + b);
      i += 3;
    } else if (c == '"' || c == '\\') {
      out += c;
      ++i;
    } else if (c == 'n' || c == 't') {
      out += c == 'n' ? '\n' : '\t';
      ++i;
    } else {
      out += '\\';
    }
  }
  return out;
}

std::string w3c_name(std::string_view name) {
  std::string out;
  const std::size_t open = name.find('(');
  if (open == std::string_view::npos || name.back() != ')') return to_valid_utf8(name);
  out.append(name.substr(0, open)).append("-");
  for (const char c : name.substr(open + 1, name.size() - open - 2)) out += ascii_lower(c);
  return to_valid_utf8(out);
}

}  // namespace custos::ingest::access
