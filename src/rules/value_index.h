// All literals that rules look for in one field, searched in one pass over a value: whole values, beginnings and endings by
// tries, text anywhere by a bitmap of four-byte windows in front of a table.
// Built by plan.cc; used by matcher.cc for every value of every event: the hot path.
// Immutable after build(); search() keeps nothing.
// Any thread once built.
// Refuses nothing. The naive twin is one comparison a literal (value_index_test.cc).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace custos::rules {

// A set of texts from one end, walked along a value: which of them does the value begin (or end) with?
class Trie {
 public:
  void add(std::string_view text, std::uint32_t tag) { texts_.emplace_back(text, tag); }
  void build();
  bool empty() const { return nodes_.empty(); }

  // hit(tag, length): a text of `length` bytes ends here. `at(i)` is the value's i-th byte from the walked end.
  template <class At, class F>
  void walk(std::size_t size, At at, F hit) const {
    if (nodes_.empty()) return;
    std::uint32_t node = 0;
    for (std::size_t i = 0;; ++i) {
      const Node& n = nodes_[node];
      for (std::uint32_t t = n.tags; t < n.tags_end; ++t) hit(tags_[t], i);
      if (i == size || n.children == n.children_end) return;
      const auto c = at(i);
      std::uint32_t k = n.children;
      while (k < n.children_end && labels_[k] != c) ++k;
      if (k == n.children_end) return;
      node = k;
    }
  }

 private:
  struct Node {
    std::uint32_t children = 0, children_end = 0;  // node numbers; labels_ runs beside
    std::uint32_t tags = 0, tags_end = 0;
  };
  std::vector<std::pair<std::string, std::uint32_t>> texts_;
  std::vector<Node> nodes_;
  std::vector<unsigned char> labels_;
  std::vector<std::uint32_t> tags_;
};

class ValueIndex {
 public:
  enum class Kind : std::uint8_t { Whole, Prefix, Suffix, Anywhere };

  // Texts are folded already; an empty one is only meaningful as Whole.
  void add(Kind kind, std::string_view text, std::uint32_t tag);
  void build();
  bool empty() const { return added_ == 0; }
  std::size_t size() const { return added_; }

  // Calls hit(tag) for every literal that holds for `value`, a tag possibly several times.
  template <class F>
  void search(std::string_view value, F hit) const {
    const std::size_t n = value.size();
    front_.walk(n, [&](std::size_t i) { return static_cast<unsigned char>(value[i]); },
                [&](std::uint32_t tag, std::size_t length) {
                  if ((tag & kWhole) == 0) {
                    hit(tag);
                  } else if (length == n) {
                    hit(tag & ~kWhole);
                  }
                });
    back_.walk(n, [&](std::size_t i) { return static_cast<unsigned char>(value[n - 1 - i]); },
               [&](std::uint32_t tag, std::size_t) { hit(tag); });
    if (!short_.empty()) search_short(value, hit);
    if (!bitmap_.empty() && n >= 4) search_windows(value, hit);
  }

 private:
  static constexpr std::uint32_t kWhole = 0x80000000u;
  struct Anywhere {
    std::uint32_t tag;
    std::uint32_t text, size;  // in texts_
    std::uint32_t at;          // of the chosen window within the text
  };
  struct Bucket {
    std::uint32_t window = 0, first = 0, count = 0;
  };

  void choose_windows();
  std::uint32_t slot(std::uint32_t window) const { return (window * 0x9E3779B1u) >> table_shift_; }
  static std::uint32_t load(const char* p) {
    std::uint32_t v;
    std::memcpy(&v, p, 4);
    return v;
  }

  template <class F>
  void search_windows(std::string_view value, F hit) const {
    const char* const p = value.data();
    const std::size_t last = value.size() - 4;
    for (std::size_t i = 0; i <= last; ++i) {
      const std::uint32_t window = load(p + i);
      const std::uint32_t h = (window * 0x9E3779B1u) >> bitmap_shift_;
      if ((bitmap_[h >> 6] >> (h & 63) & 1) == 0) continue;
      for (std::uint32_t s = slot(window);; s = (s + 1) & table_mask_) {
        const Bucket& b = table_[s];
        if (b.count == 0) break;
        if (b.window != window) continue;
        for (std::uint32_t k = b.first; k < b.first + b.count; ++k) {
          const Anywhere& a = anywhere_[k];
          if (i < a.at || value.size() - (i - a.at) < a.size) continue;
          if (std::memcmp(p + i - a.at, texts_.data() + a.text, a.size) == 0) hit(a.tag);
        }
        break;
      }
    }
  }

  template <class F>
  void search_short(std::string_view value, F hit) const {
    for (const Anywhere& a : short_) {
      if (value.find(std::string_view(texts_).substr(a.text, a.size)) != std::string_view::npos) hit(a.tag);
    }
  }

  std::size_t added_ = 0;
  Trie front_, back_;
  std::string texts_;
  std::vector<Anywhere> anywhere_, short_;  // by window; those under four bytes
  std::vector<std::uint64_t> bitmap_;
  std::vector<Bucket> table_;
  std::uint32_t bitmap_shift_ = 0, table_shift_ = 0, table_mask_ = 0;
};

}  // namespace custos::rules
