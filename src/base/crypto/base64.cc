#include "base/crypto/base64.h"

#include <array>
#include <cstdint>

namespace custos {
namespace base64 {
namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view letters, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto at = [&](std::size_t k) { return k < left ? static_cast<unsigned char>(bytes[i + k]) : 0u; };
    const std::uint32_t v = at(0) << 16 | at(1) << 8 | at(2);
    out += letters[v >> 18];
    out += letters[v >> 12 & 63];
    if (left > 1) out += letters[v >> 6 & 63];
    if (left > 2) out += letters[v & 63];
    if (padded && left < 3) out.append(3 - left, '=');
  }
  return out;
}

// Texts without padding.
bool decode(std::string_view text, std::string_view letters, std::string& bytes) {
  std::array<std::int8_t, 256> value;
  value.fill(-1);
  for (std::size_t i = 0; i < letters.size(); ++i) value[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
  bytes.clear();
  if (text.size() % 4 == 1) return false;
  std::uint32_t v = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::int8_t d = value[static_cast<unsigned char>(c)];
    if (d < 0) return false;
    v = v << 6 | static_cast<std::uint32_t>(d);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(v >> bits & 255);
  }
  return (v & ((1u << bits) - 1)) == 0;
}

}  // namespace
}  // namespace base64

std::string to_base64(std::string_view bytes) { return base64::encode(bytes, base64::kPlain, true); }

bool from_base64(std::string_view text, std::string& bytes) {
  if (text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return base64::decode(text, base64::kPlain, bytes);
}

std::string to_base64url(std::string_view bytes) { return base64::encode(bytes, base64::kUrl, false); }

bool from_base64url(std::string_view text, std::string& bytes) { return base64::decode(text, base64::kUrl, bytes); }

}  // namespace custos
