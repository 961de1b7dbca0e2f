#include "cli/progress.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/clock.h"

namespace custos::cli {
namespace progress_text {

std::string size(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

std::string count(double n) {
  if (n < 10'000) return fmt::format("{:.0f}", n);
  if (n < 1e6) return fmt::format("{:.0f} k", n / 1e3);
  return fmt::format("{:.2f} M", n / 1e6);
}

std::string left(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s left", seconds);
  return fmt::format("{:.0f} min left", seconds / 60);
}

}  // namespace progress_text

ProgressLine::ProgressLine(std::FILE* to, bool terminal, bool quiet) : to_(to), terminal_(terminal), quiet_(quiet), start_(steady_seconds()) {}

void ProgressLine::show(const engine::Progress& p) {
  using namespace progress_text;
  const double now = steady_seconds() - start_;
  const bool finished = p.files_done == p.files_total;
  // Off a terminal a line every five seconds is enough, and none at all for what is over at once.
  if (quiet_ || (!terminal_ && (now < 5 || (!finished && now - last_ < 5)))) return;
  last_ = now;
  shown_ = true;
  const double done = static_cast<double>(p.bytes_done), total = static_cast<double>(std::max<std::uint64_t>(p.bytes_total, 1));
  const double share = std::min(1.0, done / total);
  std::string text = fmt::format("{} of {}, {} events, {}/s, {} findings", size(done), size(total), count(static_cast<double>(p.events)),
                                 count(static_cast<double>(p.events) / std::max(now, 0.001)), p.findings);
  if (!finished && share > 0.02) text += ", " + left(now / share - now);
  if (!terminal_) {
    fmt::print(to_, "{:3.0f} % {}\n", share * 100, text);
    return;
  }
  constexpr int kWidth = 24;
  const int full = static_cast<int>(share * kWidth);
  fmt::print(to_, "\r[{:#<{}}{: <{}}] {:3.0f} % {}\x1b[K", "", full, "", kWidth - full, share * 100, text);
  std::fflush(to_);
}

void ProgressLine::end() {
  if (terminal_ && shown_) fmt::print(to_, "\n");
}

}  // namespace custos::cli
