#include "evidence/keys/key_file.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/crypto/openssl.h"

namespace custos::evidence {
namespace key_file {
namespace {

// What `openssl pkcs8 -scrypt` takes, too: 16 MiB and some 50 ms a guess.
constexpr std::uint64_t kScryptN = 16384, kScryptR = 8, kScryptP = 1;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Bio = Owned<BIO, BIO_free>;

class FileSigner final : public Signer {
 public:
  FileSigner(Key key, std::string public_key) : key_(std::move(key)), public_key_(std::move(public_key)) {}
  const std::string& public_key() const override { return public_key_; }

  Result<std::string> sign(std::string_view bytes) override {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    std::string out(64, '\0');
    std::size_t size = out.size();
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size()) != 1 ||
        size != out.size()) {
      return fail(Code::Internal, "OpenSSL could not sign");
    }
    return out;
  }

 private:
  Key key_;
  std::string public_key_;
};

// What OpenSSL asks for the passphrase.
int give_passphrase(char* to, int size, int, void* from) {
  const auto& passphrase = *static_cast<const std::string_view*>(from);
  if (passphrase.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(passphrase.begin(), passphrase.end(), to);
  return static_cast<int>(passphrase.size());
}

Key new_key() {
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_keygen(context.get(), &key) != 1) return nullptr;
  return Key(key);
}

}  // namespace
}  // namespace key_file

Result<std::string> make_key_file(std::string_view passphrase) {
  using namespace key_file;
  if (passphrase.empty()) return fail(Code::Usage, "an empty passphrase protects nothing; give one of some words");
  const auto broken = [] { return fail(Code::Internal, "OpenSSL could not make a key"); };
  const Key key = new_key();
  if (!key) return broken();
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> plain(EVP_PKEY2PKCS8(key.get()));
  X509_ALGOR* algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP);
  if (!plain || algorithm == nullptr) return broken();
  const Owned<X509_SIG, X509_SIG_free> sealed(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), algorithm));
  if (!sealed) {
    X509_ALGOR_free(algorithm);
    return broken();
  }
  const Bio out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8(out.get(), sealed.get()) != 1) return broken();
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<std::unique_ptr<Signer>> open_key_file(std::string_view pem, std::string_view passphrase) {
  using namespace key_file;
  if (pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") == std::string_view::npos) {
    return fail(Code::Malformed, "is no private key that a passphrase protects (PKCS #8 in PEM, as custos and `openssl pkcs8 -topk8` write it)");
  }
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, &passphrase));
  if (!key) return fail(Code::Denied, "the passphrase does not open this key");
  std::string public_key(32, '\0');
  std::size_t size = public_key.size();
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()), &size) != 1) {
    return fail(Code::Unsupported, "is not an Ed25519 key");
  }
  return std::make_unique<FileSigner>(std::move(key), std::move(public_key));
}

}  // namespace custos::evidence
