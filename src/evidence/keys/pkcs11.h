// An Ed25519 key on a token (smart card, HSM, SoftHSM), used by way of PKCS #11: the private key never leaves it.
// Called by engine/ for the log's key and a witness's.
// Owned values; a signer holds a session with the token. The module stays loaded until the process ends.
// One thread a signer.
// Refuses a wrong PIN, names that no or several things have, other kinds of keys, and a signature that the public key does not bear out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/keys/pkcs11_uri.h"
#include "evidence/keys/signer.h"

namespace custos::evidence {

// Tokens lock after a few wrong PINs, so nothing is ever tried twice. An empty PIN is right for a token that asks for it itself or wants none.
// While a signer of this process is logged in, the module does not look at the PIN of the next one for the same token.
Result<std::unique_ptr<Signer>> open_pkcs11(const std::string& uri, std::string_view pin);

// A new key pair on the token, under the label `object` of the URI: sensitive, not extractable. Gives the public key, 32 bytes.
Result<std::string> make_pkcs11_key(const std::string& uri, std::string_view pin);

}  // namespace custos::evidence
