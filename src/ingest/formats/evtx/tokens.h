// Binary XML as a stream of tokens: the only place that knows how elements, attributes, texts and names are laid out.
// Called by the template compiler and the fingerprint; feeds both with the same tokens.
// Views in a Token point into the chunk.
// One thread.
// Refuses unknown tokens and whatever would read past the stretch it was given; names may stand anywhere in the chunk.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace custos::ingest::evtx {

enum class Tok : std::uint8_t {
  End,           // 00, or the end of the stretch
  Open,          // 01: name
  CloseStart,    // 02
  CloseEmpty,    // 03
  EndElement,    // 04
  Value,         // 05: type, data
  Attribute,     // 06: name
  Cdata,         // 07: data (UTF-16)
  CharRef,       // 08: slot is the character
  EntityRef,     // 09: name
  PiTarget,      // 0A: name
  PiData,        // 0B: data
  Template,      // 0C: definition; the substitution values follow
  Substitution,  // 0D and 0E: slot, type, optional
  Fragment,      // 0F
};

struct Token {
  Tok kind = Tok::End;
  bool optional = false;
  std::uint8_t type = 0;
  std::uint16_t slot = 0;
  std::uint32_t definition = 0;  // chunk offset of a template definition
  std::uint32_t template_id = 0;
  std::uint32_t data_at = 0;  // chunk offset of data
  Bytes data;
  Bytes name;  // UTF-16LE units
};

class Tokens {
 public:
  // The stretch [at, end) of `chunk`. `dependencies`: elements carry a dependency identifier (they do, except in binary
  // XML that stands inside a substitution value).
  Tokens(Bytes chunk, std::uint32_t at, std::uint32_t end, bool dependencies)
      : chunk_(chunk),
        at_(at),
        end_(end < chunk.size() ? end : static_cast<std::uint32_t>(chunk.size())),
        dependencies_(dependencies) {}

  // False where the bytes are no binary XML; why() then says what is wrong.
  bool next(Token& token);
  std::uint32_t at() const { return at_; }
  const char* why() const { return why_; }

 private:
  bool fail(const char* why) {
    why_ = why;
    return false;
  }
  bool room(std::uint32_t n) const { return n <= end_ - at_; }
  bool open(Token& token);
  bool name(Token& token);
  bool value(Token& token);
  bool counted(Token& token, std::uint32_t unit);
  bool instance(Token& token);
  bool substitution(Token& token);

  Bytes chunk_;
  std::uint32_t at_, end_;
  bool dependencies_;
  const char* why_ = "";
};

// A template definition: next definition, GUID, length, then binary XML.
inline constexpr std::uint32_t kDefinitionHeader = 24;

}  // namespace custos::ingest::evtx
