#include "ingest/formats/evtx/values.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include <fmt/format.h>

#include "base/text.h"

namespace custos::ingest::evtx {
namespace values {
namespace {

constexpr char kLower[] = "0123456789abcdef";
constexpr char kUpper[] = "0123456789ABCDEF";

// UTF-16 that is all ASCII, narrowed into `to`, which has room for eight bytes more than there are units. Returns the
// units done; fewer than all means that a unit is not ASCII.
std::size_t narrow(Bytes units, char* to) {
  const std::size_t n = units.size() / 2;
  std::size_t i = 0;
#if defined(__SSE2__)
  const __m128i high = _mm_set1_epi16(static_cast<short>(0xFF80));
  for (; i + 8 <= n; i += 8) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(units.data() + 2 * i));
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(v, high), _mm_setzero_si128())) != 0xFFFF) return i;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + i), _mm_packus_epi16(v, v));
  }
#endif
  for (; i < n; ++i) {
    const auto unit = load_le<std::uint16_t>(units, 2 * i);
    if (unit >= 0x80) return i;
    to[i] = static_cast<char>(unit);
  }
  return n;
}

std::string_view hex_number(std::uint64_t v, Arena& arena) {
  char* const begin = arena.take(18);
  char digits[16];
  std::size_t n = 0;
  do digits[n++] = kLower[v & 15];
  while ((v >>= 4) != 0);
  begin[0] = '0';
  begin[1] = 'x';
  for (std::size_t i = 0; i < n; ++i) begin[2 + i] = digits[n - 1 - i];
  arena.give_back(18, n + 2);
  return {begin, n + 2};
}

std::string_view hex_bytes(Bytes data, Arena& arena) {
  char* const begin = arena.take(2 * data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    begin[2 * i] = kUpper[static_cast<unsigned char>(data[i]) >> 4];
    begin[2 * i + 1] = kUpper[static_cast<unsigned char>(data[i]) & 15];
  }
  return {begin, 2 * data.size()};
}

std::string_view guid(Bytes data, Arena& arena) {
  // Position of each printed byte: the first three groups are little-endian numbers.
  static constexpr std::uint8_t kOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  char* const begin = arena.take(36);
  char* p = begin;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
    const auto b = load_le<std::uint8_t>(data, kOrder[i]);
    *p++ = kUpper[b >> 4];
    *p++ = kUpper[b & 15];
  }
  return {begin, 36};
}

char* decimal(std::uint64_t v, char* p) {
  const fmt::format_int digits(v);
  std::copy_n(digits.data(), digits.size(), p);
  return p + digits.size();
}

// S-revision-authority-sub-sub... The authority is a big-endian 48-bit number.
std::string_view sid(Bytes data, Arena& arena) {
  const std::size_t claimed = load_le<std::uint8_t>(data, 1);
  const std::size_t subs = data.size() < 8 ? 0 : std::min<std::size_t>(claimed, (data.size() - 8) / 4);
  const std::size_t asked = 32 + subs * 11;
  char* const begin = arena.take(asked);
  char* p = begin;
  *p++ = 'S';
  *p++ = '-';
  p = decimal(load_le<std::uint8_t>(data, 0), p);
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < 8; ++i) authority = authority << 8 | load_le<std::uint8_t>(data, i);
  *p++ = '-';
  p = decimal(authority, p);
  for (std::size_t i = 0; i < subs; ++i) {
    *p++ = '-';
    p = decimal(load_le<std::uint32_t>(data, 8 + 4 * i), p);
  }
  const auto used = static_cast<std::size_t>(p - begin);
  arena.give_back(asked, used);
  return {begin, used};
}

// Windows-1252: the bytes 80..9F, the others stand for themselves. Undefined ones keep their number, as Windows does.
constexpr std::uint16_t kWestern[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string_view ansi(Bytes data, Arena& arena) {
  while (!data.empty() && data.back() == 0) data.remove_suffix(1);
  if (is_ascii(data)) return arena.keep(data);
  std::string units;
  for (const char c : data) {
    const auto b = static_cast<unsigned char>(c);
    const std::uint16_t u = b >= 0x80 && b < 0xA0 ? kWestern[b - 0x80] : b;
    units += static_cast<char>(u & 0xFF);
    units += static_cast<char>(u >> 8);
  }
  return utf16le_to_utf8(units, arena);
}

Shown real(double v, bool narrow_type, Arena& arena) {
  if (!std::isfinite(v)) return {arena.keep(std::isnan(v) ? "NaN" : v < 0 ? "-Infinity" : "Infinity"), Type::Text};
  // The shortest digits that read back as the same number of the same width.
  std::string s = narrow_type ? fmt::format("{}", static_cast<float>(v)) : fmt::format("{}", v);
  if (s.find_first_not_of("-0123456789") == std::string::npos) s += ".0";
  return {arena.keep(s), Type::Float};
}

Micros system_time(Bytes data) {
  const auto u = [&](std::size_t i) { return static_cast<int>(load_le<std::uint16_t>(data, 2 * i)); };
  const auto t = from_civil({u(0), u(1), u(3), u(4), u(5), u(6), u(7) <= 999 ? u(7) * 1000 : 0});
  return t ? *t : kNoTime;
}

}  // namespace
}  // namespace values

std::uint32_t fixed_size(std::uint8_t type) {
  switch (type) {
    case kInt8:
    case kUInt8: return 1;
    case kInt16:
    case kUInt16: return 2;
    case kInt32:
    case kUInt32:
    case kReal32:
    case kBool:
    case kHexInt32: return 4;
    case kInt64:
    case kUInt64:
    case kReal64:
    case kFileTime:
    case kHexInt64: return 8;
    case kGuid:
    case kSystemTime: return 16;
    default: return 0;
  }
}

std::string_view ValueText::utf16(Bytes units, Arena& arena) {
  while (units.size() >= 2 && units[units.size() - 1] == 0 && units[units.size() - 2] == 0) units.remove_suffix(2);
  const std::size_t n = units.size() / 2;
  if (n == 0) return {};
  char* const begin = arena.take(n + 8);
  const std::size_t done = values::narrow(units, begin);
  if (done == n) {
    arena.give_back(n + 8, n);
    return {begin, n};
  }
  arena.give_back(n + 8, 0);
  return utf16le_to_utf8(units, arena);
}

Shown ValueText::integer(std::uint8_t type, Bytes data, Arena& arena) {
  // A value narrower or wider than its type is taken as it stands.
  const std::size_t width = std::min<std::size_t>(data.size(), 8);
  std::uint64_t v = 0;
  for (std::size_t i = width; i-- > 0;) v = v << 8 | load_le<std::uint8_t>(data, i);
  const bool is_signed = type == kInt8 || type == kInt16 || type == kInt32 || type == kInt64;
  char* const begin = arena.take(24);
  char* p = begin;
  if (is_signed && width > 0 && (v >> (8 * width - 1)) != 0) {
    if (width < 8) v |= ~std::uint64_t{0} << (8 * width);
    *p++ = '-';
    v = 0 - v;
  }
  p = values::decimal(v, p);
  const auto used = static_cast<std::size_t>(p - begin);
  arena.give_back(24, used);
  return {{begin, used}, Type::Int};
}

std::string_view ValueText::moment(Micros t, Arena& arena) {
  std::int64_t day = t / kDay, rest = t % kDay;
  if (rest < 0) {
    rest += kDay;
    --day;
  }
  if (day != day_) {
    const Civil c = to_civil(day * kDay);
    fmt::format_to_n(date_, sizeof date_, "{:04}-{:02}-{:02}T", c.year, c.month, c.day);
    day_ = day;
  }
  char* const begin = arena.take(27);
  std::copy_n(date_, 11, begin);
  char* p = begin + 27;
  *--p = 'Z';
  const auto digits = [&p](std::int64_t v, int n) {
    for (; n > 0; --n, v /= 10) *--p = static_cast<char>('0' + v % 10);
  };
  const std::int64_t seconds = rest / kSecond;
  digits(rest % kSecond, 6);
  *--p = '.';
  digits(seconds % 60, 2);
  *--p = ':';
  digits(seconds / 60 % 60, 2);
  *--p = ':';
  digits(seconds / 3600, 2);
  return {begin, 27};
}

std::string_view ValueText::file_time(std::uint64_t filetime, Arena& arena) {
  const auto t = from_filetime(filetime);
  return t ? moment(*t, arena) : values::hex_number(filetime, arena);
}

Shown ValueText::show(std::uint8_t type, Bytes data, Arena& arena) {
  switch (type) {
    case kNull: return {{}, Type::Null};
    case kString:
    case kEvtXml: return {utf16(data, arena)};
    case kAnsi: return {values::ansi(data, arena)};
    case kReal32: return values::real(static_cast<double>(load_le<float>(data, 0)), true, arena);
    case kReal64: return values::real(load_le<double>(data, 0), false, arena);
    case kBool: {
      const bool yes = std::any_of(data.begin(), data.end(), [](char c) { return c != 0; });
      return {arena.keep(yes ? "true" : "false"), Type::Bool};
    }
    case kGuid: return {values::guid(data, arena)};
    case kSizeT:
    case kHexInt32:
    case kHexInt64:
      return {values::hex_number(data.size() >= 8 ? load_le<std::uint64_t>(data, 0) : load_le<std::uint32_t>(data, 0),
                                 arena)};
    case kFileTime: return {file_time(load_le<std::uint64_t>(data, 0), arena)};
    case kSystemTime: {
      const Micros t = values::system_time(data);
      return {t == kNoTime ? values::hex_bytes(data, arena) : moment(t, arena)};
    }
    case kSid: return {values::sid(data, arena)};
    default: break;
  }
  if (type >= kInt8 && type <= kUInt64) return integer(type, data, arena);
  return {values::hex_bytes(data, arena)};
}

std::string_view without_padding(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool next_element(std::uint8_t type, Bytes data, std::uint32_t& at, Bytes& element) {
  if (at >= data.size()) return false;
  const auto left = static_cast<std::uint32_t>(data.size()) - at;
  std::uint32_t size = fixed_size(type), gap = 0;
  if (type == kString || type == kEvtXml || type == kAnsi) {
    // Texts end with a NUL; the last one may not.
    const std::uint32_t unit = type == kAnsi ? 1 : 2;
    for (size = 0; size + unit <= left; size += unit) {
      if (data[at + size] == 0 && (unit == 1 || data[at + size + 1] == 0)) {
        gap = unit;
        break;
      }
    }
  } else if (type == kSizeT) {
    size = data.size() % 8 == 0 ? 8 : 4;
  } else if (type == kSid) {
    size = 8 + 4u * load_le<std::uint8_t>(data, at + 1);
  } else if (size == 0) {
    size = left;
  }
  element = slice(data, at, std::min(size, left));
  at += std::max(1u, size + gap);
  return true;
}

}  // namespace custos::ingest::evtx
