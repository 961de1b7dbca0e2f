#include "ingest/formats/evtx/tokens.h"

#include "ingest/formats/evtx/values.h"

namespace custos::ingest::evtx {

bool Tokens::next(Token& token) {
  token = {};
  if (at_ >= end_) return true;
  const auto byte = load_le<std::uint8_t>(chunk_, at_);
  ++at_;
  switch (byte) {
    case 0x00: return true;
    case 0x01:
    case 0x41: token.kind = Tok::Open; return open(token);
    case 0x02: token.kind = Tok::CloseStart; return true;
    case 0x03: token.kind = Tok::CloseEmpty; return true;
    case 0x04: token.kind = Tok::EndElement; return true;
    case 0x05:
    case 0x45: token.kind = Tok::Value; return value(token);
    case 0x06:
    case 0x46: token.kind = Tok::Attribute; return name(token);
    case 0x07:
    case 0x47:
      token.kind = Tok::Cdata;
      token.type = kString;
      return counted(token, 2);
    case 0x08:
    case 0x48:
      token.kind = Tok::CharRef;
      if (!room(2)) return fail("character reference is cut");
      token.slot = load_le<std::uint16_t>(chunk_, at_);
      at_ += 2;
      return true;
    case 0x09:
    case 0x49: token.kind = Tok::EntityRef; return name(token);
    case 0x0A: token.kind = Tok::PiTarget; return name(token);
    case 0x0B: token.kind = Tok::PiData; return counted(token, 2);
    case 0x0C: token.kind = Tok::Template; return instance(token);
    case 0x0D:
    case 0x0E:
      token.kind = Tok::Substitution;
      token.optional = byte == 0x0E;
      return substitution(token);
    case 0x0F:
      token.kind = Tok::Fragment;
      if (!room(3)) return fail("fragment header is cut");
      at_ += 3;
      return true;
    default: return fail("unknown binary XML token");
  }
}

bool Tokens::open(Token& token) {
  // [dependency u16] length u32, name offset u32, [name], [length of the attributes u32]. The lengths say nothing the
  // tokens don't, so they are not believed. Producers disagree about the dependency: where the name can't be, try the
  // other.
  const bool attributes = load_le<std::uint8_t>(chunk_, at_ - 1) == 0x41;
  const auto plausible = [&](std::uint32_t skip) {
    const auto where = load_le<std::uint32_t>(chunk_, at_ + skip + 4);
    return room(skip + 8) && has(chunk_, where, 8) && load_le<std::uint32_t>(chunk_, at_ + skip) <= end_ - at_;
  };
  std::uint32_t skip = dependencies_ ? 2 : 0;
  if (!plausible(skip) && plausible(2 - skip)) skip = 2 - skip;
  if (!room(skip + 4)) return fail("element is cut");
  at_ += skip + 4;
  if (!name(token)) return false;
  if (attributes) {
    if (!room(4)) return fail("attribute list is cut");
    at_ += 4;
  }
  return true;
}

bool Tokens::name(Token& token) {
  // Offset u32 of: next name u32, hash u16, characters u16, UTF-16 text, NUL. The first use in a chunk holds it in
  // place.
  if (!room(4)) return fail("name is cut");
  const auto where = load_le<std::uint32_t>(chunk_, at_);
  at_ += 4;
  if (!has(chunk_, where, 8)) return fail("name lies outside the chunk");
  const std::uint32_t bytes = 2u * load_le<std::uint16_t>(chunk_, where + 6);
  if (!has(chunk_, where + 8, bytes)) return fail("name runs out of the chunk");
  token.name = chunk_.substr(where + 8, bytes);
  if (where == at_) {
    if (!room(8 + bytes + 2)) return fail("name is cut");
    at_ += 8 + bytes + 2;
  }
  return true;
}

bool Tokens::counted(Token& token, std::uint32_t unit) {
  if (!room(2)) return fail("text is cut");
  const std::uint32_t bytes = unit * load_le<std::uint16_t>(chunk_, at_);
  at_ += 2;
  if (!room(bytes)) return fail("text runs past its end");
  token.data_at = at_;
  token.data = chunk_.substr(at_, bytes);
  at_ += bytes;
  return true;
}

bool Tokens::value(Token& token) {
  if (!room(1)) return fail("value is cut");
  token.type = load_le<std::uint8_t>(chunk_, at_);
  ++at_;
  if (token.type == kString) return counted(token, 2);
  if (token.type == kAnsi || token.type == kBinary) return counted(token, 1);
  const std::uint32_t size = fixed_size(token.type);
  if (size == 0 && token.type != kNull) return fail("value of a type that has no place in a text");
  if (!room(size)) return fail("value is cut");
  token.data_at = at_;
  token.data = chunk_.substr(at_, size);
  at_ += size;
  return true;
}

bool Tokens::instance(Token& token) {
  if (!room(9)) return fail("template instance is cut");
  token.template_id = load_le<std::uint32_t>(chunk_, at_ + 1);
  token.definition = load_le<std::uint32_t>(chunk_, at_ + 5);
  at_ += 9;
  if (!has(chunk_, token.definition, kDefinitionHeader)) return fail("template definition lies outside the chunk");
  const auto size = load_le<std::uint32_t>(chunk_, token.definition + 20);
  if (!has(chunk_, token.definition + kDefinitionHeader, size))
    return fail("template definition runs out of the chunk");
  token.data_at = token.definition + kDefinitionHeader;
  token.data = chunk_.substr(token.data_at, size);
  if (token.definition == at_) {
    if (!room(kDefinitionHeader + size)) return fail("template definition runs past the record");
    at_ += kDefinitionHeader + size;
  }
  return true;
}

bool Tokens::substitution(Token& token) {
  if (!room(3)) return fail("substitution is cut");
  token.slot = load_le<std::uint16_t>(chunk_, at_);
  token.type = load_le<std::uint8_t>(chunk_, at_ + 2);
  at_ += 3;
  return true;
}

}  // namespace custos::ingest::evtx
