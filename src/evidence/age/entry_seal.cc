#include "evidence/age/entry_seal.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "evidence/age/primitives.h"

namespace custos::evidence {
namespace entry_seal {
namespace {

constexpr char kSealed = 0x01;
constexpr std::size_t kFront = 1 + 4;

Nonce nonce_of(std::uint64_t index) {
  Nonce out{};
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(index >> (8 * i));
  return out;
}

Result<ChaChaPoly> cipher_of(std::string_view key) {
  if (key.size() != 32) return fail(Code::Usage, "the key of an epoch is 32 bytes, and this one is not; take another copy of its file in epochs/");
  Secret<32> secret;
  std::copy(key.begin(), key.end(), secret.data());
  auto out = ChaChaPoly::of(secret);
  if (!out) return tl::unexpected<Error>(no_cryptography());
  return std::move(*out);
}

}  // namespace
}  // namespace entry_seal

bool is_sealed_entry(std::string_view stored) { return stored.starts_with(entry_seal::kSealed); }

Result<std::uint32_t> epoch_of(std::string_view stored) {
  if (!is_sealed_entry(stored) || stored.size() < kEntrySealSize || stored.size() > kMostStoredEntry) {
    return fail(Code::Malformed, "is no sealed entry; the entry file is damaged, take another copy of it");
  }
  return load_le<std::uint32_t>(stored, 1);
}

Result<std::string> seal_entry(std::string_view entry, std::string_view key, std::uint32_t epoch, std::uint64_t index, std::string_view origin) {
  using namespace entry_seal;
  if (entry.size() > kMostStoredEntry - kEntrySealSize) {
    return fail(Code::Limit, fmt::format("is an entry of {} bytes, and a sealed log has room for {}", entry.size(), kMostStoredEntry - kEntrySealSize));
  }
  auto cipher = cipher_of(key);
  if (!cipher) return tl::unexpected<Error>(cipher.error());
  std::string out(entry.size() + kEntrySealSize, '\0');
  out[0] = kSealed;
  for (std::size_t i = 0; i < 4; ++i) out[1 + i] = static_cast<char>(epoch >> (8 * i) & 255);
  if (!cipher->seal(nonce_of(index), origin, entry, out.data() + kFront)) return tl::unexpected<Error>(no_cryptography());
  return out;
}

Result<std::string> open_entry(std::string_view stored, std::string_view key, std::uint64_t index, std::string_view origin) {
  using namespace entry_seal;
  const auto epoch = epoch_of(stored);
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  auto cipher = cipher_of(key);
  if (!cipher) return tl::unexpected<Error>(cipher.error());
  std::string out(stored.size() - kEntrySealSize, '\0');
  if (!cipher->open(nonce_of(index), origin, stored.substr(kFront), out.data())) {
    OPENSSL_cleanse(out.data(), out.size());
    return fail(Code::Malformed, fmt::format("entry {} does not open with the key of epoch {}: it is damaged, or of another place or log", index, *epoch));
  }
  return out;
}

}  // namespace custos::evidence
