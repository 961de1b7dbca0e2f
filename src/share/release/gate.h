// The last look before something leaves: the bytes themselves, whoever made them and whatever was masked.
// Called by engine/reporting when a document is ready.
// Owned values; the Finder must outlive the Gate.
// One thread.
// Refuses, by what it finds, every document with a term in it; it never says the term.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "share/release/finder.h"

namespace custos::share {

struct Leak {
  Protected kind = Protected::Person;
  std::uint64_t offset = 0;
  std::string section;     // of the document that it is in: the last id of a <section> before it
  bool in_a_text = false;  // found in a text that goes into the document: the offset is that text's
};

class Gate {
 public:
  // `skeleton`: the same document about nothing, which has the words of its own. Terms among them are looked for in `texts` alone.
  Gate(const Finder& finder, std::string_view skeleton);

  // `texts`: what goes into the document, in its order, without the pseudonyms. At most 20, by place.
  std::vector<Leak> look(std::string_view document, const std::vector<std::string>& texts) const;

 private:
  const Finder& finder_;
  std::vector<bool> own_;  // by term
};

}  // namespace custos::share
