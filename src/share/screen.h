// Lines for a terminal: headings, labelled entries, nothing wider than the screen.
// Called by summary.cc and incidents_told.cc; feeds the terminal.
// Owns its text; the options must outlive it.
// One thread.
// Refuses nothing: everything out of logs passes through shown() before it is measured.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "share/summary.h"

namespace custos::share {

// Valid, printable, of at most `max` columns.
std::string shown(std::string_view s, std::size_t max = 4096);
std::string upper(std::string_view s);
std::string_view tint(Level level);

class Screen {
 public:
  explicit Screen(const SummaryOptions& o);

  void line(std::string_view s = {});
  // One or two lines; returns how many.
  std::size_t heading(std::string_view s);
  // `  label     text`, the text wrapped below itself.
  void entry(std::string_view label, std::string_view text, std::size_t lines = 1);
  void raw(std::string_view s);
  std::string coloured(std::string_view s, std::string_view code) const;
  std::size_t width() const { return width_; }
  std::string take() { return std::move(out_); }

  static constexpr std::size_t kIndent = 18;

 private:
  const SummaryOptions& options_;
  std::size_t width_;
  std::string out_;
};

}  // namespace custos::share
