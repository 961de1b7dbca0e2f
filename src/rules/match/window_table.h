// Finds texts anywhere in a value by short windows of them: a filter says no for almost every window, a table says which texts.
// Built and used by ValueIndex.
// Immutable after build().
// Any thread once built.
// Refuses nothing. Texts are folded; values may be folded or ASCII as they are: letters are compared without case.
//
// A text of at least width + step - 1 bytes holds a window that begins at a multiple of step wherever it stands, so only
// every step-th window of a value is looked at, and step neighbouring windows of each text are entered. The shortest text
// sets the step.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/text.h"

namespace custos::rules {

template <class Window>
class WindowTable {
 public:
  static constexpr std::size_t kWidth = sizeof(Window);  // no text may be shorter

  void add(std::string_view text, std::uint32_t tag) {
    texts_.push_back({tag, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(text.size())});
    bytes_ += text;
  }
  bool empty() const { return texts_.empty(); }
  std::size_t step() const { return step_; }  // windows of a value looked at: one in so many
  void build();

  // hit(tag) for each text in the value, possibly several times.
  template <class F>
  void search(std::string_view value, F hit) const {
    if (table_.empty() || value.size() < kWidth) return;
    // Locals: hit() may write anywhere, and would have everything loaded again for every window.
    const char* const p = value.data();
    if (!bytes_of_window_.empty()) {
      const std::uint8_t* const known = bytes_of_window_.data();
      const std::uint32_t shift = filter_shift_;
      each(value, [=](std::size_t i) { return known[mixed(load(p + i)) >> shift]; }, hit);
    } else {
      const std::uint64_t* const known = bits_of_window_.data();
      const std::uint32_t shift = filter_shift_;
      each(value, [=](std::size_t i) {
        const std::uint32_t h = mixed(load(p + i)) >> shift;
        return known[h >> 6] >> (h & 63) & 1;
      }, hit);
    }
  }

 private:
  struct Text {
    std::uint32_t tag, at, size;
  };
  struct Entry {
    std::uint32_t text;    // in texts_
    std::uint32_t offset;  // of the window within it
  };
  struct Bucket {
    Window window = 0;
    std::uint32_t first = 0, count = 0;
  };

  // Letters without case; some signs fall together too, which verify() takes apart.
  static Window load(const char* p) {
    Window w;
    std::memcpy(&w, p, kWidth);
    return static_cast<Window>(w | static_cast<Window>(0x2020202020202020ull));
  }
  static std::uint32_t mixed(Window w) { return static_cast<std::uint32_t>(w) * 0x9E3779B1u; }

  // Four windows at a time, the last ones over again rather than one by one: most values end within the first round, and
  // a branch that goes the same way every time costs nothing.
  template <class Passes, class F>
  void each(std::string_view value, Passes passes, F hit) const {
    const std::size_t last = value.size() - kWidth, step = step_;
    const auto look = [&](std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
      if ((passes(a) | passes(b) | passes(c) | passes(d)) == 0) return;
      for (const std::size_t i : {a, b, c, d}) {
        if (passes(i)) verify(value, i, load(value.data() + i), hit);
      }
    };
    std::size_t i = 0;
    for (; i + 3 * step < last; i += 4 * step) look(i, i + step, i + 2 * step, i + 3 * step);
    if (i <= last) look(i, std::min(i + step, last), std::min(i + 2 * step, last), std::min(i + 3 * step, last));
  }

  template <class F>
  void verify(std::string_view value, std::size_t i, Window w, F hit) const {
    for (std::uint32_t s = mixed(w) >> table_shift_;; s = (s + 1) & table_mask_) {
      const Bucket& b = table_[s];
      if (b.count == 0) return;
      if (b.window != w) continue;
      for (std::uint32_t k = b.first; k < b.first + b.count; ++k) {
        const Text& t = texts_[entries_[k].text];
        const std::uint32_t offset = entries_[k].offset;
        if (i < offset || value.size() - (i - offset) < t.size) continue;
        if (same(value.data() + i - offset, bytes_.data() + t.at, t.size)) hit(t.tag);
      }
      return;
    }
  }

  static bool same(const char* value, const char* folded, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      if (ascii_lower(value[i]) != folded[i]) return false;
    }
    return true;
  }

  std::string bytes_;
  std::vector<Text> texts_;
  std::vector<Entry> entries_;  // by window
  // Says no for almost every window: a byte each where they are few, a bit each where that would fill the first cache.
  std::vector<std::uint8_t> bytes_of_window_;
  std::vector<std::uint64_t> bits_of_window_;
  std::vector<Bucket> table_;
  std::uint32_t filter_shift_ = 0, table_shift_ = 0, table_mask_ = 0;
  std::size_t step_ = 8;
};

template <class Window>
void WindowTable<Window>::build() {
  if (texts_.empty()) return;
  // Longer steps enter more windows, and more windows of a value pass the filter in vain.
  constexpr std::size_t kLongestStep = 8, kMostWindows = 1u << 16;
  std::size_t shortest = texts_[0].size;
  for (const Text& t : texts_) shortest = std::min<std::size_t>(shortest, t.size);
  step_ = std::min(kWidth == 1 ? 1 : shortest - kWidth + 1, kLongestStep);
  while (step_ > 1 && texts_.size() * step_ > kMostWindows) --step_;
  // Windows are a few letters: as they stand they would crowd a table that takes them for their own hash.
  struct Mix {
    std::size_t operator()(Window w) const { return static_cast<std::size_t>((w * 0x9E3779B97F4A7C15ull) >> 20); }
  };
  tsl::robin_map<Window, std::uint32_t, Mix> seen;
  const auto window = [&](const Text& t, std::size_t i) { return load(bytes_.data() + t.at + i); };
  for (const Text& t : texts_) {
    for (std::size_t i = 0; i + kWidth <= t.size; ++i) ++seen[window(t, i)];
  }
  // For each text the run of windows that fewest texts share: what is common among literals is common in values too.
  std::vector<std::pair<Window, Entry>> found;
  for (std::uint32_t k = 0; k < texts_.size(); ++k) {
    const Text& t = texts_[k];
    std::size_t best = 0;
    std::uint64_t lowest = ~0ull;
    for (std::size_t i = 0; i + kWidth + step_ - 1 <= t.size; ++i) {
      std::uint64_t n = 0;
      for (std::size_t j = 0; j < step_; ++j) n += seen[window(t, i + j)];
      if (n < lowest) {
        lowest = n;
        best = i;
      }
    }
    for (std::size_t j = 0; j < step_; ++j) found.push_back({window(t, best + j), {k, static_cast<std::uint32_t>(best + j)}});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr std::size_t kFew = 256;
  const bool few = found.size() <= kFew;
  const auto bits = static_cast<std::uint32_t>(std::max(11, static_cast<int>(std::bit_width(found.size() * 32))));
  if (few) bytes_of_window_.assign(std::size_t{1} << bits, 0);
  else bits_of_window_.assign(std::size_t{1} << (bits - 6), 0);
  filter_shift_ = 32 - bits;
  const auto table_bits = static_cast<std::uint32_t>(std::max(4, static_cast<int>(std::bit_width(found.size() * 2))));
  table_.assign(std::size_t{1} << table_bits, {});
  table_shift_ = 32 - table_bits;
  table_mask_ = (1u << table_bits) - 1;
  for (std::size_t i = 0; i < found.size();) {
    const Window w = found[i].first;
    std::size_t end = i;
    while (end < found.size() && found[end].first == w) entries_.push_back(found[end++].second);
    const std::uint32_t h = mixed(w) >> filter_shift_;
    if (few) bytes_of_window_[h] = 1;
    else bits_of_window_[h >> 6] |= std::uint64_t{1} << (h & 63);
    std::uint32_t s = mixed(w) >> table_shift_;
    while (table_[s].count != 0) s = (s + 1) & table_mask_;
    table_[s] = {w, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)};
    i = end;
  }
}

}  // namespace custos::rules
