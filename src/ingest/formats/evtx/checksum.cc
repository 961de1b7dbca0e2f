#include "ingest/formats/evtx/checksum.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace custos::ingest::evtx {
namespace checksum {
namespace {

constexpr std::size_t kLanes = 16;
using Tables = std::array<std::array<std::uint32_t, 256>, kLanes>;

// tables[k][b]: the checksum of byte b followed by k zero bytes, so that sixteen bytes are folded in one step.
constexpr Tables make_tables() {
  Tables t{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t c = b;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
    t[0][b] = c;
  }
  for (std::size_t k = 1; k < kLanes; ++k) {
    for (std::size_t b = 0; b < 256; ++b) t[k][b] = (t[k - 1][b] >> 8) ^ t[0][t[k - 1][b] & 0xFF];
  }
  return t;
}
constexpr Tables kTables = make_tables();

std::uint32_t word(const char* p) {
  std::uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::uint32_t fold(std::uint32_t v, std::size_t lane) {
  return kTables[lane + 3][v & 0xFF] ^ kTables[lane + 2][(v >> 8) & 0xFF] ^ kTables[lane + 1][(v >> 16) & 0xFF] ^
         kTables[lane][v >> 24];
}

}  // namespace
}  // namespace checksum

std::uint32_t crc32(Bytes bytes, std::uint32_t before) {
  std::uint32_t c = ~before;
  const char* p = bytes.data();
  std::size_t n = bytes.size();
  for (; n >= checksum::kLanes; n -= checksum::kLanes, p += checksum::kLanes) {
    c = checksum::fold(checksum::word(p) ^ c, 12) ^ checksum::fold(checksum::word(p + 4), 8) ^
        checksum::fold(checksum::word(p + 8), 4) ^ checksum::fold(checksum::word(p + 12), 0);
  }
  for (; n > 0; --n, ++p) c = (c >> 8) ^ checksum::kTables[0][(c ^ static_cast<unsigned char>(*p)) & 0xFF];
  return ~c;
}

}  // namespace custos::ingest::evtx
