// Values of binary XML as text, spelled the way event exports spell them in JSON.
// Called by the record decoder and the template compiler.
// Texts live in the given arena.
// One thread; remembers the last day it wrote.
// Refuses nothing: a value too short for its type counts its missing bytes as zero, a date that is none is written as a
// number.
#pragma once

#include <cstdint>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/time.h"
#include "model/batch.h"

namespace custos::ingest::evtx {

enum ValueType : std::uint8_t {
  kNull = 0x00,
  kString = 0x01,
  kAnsi = 0x02,
  kInt8 = 0x03,
  kUInt8 = 0x04,
  kInt16 = 0x05,
  kUInt16 = 0x06,
  kInt32 = 0x07,
  kUInt32 = 0x08,
  kInt64 = 0x09,
  kUInt64 = 0x0A,
  kReal32 = 0x0B,
  kReal64 = 0x0C,
  kBool = 0x0D,
  kBinary = 0x0E,
  kGuid = 0x0F,
  kSizeT = 0x10,
  kFileTime = 0x11,
  kSystemTime = 0x12,
  kSid = 0x13,
  kHexInt32 = 0x14,
  kHexInt64 = 0x15,
  kEvtHandle = 0x20,
  kBinXml = 0x21,
  kEvtXml = 0x23,
  kArray = 0x80,
};

// Bytes of one value of that type; 0 where it varies.
std::uint32_t fixed_size(std::uint8_t type);

struct Shown {
  std::string_view text;
  Type type = Type::Text;
};

class ValueText {
 public:
  // `type` without the array bit.
  Shown show(std::uint8_t type, Bytes data, Arena& arena);

  // UTF-16LE without the NULs at its end.
  static std::string_view utf16(Bytes units, Arena& arena);

 private:
  Shown integer(std::uint8_t type, Bytes data, Arena& arena);
  std::string_view file_time(std::uint64_t filetime, Arena& arena);
  std::string_view moment(Micros t, Arena& arena);

  std::int64_t day_ = -1;
  char date_[11] = {};
};

// Windows pads texts ("Advapi  ", a command line and a blank); exports cut that off and rules are written for what is
// left.
std::string_view without_padding(std::string_view text);

// Walks the elements of an array value: true while there is one, moving `at` behind it.
bool next_element(std::uint8_t type, Bytes data, std::uint32_t& at, Bytes& element);

}  // namespace custos::ingest::evtx
