#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/text.h"
#include "share/page/page.h"

namespace custos::share::page {
namespace text_file {
namespace {

void escape(std::string& out, std::string_view s) {
  for (const char c : s) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

// At most `max` bytes of valid UTF-8; true when something was cut off.
bool cut(std::string& s, std::size_t max) {
  if (s.size() <= max) return false;
  while (max > 0 && (static_cast<unsigned char>(s[max]) & 0xC0) == 0x80) --max;
  s.resize(max);
  return true;
}

std::string clean(std::string_view s) { return is_valid_utf8(s) ? std::string(s) : to_valid_utf8(s); }

unsigned digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

struct Chip {
  std::string_view word, shape;
};
constexpr std::array<Chip, 5> kChips{{{"informational", "\u25CB"},
                                      {"low", "\u25CF"},
                                      {"medium", "\u25C6"},
                                      {"high", "\u25B2"},
                                      {"critical", "\u25B2\u25B2"}}};

}  // namespace
}  // namespace text_file

std::string integrity(std::string_view block) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string hex = sha256_hex(block);
  std::string out = "'sha256-";
  // 12 bits of hexadecimal are two characters of base64; 256 bits leave 4 over.
  for (std::size_t i = 0; i + 3 <= hex.size(); i += 3) {
    const unsigned v = text_file::digit(hex[i]) << 8 | text_file::digit(hex[i + 1]) << 4 | text_file::digit(hex[i + 2]);
    out += kAlphabet[v >> 6];
    out += kAlphabet[v & 63];
  }
  out += kAlphabet[text_file::digit(hex.back()) << 2];
  return out + "='";
}

void append_text(std::string& out, std::string_view text, std::size_t max) {
  text_file::escape(out, printable(text_file::clean(text), max));
}

void append_lines(std::string& out, std::string_view text, std::size_t max) {
  std::string all = text_file::clean(text);
  const bool was_cut = text_file::cut(all, max);
  for (std::size_t at = 0; at <= all.size();) {
    const std::size_t end = std::min(all.find_first_of("\n\t", at), all.size());
    std::string_view line = std::string_view(all).substr(at, end - at);
    if (end < all.size() && all[end] == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    text_file::escape(out, printable(line));
    if (end < all.size()) out += all[end];
    at = end + 1;
  }
  if (was_cut) out += " ... (cut: the whole record is in the source file and in the JSON output)";
}

void append_level(std::string& out, Level level) {
  const text_file::Chip& chip = text_file::kChips[static_cast<std::size_t>(level)];
  out.append("<span class=\"level ").append(chip.word).append("\"><span aria-hidden=\"true\">").append(chip.shape);
  out.append("</span> ").append(chip.word).append("</span>");
}

}  // namespace custos::share::page
