#include "evidence/age/bech32.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence {
namespace bech32 {
namespace {

constexpr std::string_view kLetters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kMostLetters = 8u << 10, kMostPrefix = 83, kChecksum = 6;

// The remainder of a polynomial over GF(32); a text with its checksum leaves 1.
class Remainder {
 public:
  void add(std::uint32_t five_bits) {
    static constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = value_ >> 25;
    value_ = (value_ & 0x1ffffff) << 5 ^ five_bits;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1) != 0) value_ ^= kGenerator[i];
    }
  }

  // `prefix` in lower case.
  void add_prefix(std::string_view prefix) {
    for (const char c : prefix) add(static_cast<unsigned char>(c) >> 5);
    add(0);
    for (const char c : prefix) add(static_cast<unsigned char>(c) & 31u);
  }

  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 1;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

bool is_of_one_case(std::string_view text) {
  const auto any = [&](char first, char last) { return std::any_of(text.begin(), text.end(), [=](char c) { return c >= first && c <= last; }); };
  return !any('a', 'z') || !any('A', 'Z');
}

// Eights bits out of five. False where more than four bits are left over, or one of them is set.
bool to_bytes(std::string_view fives, std::string& bytes) {
  std::uint32_t v = 0;
  unsigned bits = 0;
  bytes.reserve(fives.size() * 5 / 8);
  for (const char five : fives) {
    v = v << 5 | static_cast<std::uint32_t>(five);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(v >> bits & 255);
  }
  return bits < 5 && (v & ((1u << bits) - 1)) == 0;
}

}  // namespace
}  // namespace bech32

std::string to_bech32(std::string_view prefix, std::string_view bytes) {
  std::string out(prefix);
  out.reserve(prefix.size() + 1 + (bytes.size() * 8 + 4) / 5 + bech32::kChecksum);
  out += '1';
  bech32::Remainder remainder;
  remainder.add_prefix(prefix);
  const auto put = [&](std::uint32_t five) {
    remainder.add(five);
    out += bech32::kLetters[five];
  };
  std::uint32_t v = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    v = v << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) put(v >> (bits - 5) & 31);
  }
  if (bits > 0) put(v << (5 - bits) & 31);
  for (std::size_t i = 0; i < bech32::kChecksum; ++i) remainder.add(0);
  for (int shift = 25; shift >= 0; shift -= 5) out += bech32::kLetters[(remainder.value() ^ 1) >> shift & 31];
  return out;
}

Result<Bech32> parse_bech32(std::string_view text) {
  using namespace bech32;
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("is no Bech32 text ({}); copy it once more, whole", why)); };
  if (text.size() > kMostLetters) return wrong("it is longer than any key");
  if (!is_of_one_case(text)) return wrong("it mixes lower and upper case");
  const std::size_t split = text.rfind('1');
  if (split == std::string_view::npos || split == 0 || split > kMostPrefix) return wrong("it has no prefix and '1'");
  Bech32 out{std::string(text.substr(0, split)), {}};
  if (std::any_of(out.prefix.begin(), out.prefix.end(), [](char c) { return c < '!' || c > '~'; })) return wrong("its prefix is no ASCII");
  const std::string_view data = text.substr(split + 1);
  if (data.size() < kChecksum) return wrong("it has no room for a checksum");
  Remainder remainder;
  remainder.add_prefix(lower(out.prefix));
  std::string fives;
  fives.reserve(data.size());
  for (const char c : data) {
    const std::size_t five = kLetters.find(ascii_lower(c));
    if (five == std::string_view::npos) return wrong("it has a letter that Bech32 does not use");
    remainder.add(static_cast<std::uint32_t>(five));
    fives += static_cast<char>(five);
  }
  if (remainder.value() != 1) return wrong("its checksum does not hold");
  if (!to_bytes(std::string_view(fives).substr(0, fives.size() - kChecksum), out.bytes)) return wrong("bits are left over");
  return out;
}

}  // namespace custos::evidence
