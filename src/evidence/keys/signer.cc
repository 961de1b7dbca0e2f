#include "evidence/keys/signer.h"

namespace custos::evidence {

Result<Note> sign_note(std::string text, const std::string& name, Signer& signer) {
  auto signature = signer.sign(text);
  if (!signature) return tl::unexpected<Error>(signature.error());
  const VerifierKey key = verifier_key(name, SignatureType::Ed25519, signer.public_key());
  return Note{std::move(text), {{key.name, key.id, std::move(*signature)}}};
}

}  // namespace custos::evidence
