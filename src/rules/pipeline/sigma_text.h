// A Sigma string cut into literal text, wildcards and placeholders, so that pipelines can change it without losing escapes.
// Made and read by the other files of pipeline/; feeds rule.h's Scalar through raw().
// Owned values.
// Any thread.
// Refuses nothing: every text is a Sigma string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace custos::rules::pipeline {

struct Piece {
  enum class Kind : std::uint8_t { Literal, Star, One, Placeholder };  // text, '*', '?', '%name%'
  Kind kind = Kind::Literal;
  std::string text;  // the literal, or the placeholder's name
  bool operator==(const Piece&) const = default;
};

class SigmaText {
 public:
  // By Sigma's escapes: \* and \? are plain, \\ is one backslash, a backslash before anything else is itself.
  static SigmaText parse(std::string_view raw);
  static SigmaText literal(std::string_view text);

  // Written so that parse() gives the same pieces again; placeholders as %name% (they need |expand).
  std::string raw() const;
  // What pipelines compare and what their expressions see: like raw(), but backslashes are not doubled.
  std::string shown() const;

  void add(Piece piece);
  void add(const SigmaText& more);
  // What |expand does: %name% in literal text becomes a placeholder.
  void insert_placeholders();
  void star_front();
  void star_back();

  bool has(Piece::Kind kind) const;
  const std::vector<Piece>& pieces() const { return pieces_; }
  bool operator==(const SigmaText&) const = default;

 private:
  std::vector<Piece> pieces_;  // no two literals side by side, none empty
};

}  // namespace custos::rules::pipeline
