#include "evidence/segments/salts.h"

#include <algorithm>
#include <cstdlib>

namespace custos::evidence {

Salts::Salts(std::string_view seed) : cipher_(EVP_CIPHER_CTX_new()) {
  const auto* key = reinterpret_cast<const unsigned char*>(seed.data());
  // Without AES there is no salt, and a record without one could be guessed: better none at all.
  if (seed.size() != 32 || EVP_EncryptInit_ex(cipher_.get(), EVP_aes_256_ecb(), nullptr, key, nullptr) != 1) std::abort();
  EVP_CIPHER_CTX_set_padding(cipher_.get(), 0);
}

std::string Salts::of(std::uint64_t first, std::size_t count) {
  std::string numbers(count * 16, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < 8; ++b) numbers[i * 16 + 15 - b] = static_cast<char>((first + i) >> (8 * b) & 255);
  }
  auto* bytes = reinterpret_cast<unsigned char*>(numbers.data());
  for (std::size_t at = 0; at < numbers.size();) {
    const std::size_t n = std::min<std::size_t>(numbers.size() - at, 1u << 20);
    int written = 0;
    if (EVP_EncryptUpdate(cipher_.get(), bytes + at, &written, bytes + at, static_cast<int>(n)) != 1 || written != static_cast<int>(n)) std::abort();
    at += n;
  }
  return numbers;
}

}  // namespace custos::evidence
