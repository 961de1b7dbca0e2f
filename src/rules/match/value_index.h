// All literals that rules look for in one field, searched in one pass over a value: whole values, beginnings and endings by
// tries, text anywhere by windows of it (window_table.h).
// Built by plan.cc; used by matcher.cc for every value of every event: the hot path.
// Immutable after build(); search() keeps nothing.
// Any thread once built.
// Refuses nothing. The naive twin is one comparison a literal (value_index_test.cc).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "rules/match/window_table.h"

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
    const Node* const nodes = nodes_.data();
    const unsigned char* const labels = labels_.data();
    std::uint32_t node = 0;
    for (std::size_t i = 0;; ++i) {
      const Node n = nodes[node];
      for (std::uint32_t t = n.tags; t < n.tags_end; ++t) hit(tags_[t], i);
      if (i == size || n.children == n.children_end) return;
      const auto c = at(i);
      std::uint32_t k = n.children;
      while (k < n.children_end && labels[k] != c) ++k;
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
  // No literal is shorter: shorter values hold none.
  std::size_t shortest() const { return shortest_; }
  // Searching costs less than remembering what was found.
  bool cheap() const { return !more_ && four_.step() > 1; }

  // Calls hit(tag) for every literal that holds for `value`, a tag possibly several times. The value is folded, or it is ASCII:
  // letters are compared without case either way.
  template <class F>
  void search(std::string_view value, F hit) const {
    four_.search(value, hit);
    if (!more_) return;
    const std::size_t n = value.size();
    front_.walk(n, [&](std::size_t i) { return static_cast<unsigned char>(ascii_lower(value[i])); },
                [&](std::uint32_t tag, std::size_t length) {
                  if ((tag & kWhole) == 0) {
                    hit(tag);
                  } else if (length == n) {
                    hit(tag & ~kWhole);
                  }
                });
    back_.walk(n, [&](std::size_t i) { return static_cast<unsigned char>(ascii_lower(value[n - 1 - i])); },
               [&](std::uint32_t tag, std::size_t) { hit(tag); });
    one_.search(value, hit);
    two_.search(value, hit);
  }

 private:
  static constexpr std::uint32_t kWhole = 0x80000000u;

  std::size_t added_ = 0, shortest_ = ~std::size_t{0};
  bool more_ = false;  // than texts of four bytes anywhere
  Trie front_, back_;
  WindowTable<std::uint8_t> one_;    // texts of one byte
  WindowTable<std::uint16_t> two_;   // two and three
  WindowTable<std::uint32_t> four_;  // all others
};

}  // namespace custos::rules
