// The salts of a segment's records: AES-256 of their numbers under the segment's seed.
// Called by segments when they are sealed and read.
// Owned bytes.
// One thread an object.
// Refuses nothing; the seed must be 32 bytes.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/crypto/openssl.h"

namespace custos::evidence {

class Salts {
 public:
  explicit Salts(std::string_view seed);
  // 16 bytes for each of `count` records from number `first` on.
  std::string of(std::uint64_t first, std::size_t count);

 private:
  Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> cipher_;
};

}  // namespace custos::evidence
