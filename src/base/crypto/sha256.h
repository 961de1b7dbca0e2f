// SHA-256, whole or in pieces.
// Called by evidence/ for every leaf, node and file name, by engine/ for sources.
// A value; a Sha256 is done after finish() and may be started again.
// One thread an object.
// Refuses nothing.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace custos {

using Hash32 = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256() { start(); }
  void start();
  void add(std::string_view bytes);
  Hash32 finish();

 private:
  SHA256_CTX state_;
};

Hash32 sha256(std::string_view bytes);

inline std::string_view view(const Hash32& h) { return {reinterpret_cast<const char*>(h.data()), h.size()}; }
// `bytes` must be 32.
Hash32 hash_from(std::string_view bytes);

std::string to_hex(std::string_view bytes);  // lower case
// False where it is no even number of lower-case hexadecimal digits.
bool from_hex(std::string_view hex, std::string& bytes);

}  // namespace custos
