// An institution as a tree of keys and values, only what is set: between the nouns and the YAML or JSON that is written.
// Called by write.cc; made through keys.h.
// Owned values.
// Any thread.
// Refuses nothing.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "institution/file/keys.h"

namespace custos::institution {

struct Member;

struct Tree {
  enum class Kind : std::uint8_t { Text, Date, Bare, List, Map };  // Date: a text that YAML may show without quotes; Bare: number or truth value
  Kind kind = Kind::Map;
  std::string text;
  std::vector<Tree> list;
  std::vector<Member> map;
};

struct Member {
  std::string key;
  Tree value;
};

// The visitor of keys.h that makes a Tree of Kind::Map.
class TreeMaker {
 public:
  explicit TreeMaker(const WorkingHours& usual) : usual_(usual) {}
  Tree take() { return std::move(tree_); }

  void version(std::string_view key, int wanted);
  void text(std::string_view key, const std::string& from, Need = Need::Optional) { text_or(key, from, {}); }
  void text_or(std::string_view key, const std::string& from, const std::string& usual);
  void texts(std::string_view key, const std::vector<std::string>& from, Need = Need::Optional);
  void word(std::string_view key, const std::string& from, std::string_view usual, std::span<const std::string_view>, Words, Need = Need::Optional) {
    text_or(key, from, std::string(usual));
  }
  void words(std::string_view key, const std::vector<std::string>& from, std::span<const std::string_view>, Words) { texts(key, from); }
  void flag(std::string_view key, bool from);
  void number(std::string_view key, int from, int usual, int, int);
  void time(std::string_view key, Micros from);
  void span(const Span& from);
  void days(std::string_view key, const std::vector<int>& from, const std::vector<int>& usual);
  void clock(std::string_view key, int from, int usual);
  void dates(std::string_view key, const std::vector<std::string>& from, const std::vector<std::string>& usual);
  void assignments(std::string_view key, const std::vector<std::string>& cases, const std::map<std::string, Span>& assigned);
  void own_hours(std::string_view key, const std::optional<WorkingHours>& from);
  void common_hours(std::string_view key, const WorkingHours& from);

  template <class F>
  void group(std::string_view key, std::string_view, F&& fill) {
    TreeMaker inner(usual_);
    fill(inner);
    if (!inner.tree_.map.empty()) put(key, inner.take());
  }

  template <class T>
  void entries(std::string_view key, const std::vector<T>& from) {
    if (from.empty()) return;
    Tree list{Tree::Kind::List, {}, {}, {}};
    for (const T& entry : from) {
      TreeMaker inner(usual_);
      Keys<T>::of(inner, entry);
      list.list.push_back(inner.take());
    }
    put(key, std::move(list));
  }

 private:
  void put(std::string_view key, Tree value) { tree_.map.push_back({std::string(key), std::move(value)}); }
  void moment(std::string_view key, Micros t, bool until);

  const WorkingHours& usual_;
  Tree tree_;
};

Tree tree_of(const Institution& institution);

template <class T>
Tree tree_of_entry(const T& entry, const WorkingHours& usual) {
  TreeMaker maker(usual);
  Keys<T>::of(maker, entry);
  return maker.take();
}

// One line of JSON.
void append_json(std::string& out, const Tree& tree);

}  // namespace custos::institution
