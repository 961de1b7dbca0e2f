// The small figures of a record that nobody decides: ids, ports, the seconds of a handshake.
// Called by the sensors of network, Linux and cloud; feeds their lines.
// A generator lives as long as the record it is made for.
// One thread.
// Refuses nothing. It is seeded by what happened and when, not by what was drawn before, so that one act more elsewhere changes no other record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulate/rng.h"
#include "simulate/world/world.h"

namespace custos::simulate {

inline Rng detail(const World& world, Micros at, std::string_view what, std::uint64_t more = 0) {
  return {(world.seed + 1) * 0xD6E8FEB86659FD93ull ^ static_cast<std::uint64_t>(at) * 0xA0761D6478BD642Full ^ more, what};
}

// The lowest `digits` (at most 16) hexadecimal digits, in lower case.
inline void append_hex(std::string& out, std::uint64_t v, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[v >> shift & 15];
}

// Decimal, with zeros in front up to `digits`.
inline void append_padded(std::string& out, std::uint64_t v, int digits) {
  char text[20];
  for (int i = digits - 1; i >= 0; --i, v /= 10) text[i] = static_cast<char>('0' + v % 10);
  out.append(text, static_cast<std::size_t>(digits));
}

inline void append_number(std::string& out, std::uint64_t v) {
  char text[20];
  char* at = text + sizeof text;
  do {
    *--at = static_cast<char>('0' + v % 10);
    v /= 10;
  } while (v > 0);
  out.append(at, static_cast<std::size_t>(text + sizeof text - at));
}

// A random UUID (RFC 4122, version 4).
inline void append_guid(std::string& out, Rng& rng) {
  const std::uint64_t a = rng.next(), b = rng.next();
  append_hex(out, a >> 32, 8);
  out += '-';
  append_hex(out, a >> 16, 4);
  out += "-4";
  append_hex(out, a, 3);
  out += '-';
  append_hex(out, 0x8000 | (b >> 48 & 0x3FFF), 4);
  out += '-';
  append_hex(out, b, 12);
}

// The same UUID for the same text, in every run.
inline std::string guid_of(std::string_view what) {
  Rng rng(0, what);
  std::string out;
  append_guid(out, rng);
  return out;
}

inline void append_base62(std::string& out, Rng& rng, int characters) {
  std::uint64_t v = 0;
  for (int i = 0; i < characters; ++i) {
    if (i % 10 == 0) v = rng.next();
    out += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[v % 62];
    v /= 62;
  }
}

}  // namespace custos::simulate
