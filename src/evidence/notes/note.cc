#include "evidence/notes/note.h"

#include <openssl/evp.h>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "base/crypto/openssl.h"
#include "base/crypto/sha256.h"
#include "base/text.h"

namespace custos::evidence {
namespace notes {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::size_t kMostBytes = 64u << 10, kMostSignatures = 64;

std::string be32(std::uint32_t v) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(v >> shift & 255);
  return out;
}

std::uint32_t read_be32(std::string_view b) {
  std::uint32_t v = 0;
  for (std::size_t i = 0; i < 4; ++i) v = v << 8 | static_cast<unsigned char>(b[i]);
  return v;
}

// Spaces as Unicode has them, beside ASCII's.
bool holds_blank(std::string_view s) {
  constexpr std::string_view kBlanks[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xa8",
                                          "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
  for (const std::string_view blank : kBlanks) {
    if (s.find(blank) != std::string_view::npos) return true;
  }
  for (std::size_t at = s.find("\xe2\x80"); at != std::string_view::npos; at = s.find("\xe2\x80", at + 1)) {
    if (at + 2 < s.size() && static_cast<unsigned char>(s[at + 2]) >= 0x80 && static_cast<unsigned char>(s[at + 2]) <= 0x8a) return true;
  }
  return s.find_first_of(" \t\n\v\f\r") != std::string_view::npos;
}

}  // namespace
}  // namespace notes

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && is_valid_utf8(name) && name.find('+') == std::string_view::npos && !notes::holds_blank(name);
}

VerifierKey verifier_key(std::string name, SignatureType type, std::string public_key) {
  Sha256 s;
  s.add(name);
  s.add("\n");
  const char byte = static_cast<char>(type);
  s.add({&byte, 1});
  s.add(public_key);
  const Hash32 h = s.finish();
  return {std::move(name), notes::read_be32(view(h)), type, std::move(public_key)};
}

std::string id_text(const VerifierKey& key) { return fmt::format("{:08x}", key.id); }

std::string to_text(const VerifierKey& key) {
  return fmt::format("{}+{}+{}", key.name, id_text(key), to_base64(std::string(1, static_cast<char>(key.type)) + key.public_key));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto wrong = [&](const char* why) {
    return fail(Code::Malformed, fmt::format("is no verifier key ({}); it looks like name+1a2b3c4d+base64", why), std::string(text));
  };
  const std::size_t first = text.find('+'), second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return wrong("two '+' are needed");
  std::string material;
  if (!from_base64(text.substr(second + 1), material) || material.size() != 33) return wrong("its key is not 33 bytes in base64");
  const auto type = static_cast<SignatureType>(material[0]);
  if (type != SignatureType::Ed25519 && type != SignatureType::Cosignature) return wrong("its type is neither Ed25519 nor a cosignature");
  VerifierKey key = verifier_key(std::string(text.substr(0, first)), type, material.substr(1));
  if (!is_key_name(key.name)) return wrong("its name is empty or has blanks");
  if (id_text(key) != text.substr(first + 1, second - first - 1)) return wrong("its id is not that of name and key");
  return key;
}

std::string signature_line(const NoteSignature& s) { return fmt::format("{}{} {}\n", notes::kDash, s.name, to_base64(notes::be32(s.id) + s.bytes)); }

Result<NoteSignature> parse_signature_line(std::string_view line) {
  const auto wrong = [&] { return fail(Code::Malformed, "is no signature line", std::string(line.substr(0, 200))); };
  if (!line.starts_with(notes::kDash)) return wrong();
  line.remove_prefix(notes::kDash.size());
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return wrong();
  NoteSignature s;
  s.name = line.substr(0, blank);
  std::string bytes;
  if (!is_key_name(s.name) || !from_base64(line.substr(blank + 1), bytes) || bytes.size() < 5) return wrong();
  s.id = notes::read_be32(bytes);
  s.bytes = bytes.substr(4);
  return s;
}

Result<Note> parse_note(std::string_view bytes) {
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("is no signed note: {}", why)); };
  if (bytes.size() > notes::kMostBytes) return wrong("it is too large");
  if (!is_valid_utf8(bytes)) return wrong("it is not UTF-8");
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return wrong("it holds a control character");
  }
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos || !bytes.ends_with('\n')) return wrong("it has no text, blank line and signatures");
  Note note;
  note.text = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  if (rest.empty()) return wrong("nobody signed it");
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    auto s = parse_signature_line(rest.substr(0, end));
    if (!s) return tl::unexpected<Error>(s.error());
    note.signatures.push_back(std::move(*s));
    if (note.signatures.size() > notes::kMostSignatures) return wrong("it has too many signatures");
    rest.remove_prefix(end + 1);
  }
  return note;
}

std::string to_text(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& s : note.signatures) out += signature_line(s);
  return out;
}

bool verify_ed25519(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const auto bytes = [](std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); };
  const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), 32));
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  if (!key || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

Result<void> verify_note(const Note& note, const VerifierKey& key) {
  bool found = false;
  for (const NoteSignature& s : note.signatures) {
    if (s.name != key.name || s.id != key.id) continue;
    if (!verify_ed25519(key.public_key, note.text, s.bytes)) return fail(Code::Malformed, fmt::format("the signature of {} does not hold", key.name));
    found = true;
  }
  if (!found) return fail(Code::Malformed, fmt::format("it is not signed by {} with key {}", key.name, id_text(key)));
  return {};
}

}  // namespace custos::evidence
