// Somebody who can sign: the log, a witness. Where the private key is, is his business.
// Called by the log, packages and the witness.
// Owned by whoever opened the key.
// One thread at a time.
// Refuses with a sentence when the key can't be used.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/notes/note.h"

namespace custos::evidence {

class Signer {
 public:
  virtual ~Signer() = default;
  virtual const std::string& public_key() const = 0;            // Ed25519, 32 bytes
  virtual Result<std::string> sign(std::string_view bytes) = 0;  // 64 bytes (RFC 8032, pure)
};

// A note with one signature: the signer's, under this name.
Result<Note> sign_note(std::string text, const std::string& name, Signer& signer);

}  // namespace custos::evidence
