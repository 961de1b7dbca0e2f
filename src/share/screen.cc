#include "share/screen.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "share/columns.h"

namespace custos::share {

std::string shown(std::string_view s, std::size_t max) {
  return printable(is_valid_utf8(s) ? std::string(s) : to_valid_utf8(s), max);
}

std::string_view tint(Level level) {
  switch (level) {
    case Level::Critical: return "1;97;41";
    case Level::High: return "1;31";
    case Level::Medium: return "1;33";
    case Level::Low: return "36";
    case Level::Informational: return "2";
  }
  return "0";
}

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

Screen::Screen(const SummaryOptions& o) : options_(o), width_(std::max<std::size_t>(o.width, 60)) {}

void Screen::line(std::string_view s) { (out_ += fitted(s, width_)) += '\n'; }

std::size_t Screen::heading(std::string_view s) {
  const auto parts = wrapped(s, width_, 2);
  for (const std::string& part : parts) (out_ += coloured(part, "1")) += '\n';
  return parts.size();
}

void Screen::entry(std::string_view label, std::string_view text, std::size_t lines) {
  bool first = true;
  for (const std::string& part : wrapped(text, width_ - kIndent, lines)) {
    out_ += first ? "  " + padded(label, kIndent - 2) : std::string(kIndent, ' ');
    (out_ += part) += '\n';
    first = false;
  }
}

void Screen::raw(std::string_view s) { (out_ += s) += '\n'; }

std::string Screen::coloured(std::string_view s, std::string_view code) const {
  return options_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, s) : std::string(s);
}

}  // namespace custos::share
