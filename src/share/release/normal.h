// The one form in which names are compared, and where in the original each byte of it came from.
// Called by finder.cc alone: masking and the gate see texts through it.
// Owned values; origins are byte offsets below 2^32.
// Any thread.
// Refuses nothing: bytes that are no UTF-8 separate words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace custos::share {

// A text made of another: byte i of it came from [from[i], to[i]) there.
struct Traced {
  std::string text;
  std::vector<std::uint32_t> from, to;

  void add(char c, std::uint32_t begin, std::uint32_t end) {
    text += c;
    from.push_back(begin);
    to.push_back(end);
  }
  void add_from(const Traced& other, std::size_t i) { add(other.text[i], other.from[i], other.to[i]); }
};
Traced trace(std::string_view text);

// NFKC with case folding as far as comparing goes (utf8proc): compatibility forms and case are one, marks and what nobody sees are gone, also as
// printable() shows it ("<U+202E>"). Blanks are one, '\' is '/', several '/' are one.
Traced normal(const Traced& t);
std::string normal(std::string_view text);

}  // namespace custos::share
