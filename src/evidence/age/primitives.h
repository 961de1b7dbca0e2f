// What age is built of, by way of OpenSSL: X25519, HKDF and HMAC with SHA-256, ChaCha20-Poly1305, and secrets that are wiped.
// Called by recipients, age files and sealed entries.
// Owned values; what a Secret held is wiped when it goes.
// One thread an object.
// Says false where OpenSSL can't (one restricted to FIPS has neither X25519 nor ChaCha20), and for points whose secret everybody knows.
#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {

template <std::size_t N>
struct Secret {
  std::array<std::uint8_t, N> bytes{};

  Secret() = default;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { OPENSSL_cleanse(bytes.data(), N); }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), N}; }
  char* data() { return reinterpret_cast<char*>(bytes.data()); }
};

template <std::size_t N>
Secret<N> random_secret();
extern template Secret<16> random_secret<16>();
extern template Secret<32> random_secret<32>();

using X25519Point = std::array<std::uint8_t, 32>;

class X25519Key {
 public:
  static std::optional<X25519Key> of(const Secret<32>& scalar);
  const X25519Point& point() const { return point_; }
  // False where the point is of low order: the secret would be zero, whatever the key.
  [[nodiscard]] bool agree(const X25519Point& with, Secret<32>& shared) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  X25519Key() = default;
  std::unique_ptr<EVP_PKEY, Free> key_;
  X25519Point point_{};
};

[[nodiscard]] bool hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, Secret<32>& out);
[[nodiscard]] bool hmac_sha256(std::string_view key, std::string_view bytes, Hash32& out);

inline constexpr std::size_t kTagSize = 16;
using Nonce = std::array<std::uint8_t, 12>;

class ChaChaPoly {
 public:
  static std::optional<ChaChaPoly> of(const Secret<32>& key);
  // At most 16 MiB at once. `out` has room for the text and the tag, and for the text alone.
  [[nodiscard]] bool seal(const Nonce& nonce, std::string_view associated, std::string_view plain, char* out);
  [[nodiscard]] bool open(const Nonce& nonce, std::string_view associated, std::string_view sealed, char* out);

 private:
  struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  };
  struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  ChaChaPoly() = default;
  bool add(std::string_view in, char* out);

  std::unique_ptr<EVP_CIPHER, FreeCipher> cipher_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
  Secret<32> key_;
};

// Why the above said false, for a person.
Error no_cryptography();

}  // namespace custos::evidence
