// The visitor that fills a noun of model/institution.h from a map of the file, with a remark for whatever is not as it should be.
// Called by file.cc through keys.h.
// Lives while one map is read; the map must outlive it.
// One thread.
// Refuses unknown keys, wrong types, texts over 4 KiB, lists of over 20,000 texts, each as a remark with its line; what is right is taken nevertheless.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "institution/file/keys.h"
#include "institution/remark.h"

namespace custos::institution {

class MapReader {
 public:
  static constexpr std::size_t kTextBytes = 4096, kListTexts = 20'000;

  // `noun`: "host". `usual`: the institution's hours, which entries with hours of their own start from.
  MapReader(const Yaml& map, std::string_view noun, Remarks& remarks, WorkingHours& usual) : map_(map), noun_(noun), remarks_(remarks), usual_(usual) {}

  void version(std::string_view key, int wanted);
  void text(std::string_view key, std::string& to, Need need = Need::Optional);
  void text_or(std::string_view key, std::string& to, const std::string&) { text(key, to); }
  void texts(std::string_view key, std::vector<std::string>& to, Need need = Need::Optional);
  void word(std::string_view key, std::string& to, std::string_view usual, std::span<const std::string_view> known, Words words, Need need = Need::Optional);
  void words(std::string_view key, std::vector<std::string>& to, std::span<const std::string_view> known, Words words);
  void flag(std::string_view key, bool& to);
  void number(std::string_view key, int& to, int usual, int least, int most);
  void time(std::string_view key, Micros& to);
  void span(Span& to);
  void days(std::string_view key, std::vector<int>& to, const std::vector<int>&);
  void clock(std::string_view key, int& to, int);
  void dates(std::string_view key, std::vector<std::string>& to, const std::vector<std::string>&);
  void assignments(std::string_view key, std::vector<std::string>& cases, std::map<std::string, Span>& assigned);
  void own_hours(std::string_view key, std::optional<WorkingHours>& to);
  void common_hours(std::string_view key, WorkingHours& to);

  template <class F>
  void group(std::string_view key, std::string_view noun, F&& fill) {
    const Yaml* node = take(key);
    if (node == nullptr || !is_map(*node, noun)) return;
    MapReader inner(*node, noun, remarks_, usual_);
    fill(inner);
    inner.finish();
  }

  template <class T>
  void entries(std::string_view key, std::vector<T>& to) {
    const Yaml* node = take(key);
    if (node == nullptr) return;
    for (const Yaml* entry : items(*node)) {
      if (!is_map(*entry, Keys<T>::name)) continue;
      MapReader inner(*entry, Keys<T>::name, remarks_, usual_);
      Keys<T>::of(inner, to.emplace_back());
      inner.finish();
    }
  }

  // Behind the last key: names the keys that nothing asked for.
  void finish();

 private:
  // The value of a key; null where there is none or it is null.
  const Yaml* take(std::string_view key);
  // The entries of a list; a value that is no list is its own only entry.
  static std::vector<const Yaml*> items(const Yaml& node);
  bool is_map(const Yaml& node, std::string_view noun);
  void missing(std::string_view key, Need need);
  std::optional<std::string> text_of(std::string_view key, const Yaml& node);
  void moment(std::string_view key, Micros& to, bool until);
  void wrong(std::string_view key, const Yaml& node, std::string_view wanted);

  const Yaml& map_;
  std::string_view noun_;
  Remarks& remarks_;
  WorkingHours& usual_;
  std::vector<std::string_view> known_;
};

}  // namespace custos::institution
