#include "ingest/formats/json/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.h"

namespace custos::ingest::json {
namespace grammar {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What stands for an escaped character; 0 where it needs a closer look.
constexpr auto kEscapes = [] {
  std::array<char, 256> t{};
  t['"'] = '"';
  t['\\'] = '\\';
  t['/'] = '/';
  t['b'] = '\b';
  t['f'] = '\f';
  t['n'] = '\n';
  t['r'] = '\r';
  t['t'] = '\t';
  return t;
}();

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The unit of "uXXXX" at p, or -1.
int unit_at(const char* p, const char* end) {
  if (end - p < 5 || *p != 'u') return -1;
  int value = 0;
  for (int i = 1; i <= 4; ++i) {
    const int digit = hex_digit(p[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char* put_utf8(std::uint32_t c, char* out) {
  const auto byte = [](std::uint32_t b) { return static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) {
    *out++ = byte(c);
  } else if (c < 0x800) {
    *out++ = byte(0xC0 | c >> 6);
    *out++ = byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = byte(0xE0 | c >> 12);
    *out++ = byte(0x80 | (c >> 6 & 0x3F));
    *out++ = byte(0x80 | (c & 0x3F));
  } else {
    *out++ = byte(0xF0 | c >> 18);
    *out++ = byte(0x80 | (c >> 12 & 0x3F));
    *out++ = byte(0x80 | (c >> 6 & 0x3F));
    *out++ = byte(0x80 | (c & 0x3F));
  }
  return out;
}

// p stands on the 'u'. Moves it behind the escape, or behind both halves of a pair.
char* put_unit(const char*& p, const char* end, char* out, std::uint32_t& half) {
  const int first = unit_at(p, end);
  if (first < 0) return nullptr;
  p += 5;
  auto c = static_cast<std::uint32_t>(first);
  if (c >= 0xD800 && c < 0xE000) {
    const int second = c < 0xDC00 && end - p >= 6 && *p == '\\' ? unit_at(p + 1, end) : -1;
    if (second >= 0xDC00 && second < 0xE000) {
      p += 6;
      c = 0x10000 + ((c - 0xD800) << 10) + (static_cast<std::uint32_t>(second) - 0xDC00);
    } else {
      ++half;
      c = 0xFFFD;
    }
  }
  return put_utf8(c, out);
}

constexpr std::ptrdiff_t kBlock = 64;

// A bit for each of the 64 bytes at p that is a backslash and lies before `end`.
std::uint64_t backslashes(const char* p, const char* end) {
  std::uint64_t found = 0;
#if defined(__SSE2__)
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
    const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    found |= static_cast<std::uint64_t>(static_cast<unsigned>(equal)) << (16 * i);
  }
#else
  for (std::ptrdiff_t i = 0; i < kBlock; ++i) found |= static_cast<std::uint64_t>(p[i] == '\\') << i;
#endif
  const std::ptrdiff_t left = end - p;
  return left < kBlock ? found & ((std::uint64_t{1} << left) - 1) : found;
}

// Sixteen bytes at a time, wanted or not; only the pointers say how many count.
char* copy(const char* from, const char* to, char* out) {
  char* const end = out + (to - from);
  do {
    std::memcpy(out, from, 16);
    out += 16;
    from += 16;
  } while (out < end);
  return end;
}

}  // namespace
}  // namespace grammar

char* unescape(std::string_view s, char* out, std::uint32_t& half) {
  const char* const end = s.data() + s.size();
  const char* from = s.data();  // what is not yet written
  // The backslashes of a whole block are found at once: from one to the next the processor has no load to wait for.
  for (const char* block = from; block < end; block += grammar::kBlock) {
    std::uint64_t slashes = grammar::backslashes(block, end);
    if (from > block) slashes = from - block < grammar::kBlock ? slashes >> (from - block) << (from - block) : 0;
    while (slashes != 0) {
      const char* const slash = block + std::countr_zero(slashes);
      slashes &= slashes - 1;
      out = grammar::copy(from, slash, out);
      from = slash + 1;
      if (from == end) return nullptr;
      const char plain_form = grammar::kEscapes[static_cast<unsigned char>(*from)];
      if (plain_form != 0) {
        *out++ = plain_form;
        // An escaped backslash begins no escape.
        if (*from++ == '\\') slashes &= slashes - 1;
        continue;
      }
      out = grammar::put_unit(from, end, out, half);
      if (out == nullptr) return nullptr;
      const std::ptrdiff_t done = from - block;
      slashes = done < grammar::kBlock ? slashes >> done << done : 0;
    }
  }
  return grammar::copy(from, end, out);
}

Number number_kind(std::string_view s) {
  const char* p = s.data();
  const char* const end = p + s.size();
  const auto digits = [&] {
    const char* const from = p;
    while (p < end && *p >= '0' && *p <= '9') ++p;
    return p - from;
  };
  if (p < end && *p == '-') ++p;
  const bool zero = p < end && *p == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return Number::None;
  if (p == end) return Number::Int;
  if (*p == '.') {
    ++p;
    if (digits() == 0) return Number::None;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p < end && (*p == '+' || *p == '-')) ++p;
    if (digits() == 0) return Number::None;
  }
  return p == end ? Number::Float : Number::None;
}

std::string_view Repaired::repair(std::string_view raw, Arena& arena) {
  constexpr std::size_t kCopyPadding = 64;
  places_.clear();
  const std::string fixed = to_valid_utf8(raw);
  char* const copy = arena.take(fixed.size() + kCopyPadding);
  std::memcpy(copy, fixed.data(), fixed.size());
  std::memset(copy + fixed.size(), 0, kCopyPadding);
  const std::string_view view(copy, fixed.size());
  // A replacement that is no U+FFFD of the record itself was put in for one byte.
  for (std::size_t i = 0, j = 0; i < raw.size() && j < view.size();) {
    if (view.substr(j, 3) == grammar::kReplacement && raw.substr(i, 3) != grammar::kReplacement) {
      places_.push_back(static_cast<std::uint32_t>(j));
      i += 1;
      j += 3;
    } else {
      ++i;
      ++j;
    }
  }
  return view;
}

std::uint32_t Repaired::original(std::uint32_t at) const {
  const auto before = std::lower_bound(places_.begin(), places_.end(), at) - places_.begin();
  return at - 2 * static_cast<std::uint32_t>(before);
}

}  // namespace custos::ingest::json
