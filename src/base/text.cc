#include "base/text.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <simdjson.h>
#include <utf8proc.h>

namespace custos {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Length of the valid UTF-8 sequence at `s`, or 0. Table 3-7 of the Unicode Standard.
std::size_t sequence(const unsigned char* s, std::size_t n) {
  const unsigned char a = s[0];
  if (a < 0x80) return 1;
  const auto tail = [&](std::size_t i, unsigned lo = 0x80, unsigned hi = 0xBF) { return i < n && s[i] >= lo && s[i] <= hi; };
  if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    const unsigned lo = a == 0xE0 ? 0xA0 : 0x80, hi = a == 0xED ? 0x9F : 0xBF;
    return tail(1, lo, hi) && tail(2) ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    const unsigned lo = a == 0xF0 ? 0x90 : 0x80, hi = a == 0xF4 ? 0x8F : 0xBF;
    return tail(1, lo, hi) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

char* put(char* p, std::uint32_t c) {
  if (c < 0x80) {
    *p++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *p++ = static_cast<char>(0xC0 | (c >> 6));
    *p++ = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *p++ = static_cast<char>(0xE0 | (c >> 12));
    *p++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *p++ = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    *p++ = static_cast<char>(0xF0 | (c >> 18));
    *p++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    *p++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *p++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return p;
}

// Decodes one code point of valid UTF-8 and moves on.
std::uint32_t next(std::string_view s, std::size_t& at) {
  const auto* u = reinterpret_cast<const unsigned char*>(s.data());
  const std::size_t n = sequence(u + at, s.size() - at);
  if (n <= 1) return n == 1 ? u[at++] : (++at, 0xFFFDu);
  std::uint32_t c = n == 2 ? u[at] & 0x1Fu : n == 3 ? u[at] & 0x0Fu : u[at] & 0x07u;
  for (std::size_t i = 1; i < n; ++i) c = (c << 6) | (u[at + i] & 0x3Fu);
  at += n;
  return c;
}

std::string to_utf16(std::string_view s, bool big) {
  std::string out;
  const auto unit = [&](std::uint32_t u) {
    const char lo = static_cast<char>(u & 0xFF), hi = static_cast<char>(u >> 8);
    out += big ? hi : lo;
    out += big ? lo : hi;
  };
  for (std::size_t at = 0; at < s.size();) {
    const std::uint32_t c = next(s, at);
    if (c < 0x10000) {
      unit(c);
    } else {
      unit(0xD800 + ((c - 0x10000) >> 10));
      unit(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

bool hostile_to_a_terminal(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

// The first byte beyond ASCII at or behind `at`, or the end.
std::size_t skip_ascii(std::string_view s, std::size_t at) {
  constexpr std::uint64_t kHigh = 0x8080808080808080ull;
  const auto eight = [&s](std::size_t i) {
    std::uint64_t w;
    std::memcpy(&w, s.data() + i, 8);
    return w;
  };
  while (at + 32 <= s.size() && ((eight(at) | eight(at + 8) | eight(at + 16) | eight(at + 24)) & kHigh) == 0) at += 32;
  while (at + 8 <= s.size() && (eight(at) & kHigh) == 0) at += 8;
  while (at < s.size() && static_cast<unsigned char>(s[at]) < 0x80) ++at;
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view s) { return simdjson::validate_utf8(s.data(), s.size()); }

bool is_ascii_of_any_size(std::string_view s) { return skip_ascii(s, 0) == s.size(); }

std::string to_valid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  const auto* u = reinterpret_cast<const unsigned char*>(s.data());
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t n = sequence(u + at, s.size() - at);
    if (n == 0) {
      out += kReplacement;
      ++at;
    } else {
      out.append(s, at, n);
      at += n;
    }
  }
  return out;
}

std::string_view valid_utf8(std::string_view s, Arena& arena) {
  return is_valid_utf8(s) ? s : arena.keep(to_valid_utf8(s));
}

std::string_view utf16le_to_utf8(std::string_view units, Arena& arena) {
  const std::size_t n = units.size() / 2;
  const std::size_t asked = n * 3;
  char* const begin = arena.take(asked);
  char* p = begin;
  const auto unit = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(units[2 * i])) |
           static_cast<std::uint32_t>(static_cast<unsigned char>(units[2 * i + 1])) << 8;
  };
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t c = unit(i);
    if (c < 0x80) {
      *p++ = static_cast<char>(c);
      continue;
    }
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < n && unit(i + 1) >= 0xDC00 && unit(i + 1) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(++i) - 0xDC00);
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    p = put(p, c);
  }
  const auto used = static_cast<std::size_t>(p - begin);
  arena.give_back(asked, used);
  return {begin, used};
}

std::string utf8_to_utf16le(std::string_view s) { return to_utf16(s, false); }
std::string utf8_to_utf16be(std::string_view s) { return to_utf16(s, true); }

namespace {

std::uint32_t fold_one(std::uint32_t c) {
  const auto folded = static_cast<std::uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
  // Final and medial sigma are the same letter to a reader; simple folding takes both to U+03C3, lower case does not.
  return folded == 0x03C2 ? 0x03C3 : folded == 0x017F ? 's' : folded;
}

}  // namespace

bool folds_as_ascii(std::string_view s) {
  for (std::size_t at = skip_ascii(s, 0); at < s.size(); at = skip_ascii(s, at)) {
    const std::uint32_t c = next(s, at);
    if (fold_one(c) != c) return false;
  }
  return true;
}

bool fold_into(std::string_view s, std::string& out) {
  out.resize(s.size());
  unsigned char any = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    any |= c;
    out[i] = static_cast<char>(c | ((c >= 'A') & (c <= 'Z')) << 5);
  }
  if (any < 0x80) return true;
  // What was folded above stays wherever it is ASCII; only the rest is looked up. Folding may change a character's length.
  std::string rest;
  const std::size_t kept = skip_ascii(s, 0);
  for (std::size_t at = kept; at < s.size();) {
    char buffer[4];
    rest.append(buffer, put(buffer, fold_one(next(s, at))));
    const std::size_t end = skip_ascii(s, at);
    rest.append(out, at, end - at);
    at = end;
  }
  out.resize(kept);
  out += rest;
  return false;
}

std::string fold(std::string_view s) {
  std::string out;
  fold_into(s, out);
  return out;
}

bool equals_ignore_ascii_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

std::string_view trim(std::string_view s) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!s.empty() && space(s.front())) s.remove_prefix(1);
  while (!s.empty() && space(s.back())) s.remove_suffix(1);
  return s;
}

std::string printable(std::string_view s, std::size_t max) {
  std::string out;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t before = at;
    const std::size_t length = out.size();
    const std::uint32_t c = next(s, at);
    if (hostile_to_a_terminal(c)) {
      out += fmt::format("<U+{:04X}>", c);
    } else if (c == 0xFFFD) {
      out += kReplacement;
    } else {
      out.append(s, before, at - before);
    }
    if (max != 0 && out.size() > max) {
      out.resize(length);
      out += "...";
      break;
    }
  }
  return out;
}

void append_json_escaped(std::string& out, std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t run = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c >= 0xC2) {
      // C1 controls and marks that turn the direction of writing: whoever looks at the raw line has a terminal, too.
      std::size_t behind = i;
      const std::uint32_t character = next(s, behind);
      if (hostile_to_a_terminal(character)) {
        out.append(s, run, i - run);
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += kHex[character >> shift & 15];
        run = behind;
      }
      i = behind - 1;
      continue;
    }
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(s, run, i - run);
    run = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(s, run, s.size() - run);
}

}  // namespace custos
