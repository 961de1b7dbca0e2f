// The keys of one YAML map of a pipeline, read with their types and counted off, so that a misspelt key is named.
// Called by step.cc, conditions.cc and the transformations while a pipeline is parsed.
// A view: dies with the YAML tree. The first mistake is kept until done().
// One thread.
// Refuses missing keys, wrong types and unknown keys, with the line.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace custos::rules::pipeline {

using Texts = std::vector<std::string>;
using Mapping = std::vector<std::pair<std::string, Texts>>;  // in document order

class Params {
 public:
  // `what` names the map in messages: "transformation 3 (replace_string)". `known` are keys that somebody else reads.
  Params(const Yaml& map, std::string what, std::set<std::string> known = {});

  bool has(std::string_view key) const { return map_.find(key) != nullptr; }
  const Yaml* node(const std::string& key);
  std::string text(const std::string& key);  // required
  std::string text(const std::string& key, std::string fallback);
  std::string one_of(const std::string& key, std::string fallback, const Texts& choices);
  bool flag(const std::string& key, bool fallback = false);
  Scalar scalar(const std::string& key);                      // required, of any type
  Texts texts(const std::string& key, bool required = true);  // a text or a list of texts
  Mapping mapping(const std::string& key);                    // required: text -> text or list of texts

  void wrong(std::string text);
  // Whether all was well, and every key was read.
  Result<void> done() const;

  const std::string& what() const { return what_; }
  const Yaml& map() const { return map_; }

 private:
  std::optional<Texts> texts_of(const Yaml& node) const;

  const Yaml& map_;
  std::string what_;
  std::set<std::string> read_;
  std::string wrong_;
};

}  // namespace custos::rules::pipeline
