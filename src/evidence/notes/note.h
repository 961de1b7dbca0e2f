// C2SP signed notes: a text and the lines of those who signed it.
// Called by checkpoints, cosignatures and packages.
// Owned values.
// Any thread.
// Refuses whatever is not spelled as the specification says, and more than 64 signatures or 64 KiB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::evidence {

enum class SignatureType : std::uint8_t { Ed25519 = 0x01, Cosignature = 0x04 };

// "<name>+<id in 8 hex digits>+<base64 of type and public key>"
struct VerifierKey {
  std::string name;
  std::uint32_t id = 0;
  SignatureType type = SignatureType::Ed25519;
  std::string public_key;  // 32 bytes
  bool operator==(const VerifierKey&) const = default;
};

// The id is made of the rest.
VerifierKey verifier_key(std::string name, SignatureType type, std::string public_key);
Result<VerifierKey> parse_verifier_key(std::string_view text);
std::string to_text(const VerifierKey& key);
std::string id_text(const VerifierKey& key);  // its id as 8 hexadecimal digits
bool is_key_name(std::string_view name);      // not empty, no blanks, no '+'

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  std::string bytes;  // behind the id
};

struct Note {
  std::string text;  // with its last newline
  std::vector<NoteSignature> signatures;
};

Result<Note> parse_note(std::string_view bytes);
std::string to_text(const Note& note);
std::string signature_line(const NoteSignature& s);  // "— name base64\n"
Result<NoteSignature> parse_signature_line(std::string_view line);  // without its newline

bool verify_ed25519(std::string_view public_key, std::string_view message, std::string_view signature);

// The note's signatures by this key. None: an error that says so. One that does not hold: an error, whatever else holds.
Result<void> verify_note(const Note& note, const VerifierKey& key);

}  // namespace custos::evidence
