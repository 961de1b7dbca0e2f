#include "share/release/normal.h"

#include <utf8proc.h>

#include <array>

namespace custos::share {
namespace normal_form {
namespace {

constexpr auto kHow = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

// "<U+202E>": what stands for a character that nobody would see. Its length; 0: it is none.
std::size_t shown_control(std::string_view s) {
  if (!s.starts_with("<U+")) return 0;
  std::size_t n = 3;
  while (n < s.size() && n < 9 && is_hex(s[n])) ++n;
  return n >= 7 && n < s.size() && s[n] == '>' ? n + 1 : 0;
}

class Maker {
 public:
  explicit Maker(std::size_t size) {
    out.text.reserve(size);
    out.from.reserve(size);
    out.to.reserve(size);
  }

  void ascii(char c, std::uint32_t from, std::uint32_t to) {
    if (c == '\\') c = '/';
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') c = ' ';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return;
    if ((c == ' ' || c == '/') && !out.text.empty() && out.text.back() == c) {
      out.to.back() = to;
      return;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    out.add(c, from, to);
  }

  void character(utf8proc_int32_t c, std::uint32_t from, std::uint32_t to) {
    if (c >= 0x80 && c < 0xA0) return;
    std::array<utf8proc_int32_t, 64> parts;
    int last = 0;
    const auto n = utf8proc_decompose_char(c, parts.data(), static_cast<utf8proc_ssize_t>(parts.size()), kHow, &last);
    if (n < 0 || n > static_cast<utf8proc_ssize_t>(parts.size())) return ascii(' ', from, to);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      if (parts[i] < 0x80) {
        ascii(static_cast<char>(parts[i]), from, to);
        continue;
      }
      if (utf8proc_category(parts[i]) == UTF8PROC_CATEGORY_ZS) {
        ascii(' ', from, to);
        continue;
      }
      std::array<utf8proc_uint8_t, 4> bytes;
      const auto size = utf8proc_encode_char(parts[i], bytes.data());
      for (utf8proc_ssize_t b = 0; b < size; ++b) out.add(static_cast<char>(bytes[static_cast<std::size_t>(b)]), from, to);
    }
  }

  Traced out;
};

}  // namespace
}  // namespace normal_form

Traced trace(std::string_view text) {
  Traced t;
  t.text = text;
  t.from.resize(text.size());
  t.to.resize(text.size());
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    t.from[i] = i;
    t.to[i] = i + 1;
  }
  return t;
}

Traced normal(const Traced& t) {
  normal_form::Maker maker(t.text.size());
  const std::string_view s = t.text;
  for (std::size_t i = 0; i < s.size();) {
    if (static_cast<unsigned char>(s[i]) < 0x80) {
      if (const std::size_t n = s[i] == '<' ? normal_form::shown_control(s.substr(i, 12)) : 0; n > 0) {
        i += n;
        continue;
      }
      maker.ascii(s[i], t.from[i], t.to[i]);
      ++i;
      continue;
    }
    utf8proc_int32_t c = 0;
    const auto n =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(s.data() + i), static_cast<utf8proc_ssize_t>(std::min<std::size_t>(s.size() - i, 4)), &c);
    const std::size_t size = n > 0 ? static_cast<std::size_t>(n) : 1;
    if (n > 0) maker.character(c, t.from[i], t.to[i + size - 1]);
    if (n <= 0) maker.ascii(' ', t.from[i], t.to[i]);
    i += size;
  }
  return std::move(maker.out);
}

std::string normal(std::string_view text) { return normal(trace(text)).text; }

}  // namespace custos::share
