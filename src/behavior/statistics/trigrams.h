// How strange a command line is for its program: the surprise of its character trigrams, and what makes lines comparable first.
// Called by the process detector: score first, learn afterwards; feeds its score, which is calibrated.
// Owned tables of a size fixed at construction, 640 KB by default.
// One thread.
// Refuses nothing; of a line longer than kLongest, the rest does not count.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/pack.h"

namespace custos::behavior {

inline constexpr std::size_t kLongest = 2048;

// Writes to `out` (cleared first) the line with what differs from run to run taken out, so that equal lines are equal:
//
//   - A-Z to lower case; other bytes stay (UTF-8 passes)
//   - {8-4-4-4-12 hex digits}, with or without braces, and words of 8 and more hex digits, some of them letters, some digits, with 0x or not: #
//   - digits, any number of them: 0; but one or two at the end of a word of three letters or more stay (system32)
//   - the name after \users\, \documents and settings\, /users/ and /home/:   \users\*\ for all of them
//   - a name right in \temp\, \tmp\, /temp/ or /tmp/ that looks made up (has a digit, or begins with tmp or ~): *, with its ending
//
// Masks of one line don't see what the masks before them wrote. O(length).
void normalise(std::string_view line, std::string& out);

// Counts of trigrams: of all lines, and of those of each program, which is known by a hash and shares one of a few tables with others. The trigrams of a line
// are those of the line with two marks before and one after it, so a line of n bytes has n + 1 (an empty one none). Trigrams share counters, too (hashed, 12
// bits a program by default, 16 for all): a shared counter can only make a line less surprising.
//
//   P(g)         = (c(g) + 1/2) / (N + V / 2)                      of all lines; V counters, N trigrams
//   P(g | image) = (c_image(g) + W P(g)) / (N_image + W)           W: half the number of the image's counters
//   score        = mean over the 10 least probable of -ln P(g | image), in nats; of fewer, over all there are; 0 for an empty line
//
// Without the level of all lines (P(g) = 1 / V) the second is the first with an image's counters: what an image's own lines don't say is taken from all lines.
// Counters have 16 bits: when one is full, all of its table halve, which keeps proportions and forgets by and by.
class Trigrams {
 public:
  struct Size {
    int image_bits = 6;   // 2^ tables for programs, 0 to 16
    int own_bits = 12;    // 2^ counters in each, 4 to 24
    int common_bits = 16;  // 2^ counters for all, 4 to 24
  };
  static constexpr std::size_t kWorst = 10;

  Trigrams() : Trigrams(Size{}) {}
  explicit Trigrams(Size size);

  // line: normalised. At most some 400 ns for 90 bytes.
  double score(std::uint64_t image_hash, std::string_view line) const;
  void learn(std::uint64_t image_hash, std::string_view line);

  // Counts are added; a table whose counters would pass their greatest is halved, as while it learns. False, and nothing changes, where sizes differ.
  [[nodiscard]] bool merge(const Trigrams& other);

  // Its counters as bytes. load() refuses those of another size, and leaves it as it was.
  void save(Packer& out) const;
  [[nodiscard]] bool load(Unpacker& in);
  // For tests: the counters of all programs' tables in a row, and those of all lines.
  const std::vector<std::uint16_t>& own() const { return own_; }
  const std::vector<std::uint16_t>& common() const { return common_; }
  // As an earlier one of the same size gave them. False, and nothing changes, if their sizes differ.
  bool restore(std::vector<std::uint16_t> own, std::vector<std::uint16_t> common);

 private:
  std::size_t table(std::uint64_t image_hash) const;
  static void count(std::uint16_t* counters, std::size_t size, std::size_t at, std::uint64_t& sum);

  Size size_;
  std::vector<std::uint16_t> own_, common_;
  std::vector<std::uint64_t> own_sums_;
  std::uint64_t common_sum_ = 0;
};

}  // namespace custos::behavior
