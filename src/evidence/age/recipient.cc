#include "evidence/age/recipient.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/age/bech32.h"

namespace custos::evidence {
namespace age_keys {
namespace {

constexpr std::string_view kRecipient = "age", kIdentity = "AGE-SECRET-KEY-";
constexpr std::size_t kMostFileBytes = 64u << 10, kMostIdentities = 64;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; });
  return text;
}

// Any scalar tells: clamped ones are multiples of the orders in question.
bool is_low_order(const X25519Point& point) {
  Secret<32> any, shared;
  any.bytes.fill(0x40);
  const auto key = X25519Key::of(any);
  return key && !key->agree(point, shared);
}

Result<AgeIdentity> identity_of(const Secret<32>& scalar) {
  const auto key = X25519Key::of(scalar);
  if (!key) return tl::unexpected<Error>(no_cryptography());
  return AgeIdentity{scalar, {key->point()}};
}

}  // namespace
}  // namespace age_keys

Result<AgeRecipient> parse_recipient(std::string_view text) {
  using namespace age_keys;
  // What is no recipient may be a secret key by mistake, so it is shown only where it begins as a recipient does.
  const std::string shown = text.starts_with("age1") ? printable(text, 100) : std::string();
  if (text.starts_with(kIdentity)) return fail(Code::Usage, "is a secret key; give the recipient that belongs to it (age1..., `age-keygen -y` prints it)");
  if (text.starts_with("ssh-")) return fail(Code::Unsupported, "is an SSH key; custos seals to age recipients (age1...) alone, `age-keygen` makes one");
  auto parsed = parse_bech32(text);
  if (!parsed) return fail(Code::Malformed, "is no age recipient: it " + parsed.error().text, shown);
  if (parsed->prefix != kRecipient && parsed->prefix.starts_with("age1")) {
    return fail(Code::Unsupported, "is an age recipient of another kind; custos seals to X25519 recipients alone, `age-keygen` makes one", shown);
  }
  if (parsed->prefix != kRecipient || parsed->bytes.size() != 32) {
    return fail(Code::Malformed, "is no age recipient; it looks like age1 and 58 more letters", shown);
  }
  AgeRecipient out;
  std::copy(parsed->bytes.begin(), parsed->bytes.end(), out.point.begin());
  if (is_low_order(out.point)) return fail(Code::Malformed, "is no recipient that keeps a secret (a point of low order): somebody made it up", shown);
  return out;
}

Result<std::vector<AgeRecipient>> parse_recipients(const std::vector<std::string>& texts) {
  std::vector<AgeRecipient> all;
  for (const std::string& text : texts) {
    auto recipient = parse_recipient(text);
    if (!recipient) return tl::unexpected<Error>(recipient.error());
    all.push_back(*recipient);
  }
  return all;
}

std::string to_text(const AgeRecipient& recipient) { return to_bech32(age_keys::kRecipient, view(recipient.point)); }

Result<AgeIdentity> make_identity() { return age_keys::identity_of(random_secret<32>()); }

Result<AgeIdentity> parse_identity(std::string_view text) {
  using namespace age_keys;
  if (text.starts_with("age1")) return fail(Code::Usage, "is a recipient; only the secret key that belongs to it opens (AGE-SECRET-KEY-1...)");
  auto parsed = parse_bech32(text);
  if (!parsed) return fail(Code::Malformed, "is no age identity: it " + parsed.error().text);
  Result<AgeIdentity> out = fail(Code::Malformed, "is no age identity; it looks like AGE-SECRET-KEY-1 and 58 more letters");
  if (parsed->prefix != kIdentity && (parsed->prefix.starts_with(kIdentity) || parsed->prefix.starts_with("AGE-PLUGIN-"))) {
    out = fail(Code::Unsupported, "is an age identity of another kind; custos opens with X25519 keys alone, open the file with `age -d`");
  } else if (parsed->prefix == kIdentity && parsed->bytes.size() == 32) {
    Secret<32> scalar;
    std::copy(parsed->bytes.begin(), parsed->bytes.end(), scalar.data());
    out = identity_of(scalar);
  }
  OPENSSL_cleanse(parsed->bytes.data(), parsed->bytes.size());
  return out;
}

std::string secret_text(const AgeIdentity& identity) { return age_keys::upper(to_bech32("age-secret-key-", identity.scalar.view())); }

Result<std::vector<AgeIdentity>> parse_identity_file(std::string_view bytes) {
  using namespace age_keys;
  if (bytes.size() > kMostFileBytes) return fail(Code::Limit, "is larger than 64 KiB, so it is no file of identities; give the one that `age-keygen` wrote");
  if (bytes.starts_with("age-encryption.org/") || bytes.starts_with("-----BEGIN AGE ENCRYPTED FILE-----")) {
    return fail(Code::Unsupported, "is itself encrypted; decrypt it with `age -d` first, and give what comes out");
  }
  std::vector<AgeIdentity> out;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view text = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty() || text.starts_with('#')) continue;
    auto identity = parse_identity(text);
    if (!identity) return fail(identity.error().code, fmt::format("line {} {}", line, identity.error().text));
    if (out.size() == kMostIdentities) return fail(Code::Limit, "holds more than 64 identities; give fewer");
    out.push_back(*identity);
  }
  if (out.empty()) return fail(Code::Malformed, "holds no identity; a line of it must be AGE-SECRET-KEY-1..., as `age-keygen` writes it");
  return out;
}

std::string identity_file(const AgeIdentity& identity, std::string_view created) {
  return fmt::format("# created: {}\n# public key: {}\n{}\n", created, to_text(identity.recipient), secret_text(identity));
}

}  // namespace custos::evidence
