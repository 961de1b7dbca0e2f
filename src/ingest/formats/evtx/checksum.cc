#include "ingest/formats/evtx/checksum.h"

#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace custos::ingest::evtx {
namespace checksum {
namespace {

constexpr std::size_t kLanes = 16;
// Plain arrays: an index is always a byte, and a checked access would cost a third of the whole decoder's time.
struct Tables {
  std::uint32_t t[kLanes][256];
};

// tables[k][b]: the checksum of byte b followed by k zero bytes, so that sixteen bytes are folded in one step.
constexpr Tables make_tables() {
  Tables made{};
  auto& t = made.t;
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t c = b;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
    t[0][b] = c;
  }
  for (std::size_t k = 1; k < kLanes; ++k) {
    for (std::size_t b = 0; b < 256; ++b) t[k][b] = (t[k - 1][b] >> 8) ^ t[0][t[k - 1][b] & 0xFF];
  }
  return made;
}
constexpr Tables kTables = make_tables();

std::uint32_t word(const char* p) {
  std::uint32_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

inline std::uint32_t fold(std::uint32_t v, std::size_t lane) {
  return kTables.t[lane + 3][v & 0xFF] ^ kTables.t[lane + 2][(v >> 8) & 0xFF] ^ kTables.t[lane + 1][(v >> 16) & 0xFF] ^
         kTables.t[lane][v >> 24];
}

#if defined(__x86_64__)

// Carry-less multiplication: 64 bytes are carried forward in one step. The constants are powers of x modulo the
// polynomial, bit-reflected, for the distances 512+64, 512, 128+64 and 128 bits (V. Gopal et al., "Fast CRC Computation
// for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009). What is left in `sixteen` has the same checksum as
// all that was read.
__attribute__((target("pclmul,sse2"))) inline __m128i carry(__m128i x, __m128i by, __m128i onto) {
  return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x00), _mm_clmulepi64_si128(x, by, 0x11)), onto);
}

__attribute__((target("pclmul,sse2"))) std::size_t carry_forward(const char* p, std::size_t n, std::uint32_t c,
                                                                 char* sixteen) {
  const auto load = [](const char* from) __attribute__((target("pclmul,sse2"))) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  };
  const __m128i far = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4), near = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  __m128i a = _mm_xor_si128(load(p), _mm_cvtsi32_si128(static_cast<int>(c)));
  __m128i b = load(p + 16), d = load(p + 32), e = load(p + 48);
  std::size_t at = 64;
  for (; at + 64 <= n; at += 64) {
    a = carry(a, far, load(p + at));
    b = carry(b, far, load(p + at + 16));
    d = carry(d, far, load(p + at + 32));
    e = carry(e, far, load(p + at + 48));
  }
  a = carry(carry(carry(a, near, b), near, d), near, e);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(sixteen), a);
  return at;
}

#endif

std::uint32_t by_tables(const char* p, std::size_t n, std::uint32_t c) {
  for (; n >= kLanes; n -= kLanes, p += kLanes) {
    c = fold(word(p) ^ c, 12) ^ fold(word(p + 4), 8) ^ fold(word(p + 8), 4) ^ fold(word(p + 12), 0);
  }
  for (; n > 0; --n, ++p) c = (c >> 8) ^ kTables.t[0][(c ^ static_cast<unsigned char>(*p)) & 0xFF];
  return c;
}

}  // namespace
}  // namespace checksum

std::uint32_t crc32(Bytes bytes, std::uint32_t before) {
  std::uint32_t c = ~before;
  std::size_t done = 0;
#if defined(__x86_64__)
  if (bytes.size() >= 128 && __builtin_cpu_supports("pclmul")) {
    char sixteen[16];
    done = checksum::carry_forward(bytes.data(), bytes.size(), c, sixteen);
    c = checksum::by_tables(sixteen, sizeof sixteen, 0);
  }
#endif
  return ~checksum::by_tables(bytes.data() + done, bytes.size() - done, c);
}

}  // namespace custos::ingest::evtx
