// Puts pseudonyms in the place of protected names: the same name is the same pseudonym, in this report and in the case's later ones.
// Called for every text of a report before it is put in its place.
// Owned values; the Finder must outlive the Masker.
// One thread.
// Refuses to leave a term: what can't be masked in part is withheld whole.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "share/release/finder.h"

namespace custos::share {

// Numbers of the names of a case. What is remembered of a name is a keyed hash, which tells nothing without the key.
class Pseudonyms {
 public:
  // `kept`: keyed hashes by kind ("person"), in the order of their numbers, as earlier reports put them on record.
  using Kept = std::map<std::string, std::vector<std::string>>;
  Pseudonyms(std::string key, Kept kept);

  std::size_t number(Protected kind, const std::string& of);  // from 1 on
  const Kept& fresh() const { return fresh_; }                // numbered since, in order

 private:
  std::string key_;
  std::map<std::string, std::map<std::string, std::size_t>> numbers_;
  Kept fresh_;
};

// How pseudonyms are called in the report's language.
struct PseudonymWords {
  std::array<std::string, static_cast<std::size_t>(Protected::kCount)> one;  // "Person"
  std::array<std::string, static_cast<std::size_t>(Protected::kCount)> any;  // "a person": one of several of that name
  std::string withheld;                                                      // a whole text
};

// A pseudonym stands between these in a masked text; texts out of a case don't have them.
inline constexpr std::string_view kMaskBegin = "\uE000", kMaskEnd = "\uE001";

class Masker {
 public:
  // Off: texts stay as they are. Only tests do that, to see the gate refuse.
  Masker(const Finder& finder, Pseudonyms& names, PseudonymWords words, bool on = true) : finder_(finder), names_(names), words_(std::move(words)), on_(on) {}

  // At most `most` bytes of it, cut between words, with "..." where it was cut.
  std::string mask(std::string_view text, std::size_t most = std::string_view::npos);

 private:
  void mask_into(std::string_view text, std::string& out, int depth);
  std::string pseudonym(const std::vector<Hit>& hits, std::size_t first, std::size_t last);

  const Finder& finder_;
  Pseudonyms& names_;
  PseudonymWords words_;
  bool on_;
};

// A masked text without its pseudonyms: what the gate looks at.
std::string without_pseudonyms(std::string_view masked);

}  // namespace custos::share
