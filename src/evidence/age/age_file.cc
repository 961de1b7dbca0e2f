#include "evidence/age/age_file.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/crypto/secure_random.h"
#include "evidence/age/age_header.h"

namespace custos::evidence {
namespace age_file {
namespace {

constexpr std::size_t kChunk = 64u << 10, kSealedChunk = kChunk + kTagSize, kNonceSize = 16, kMostRecipients = 1000;
constexpr std::string_view kType = "X25519", kLabel = "age-encryption.org/v1/X25519";

using FileKey = Secret<16>;

// The key that wraps the file key for one recipient.
bool wrap_key(const Secret<32>& shared, const X25519Point& share, const X25519Point& recipient, Secret<32>& out) {
  std::string salt(view(share));
  salt += view(recipient);
  return hkdf_sha256(shared.view(), salt, kLabel, out);
}

// The share is new for each stanza. False where OpenSSL can't or the recipient's point is of low order.
bool wrap(const FileKey& file_key, const AgeRecipient& recipient, AgeStanza& out) {
  const auto ephemeral = X25519Key::of(random_secret<32>());
  Secret<32> shared, key;
  if (!ephemeral || !ephemeral->agree(recipient.point, shared) || !wrap_key(shared, ephemeral->point(), recipient.point, key)) return false;
  auto cipher = ChaChaPoly::of(key);
  out.arguments = {std::string(kType), to_bare_base64(view(ephemeral->point()))};
  out.body.resize(file_key.bytes.size() + kTagSize);
  return cipher && cipher->seal(Nonce{}, {}, file_key.view(), out.body.data());
}

struct Wrapped {
  X25519Point share{};
  const std::string* body = nullptr;
};

// The stanzas that are ours to look at. A bad one spoils the file, whomever it is for.
Result<std::vector<Wrapped>> x25519_stanzas(const AgeHeader& header) {
  std::vector<Wrapped> out;
  for (const AgeStanza& stanza : header.stanzas) {
    if (stanza.arguments[0] == "scrypt" && header.stanzas.size() > 1) return damaged_age_file("a passphrase must be the only way to open it, and is not");
    if (stanza.arguments[0] != kType) continue;
    std::string share;
    if (stanza.arguments.size() != 2 || !from_bare_base64(stanza.arguments[1], share) || share.size() != 32 ||
        stanza.body.size() != sizeof(FileKey::bytes) + kTagSize) {
      return damaged_age_file("an X25519 stanza is not made as it should");
    }
    out.push_back({hash_from(share), &stanza.body});
  }
  return out;
}

Result<FileKey> unwrap(const std::vector<Wrapped>& stanzas, const std::vector<AgeIdentity>& identities) {
  for (const AgeIdentity& identity : identities) {
    const auto own = X25519Key::of(identity.scalar);
    if (!own) return tl::unexpected<Error>(no_cryptography());
    for (const Wrapped& stanza : stanzas) {
      Secret<32> shared, key;
      if (!own->agree(stanza.share, shared)) return damaged_age_file("an X25519 stanza has a share of low order");
      if (!wrap_key(shared, stanza.share, own->point(), key)) return tl::unexpected<Error>(no_cryptography());
      auto cipher = ChaChaPoly::of(key);
      if (!cipher) return tl::unexpected<Error>(no_cryptography());
      FileKey file_key;
      if (cipher->open(Nonce{}, {}, *stanza.body, file_key.data())) return file_key;
    }
  }
  const char* why = stanzas.empty() ? "it is sealed with a passphrase or to keys of another kind; open it with `age -d`"
                                    : "it is sealed to somebody else, or its header is damaged; give the identity of one of its recipients";
  return fail(Code::Denied, fmt::format("none of the {} identities given opens this age file: {}", identities.size(), why));
}

// Big-endian counter of 11 bytes, then whether the chunk is the last.
Nonce chunk_nonce(std::uint64_t chunk, bool last) {
  Nonce out{};
  for (std::size_t i = 0; i < 8; ++i) out[10 - i] = static_cast<std::uint8_t>(chunk >> (8 * i));
  out[11] = last ? 1 : 0;
  return out;
}

std::optional<ChaChaPoly> payload_cipher(const FileKey& file_key, std::string_view nonce) {
  Secret<32> key;
  if (!hkdf_sha256(file_key.view(), nonce, "payload", key)) return std::nullopt;
  return ChaChaPoly::of(key);
}

Result<std::string> open_payload(std::string_view payload, const FileKey& file_key) {
  if (payload.size() < kNonceSize + kTagSize) return damaged_age_file("it ends before its payload does");
  auto cipher = payload_cipher(file_key, payload.substr(0, kNonceSize));
  if (!cipher) return tl::unexpected<Error>(no_cryptography());
  payload.remove_prefix(kNonceSize);
  const std::size_t chunks = (payload.size() + kSealedChunk - 1) / kSealedChunk;
  const std::size_t rest = payload.size() - (chunks - 1) * kSealedChunk;
  if (rest < kTagSize) return damaged_age_file("it ends before its payload does");
  if (rest == kTagSize && chunks > 1) return damaged_age_file("its last chunk is empty");
  std::string out(payload.size() - chunks * kTagSize, '\0');
  for (std::size_t i = 0; i < chunks; ++i) {
    const std::string_view chunk = payload.substr(i * kSealedChunk, kSealedChunk);
    if (!cipher->open(chunk_nonce(i, i + 1 == chunks), {}, chunk, out.data() + i * kChunk)) {
      OPENSSL_cleanse(out.data(), out.size());
      return damaged_age_file(fmt::format("chunk {} of {} does not hold; bytes of it were changed, or its end is missing", i + 1, chunks));
    }
  }
  return out;
}

}  // namespace
}  // namespace age_file

bool is_age(std::string_view bytes) { return bytes.starts_with(kAgeVersion); }

Result<std::string> age_seal(std::string_view plain, const std::vector<AgeRecipient>& recipients) {
  using namespace age_file;
  if (recipients.empty()) return fail(Code::Usage, "nobody could open what is sealed to nobody; give a recipient (age1...)");
  if (recipients.size() > kMostRecipients) return fail(Code::Limit, "can't be sealed to more than 1,000 recipients; give fewer");
  const FileKey file_key = random_secret<16>();
  std::vector<AgeStanza> stanzas(recipients.size());
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (!wrap(file_key, recipients[i], stanzas[i])) {
      const auto again = parse_recipient(to_text(recipients[i]));  // which knows why
      return tl::unexpected<Error>(again ? no_cryptography() : again.error());
    }
  }
  std::string out;
  const std::string nonce = secure_random(kNonceSize);
  auto cipher = payload_cipher(file_key, nonce);
  if (!cipher || !write_age_header(stanzas, file_key, out)) return tl::unexpected<Error>(no_cryptography());
  out += nonce;
  const std::size_t chunks = plain.empty() ? 1 : (plain.size() + kChunk - 1) / kChunk, start = out.size();
  out.resize(start + plain.size() + chunks * kTagSize);
  for (std::size_t i = 0; i < chunks; ++i) {
    const std::string_view chunk = plain.substr(i * kChunk, kChunk);
    if (!cipher->seal(chunk_nonce(i, i + 1 == chunks), {}, chunk, out.data() + start + i * kSealedChunk)) return tl::unexpected<Error>(no_cryptography());
  }
  return out;
}

Result<std::string> age_open(std::string_view sealed, const std::vector<AgeIdentity>& identities) {
  using namespace age_file;
  const auto header = parse_age_header(sealed);
  if (!header) return tl::unexpected<Error>(header.error());
  const auto stanzas = x25519_stanzas(*header);
  if (!stanzas) return tl::unexpected<Error>(stanzas.error());
  const auto file_key = unwrap(*stanzas, identities);
  if (!file_key) return tl::unexpected<Error>(file_key.error());
  Hash32 mac;
  if (!age_header_mac(*file_key, sealed.substr(0, header->covered), mac)) return tl::unexpected<Error>(no_cryptography());
  if (CRYPTO_memcmp(mac.data(), header->mac.data(), mac.size()) != 0) return damaged_age_file("its header was changed: the MAC does not hold");
  return open_payload(sealed.substr(header->size), *file_key);
}

Result<std::string> age_open(std::string_view sealed, const Keyring& keyring) {
  if (!keyring) return fail(Code::Denied, "is encrypted; name the file with the identity of one of the recipients with --identity");
  return age_open(sealed, *keyring);
}

}  // namespace custos::evidence
