// An Ed25519 private key in a file, protected by a passphrase: PKCS #8 in PEM, scrypt and AES-256, as `openssl pkey` reads it.
// Called by engine/ for the log's key and a witness's.
// Owned values; a signer keeps the key in memory while it lives.
// One thread a signer.
// Refuses an empty passphrase, a wrong one, other kinds of keys, and a key that nothing protects.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/keys/signer.h"

namespace custos::evidence {

// A new key as the bytes of its file.
Result<std::string> make_key_file(std::string_view passphrase);
Result<std::unique_ptr<Signer>> open_key_file(std::string_view pem, std::string_view passphrase);

}  // namespace custos::evidence
