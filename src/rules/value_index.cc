#include "rules/value_index.h"

#include <algorithm>

#include <tsl/robin_map.h>

namespace custos::rules {

void Trie::build() {
  if (texts_.empty()) return;
  std::sort(texts_.begin(), texts_.end());
  // Breadth first, so that the children of a node stand together. A node is a range of the sorted texts at one depth.
  struct Range {
    std::size_t first, last, depth;
  };
  std::vector<Range> ranges{{0, texts_.size(), 0}};
  nodes_.assign(1, {});
  labels_.assign(1, 0);
  for (std::size_t n = 0; n < ranges.size(); ++n) {
    auto [first, last, depth] = ranges[n];
    nodes_[n].tags = static_cast<std::uint32_t>(tags_.size());
    while (first < last && texts_[first].first.size() == depth) tags_.push_back(texts_[first++].second);
    nodes_[n].tags_end = static_cast<std::uint32_t>(tags_.size());
    nodes_[n].children = static_cast<std::uint32_t>(nodes_.size());
    while (first < last) {
      const char label = texts_[first].first[depth];
      std::size_t end = first;
      while (end < last && texts_[end].first[depth] == label) ++end;
      ranges.push_back({first, end, depth + 1});
      nodes_.emplace_back();
      labels_.push_back(static_cast<unsigned char>(label));
      first = end;
    }
    nodes_[n].children_end = static_cast<std::uint32_t>(nodes_.size());
  }
  texts_.clear();
  texts_.shrink_to_fit();
}

void ValueIndex::add(Kind kind, std::string_view text, std::uint32_t tag) {
  ++added_;
  switch (kind) {
    case Kind::Whole: front_.add(text, tag | kWhole); break;
    case Kind::Prefix: front_.add(text, tag); break;
    case Kind::Suffix: back_.add(std::string(text.rbegin(), text.rend()), tag); break;
    case Kind::Anywhere: {
      Anywhere a{tag, static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size()), 0};
      texts_ += text;
      (text.size() < 4 ? short_ : anywhere_).push_back(a);
      break;
    }
  }
}

// For each text the window that fewest texts share: what is common among literals is common in values too.
void ValueIndex::choose_windows() {
  // Windows are four letters: as they stand they would crowd a table that takes them for their own hash.
  struct Mix {
    std::size_t operator()(std::uint32_t w) const { return (w * 0x9E3779B97F4A7C15ull) >> 20; }
  };
  tsl::robin_map<std::uint32_t, std::uint32_t, Mix> seen;
  for (const Anywhere& a : anywhere_) {
    for (std::uint32_t i = 0; i + 4 <= a.size; ++i) ++seen[load(texts_.data() + a.text + i)];
  }
  for (Anywhere& a : anywhere_) {
    std::uint32_t best = ~0u;
    for (std::uint32_t i = 0; i + 4 <= a.size; ++i) {
      const std::uint32_t n = seen[load(texts_.data() + a.text + i)];
      if (n < best) {
        best = n;
        a.at = i;
      }
    }
  }
}

void ValueIndex::build() {
  front_.build();
  back_.build();
  if (anywhere_.empty()) return;
  choose_windows();
  const auto window = [&](const Anywhere& a) { return load(texts_.data() + a.text + a.at); };
  std::stable_sort(anywhere_.begin(), anywhere_.end(), [&](const Anywhere& a, const Anywhere& b) { return window(a) < window(b); });
  const auto bits = static_cast<std::uint32_t>(std::max(12, static_cast<int>(std::bit_width(anywhere_.size() * 16))));
  bitmap_.assign(std::size_t{1} << (bits - 6), 0);
  bitmap_shift_ = 32 - bits;
  const auto table_bits = static_cast<std::uint32_t>(std::max(4, static_cast<int>(std::bit_width(anywhere_.size() * 2))));
  table_.assign(std::size_t{1} << table_bits, {});
  table_shift_ = 32 - table_bits;
  table_mask_ = (1u << table_bits) - 1;
  for (std::size_t i = 0; i < anywhere_.size();) {
    const std::uint32_t w = window(anywhere_[i]);
    std::size_t end = i;
    while (end < anywhere_.size() && window(anywhere_[end]) == w) ++end;
    const std::uint32_t h = (w * 0x9E3779B1u) >> bitmap_shift_;
    bitmap_[h >> 6] |= std::uint64_t{1} << (h & 63);
    std::uint32_t s = slot(w);
    while (table_[s].count != 0) s = (s + 1) & table_mask_;
    table_[s] = {w, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)};
    i = end;
  }
}

}  // namespace custos::rules
