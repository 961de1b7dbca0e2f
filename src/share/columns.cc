#include "share/columns.h"

#include <algorithm>

#include <utf8proc.h>

namespace custos::share {
namespace columns_file {
namespace {

struct Character {
  std::size_t bytes, columns;
};

Character character(std::string_view s, std::size_t at) {
  utf8proc_int32_t c = 0;
  const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(s.data()) + at,
                                  static_cast<utf8proc_ssize_t>(s.size() - at), &c);
  if (n <= 0) return {1, 1};
  return {static_cast<std::size_t>(n), static_cast<std::size_t>(std::max(0, utf8proc_charwidth(c)))};
}

// Bytes of the longest head of `s` that takes at most `width` columns.
std::size_t head(std::string_view s, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t used = 0; at < s.size();) {
    const Character c = character(s, at);
    if (used + c.columns > width) break;
    used += c.columns;
    at += c.bytes;
  }
  return at;
}

}  // namespace
}  // namespace columns_file

std::size_t columns(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < s.size();) {
    const auto c = columns_file::character(s, at);
    n += c.columns;
    at += c.bytes;
  }
  return n;
}

std::string fitted(std::string_view s, std::size_t width) {
  if (columns(s) <= width) return std::string(s);
  if (width <= 3) return std::string(s.substr(0, columns_file::head(s, width)));
  return std::string(s.substr(0, columns_file::head(s, width - 3))) + "...";
}

std::string fitted_path(std::string_view s, std::size_t width) {
  const std::size_t all = columns(s);
  if (all <= width || width <= 12) return fitted(s, width);
  const std::size_t front = (width - 3) / 3;
  const std::size_t back = width - 3 - front;
  std::size_t skip = columns_file::head(s, all - back);
  while (columns(s.substr(skip)) > back) skip += columns_file::character(s, skip).bytes;
  return std::string(s.substr(0, columns_file::head(s, front))) + "..." + std::string(s.substr(skip));
}

std::string padded(std::string_view s, std::size_t width) {
  std::string out(s);
  const std::size_t n = columns(s);
  if (n < width) out.append(width - n, ' ');
  return out;
}

std::vector<std::string> wrapped(std::string_view s, std::size_t width, std::size_t lines) {
  std::vector<std::string> out;
  width = std::max<std::size_t>(width, 4);
  while (!s.empty() && out.size() < lines) {
    if (out.size() + 1 == lines || columns(s) <= width) {
      out.push_back(fitted(s, width));
      break;
    }
    std::size_t cut = columns_file::head(s, width);
    const std::size_t blank = s.rfind(' ', cut);
    const bool at_blank = blank != std::string_view::npos && blank > 0;
    if (at_blank) cut = blank;
    out.emplace_back(s.substr(0, cut));
    s.remove_prefix(at_blank ? cut + 1 : cut);
  }
  return out;
}

}  // namespace custos::share
