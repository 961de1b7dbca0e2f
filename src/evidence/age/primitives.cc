#include "evidence/age/primitives.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/crypto/secure_random.h"

namespace custos::evidence {
namespace primitives {
namespace {

constexpr std::size_t kMostAtOnce = 16u << 20;

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

// OpenSSL's parameters are not const, though it only reads them.
OSSL_PARAM octets(const char* name, std::string_view s) { return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(s.data()), s.size()); }

OSSL_PARAM sha256_param(const char* name) { return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>("SHA256"), 0); }

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)>;

}  // namespace
}  // namespace primitives

template <std::size_t N>
Secret<N> random_secret() {
  std::string random = secure_random(N);
  Secret<N> out;
  std::copy(random.begin(), random.end(), out.data());
  OPENSSL_cleanse(random.data(), random.size());
  return out;
}
template Secret<16> random_secret<16>();
template Secret<32> random_secret<32>();

std::optional<X25519Key> X25519Key::of(const Secret<32>& scalar) {
  X25519Key out;
  out.key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, scalar.bytes.data(), scalar.bytes.size()));
  std::size_t size = out.point_.size();
  if (!out.key_ || EVP_PKEY_get_raw_public_key(out.key_.get(), out.point_.data(), &size) != 1 || size != out.point_.size()) return std::nullopt;
  return out;
}

bool X25519Key::agree(const X25519Point& with, Secret<32>& shared) const {
  const primitives::Key peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, with.data(), with.size()), EVP_PKEY_free);
  const primitives::KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
  std::size_t size = shared.bytes.size();
  if (!peer || !context || EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), shared.bytes.data(), &size) != 1 || size != shared.bytes.size()) {
    return false;
  }
  // OpenSSL refuses it itself; age asks for it, so it is not left to others.
  static constexpr std::array<std::uint8_t, 32> kZero{};
  return CRYPTO_memcmp(shared.bytes.data(), kZero.data(), kZero.size()) != 0;
}

bool hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, Secret<32>& out) {
  using namespace primitives;
  const std::unique_ptr<EVP_KDF, void (*)(EVP_KDF*)> kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr), EVP_KDF_free);
  if (!kdf) return false;
  const std::unique_ptr<EVP_KDF_CTX, void (*)(EVP_KDF_CTX*)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  std::array<OSSL_PARAM, 5> params{sha256_param(OSSL_KDF_PARAM_DIGEST), octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, info),
                                   OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
  if (!salt.empty()) params[3] = octets(OSSL_KDF_PARAM_SALT, salt);  // none is 32 zero bytes, as an empty one
  return context && EVP_KDF_derive(context.get(), out.bytes.data(), out.bytes.size(), params.data()) == 1;
}

bool hmac_sha256(std::string_view key, std::string_view bytes, Hash32& out) {
  const std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr), EVP_MAC_free);
  if (!mac) return false;
  const std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)> context(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  const std::array<OSSL_PARAM, 2> params{primitives::sha256_param(OSSL_MAC_PARAM_DIGEST), OSSL_PARAM_construct_end()};
  std::size_t size = 0;
  return context && EVP_MAC_init(context.get(), primitives::bytes(key), key.size(), params.data()) == 1 &&
         EVP_MAC_update(context.get(), primitives::bytes(bytes), bytes.size()) == 1 && EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1 &&
         size == out.size();
}

std::optional<ChaChaPoly> ChaChaPoly::of(const Secret<32>& key) {
  ChaChaPoly out;
  out.cipher_.reset(EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr));
  out.context_.reset(EVP_CIPHER_CTX_new());
  out.key_ = key;
  if (!out.cipher_ || !out.context_) return std::nullopt;
  return out;
}

// Without `out`: associated data.
bool ChaChaPoly::add(std::string_view in, char* out) {
  if (in.size() > primitives::kMostAtOnce) return false;
  if (in.empty()) return true;
  int size = 0;
  return EVP_CipherUpdate(context_.get(), reinterpret_cast<unsigned char*>(out), &size, primitives::bytes(in), static_cast<int>(in.size())) == 1 &&
         static_cast<std::size_t>(size) == in.size();
}

bool ChaChaPoly::seal(const Nonce& nonce, std::string_view associated, std::string_view plain, char* out) {
  unsigned char none[1];
  int size = 0;
  return EVP_EncryptInit_ex2(context_.get(), cipher_.get(), key_.bytes.data(), nonce.data(), nullptr) == 1 && add(associated, nullptr) && add(plain, out) &&
         EVP_EncryptFinal_ex(context_.get(), none, &size) == 1 && size == 0 &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, out + plain.size()) == 1;
}

bool ChaChaPoly::open(const Nonce& nonce, std::string_view associated, std::string_view sealed, char* out) {
  if (sealed.size() < kTagSize) return false;
  const std::string_view text = sealed.substr(0, sealed.size() - kTagSize);
  std::array<char, kTagSize> tag;
  std::copy(sealed.end() - kTagSize, sealed.end(), tag.begin());
  unsigned char none[1];
  int size = 0;
  return EVP_DecryptInit_ex2(context_.get(), cipher_.get(), key_.bytes.data(), nonce.data(), nullptr) == 1 &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 && add(associated, nullptr) && add(text, out) &&
         EVP_DecryptFinal_ex(context_.get(), none, &size) == 1 && size == 0;
}

Error no_cryptography() {
  return {Code::Internal, "OpenSSL here does not do X25519, HKDF, HMAC or ChaCha20-Poly1305; is it set to FIPS algorithms only?", {}};
}

}  // namespace custos::evidence
