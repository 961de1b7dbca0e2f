#include "rules/match/value_index.h"

#include <algorithm>

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
  shortest_ = std::min(shortest_, text.size());
  switch (kind) {
    case Kind::Whole: front_.add(text, tag | kWhole); break;
    case Kind::Prefix: front_.add(text, tag); break;
    case Kind::Suffix: back_.add(std::string(text.rbegin(), text.rend()), tag); break;
    case Kind::Anywhere:
      if (text.size() >= 4) {
        four_.add(text, tag);
      } else if (text.size() >= 2) {
        two_.add(text, tag);
      } else {
        one_.add(text, tag);
      }
      break;
  }
}

void ValueIndex::build() {
  front_.build();
  back_.build();
  one_.build();
  two_.build();
  four_.build();
  more_ = !front_.empty() || !back_.empty() || !one_.empty() || !two_.empty();
}

}  // namespace custos::rules
