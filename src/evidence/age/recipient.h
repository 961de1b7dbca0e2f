// Keys of age: a recipient ("age1...") to whom is sealed, an identity ("AGE-SECRET-KEY-1...") that opens, and files of identities.
// Called by age files, and by engine/ for what a person gives as --recipient and --identity.
// Owned values; an identity is wiped when it goes. No error repeats a secret key.
// Any thread.
// Refuses keys of other kinds than X25519, points of low order, a wrong checksum, and identity files over 64 KiB or of more than 64 keys.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/age/primitives.h"

namespace custos::evidence {

struct AgeRecipient {
  X25519Point point{};
  bool operator==(const AgeRecipient&) const = default;
};

struct AgeIdentity {
  Secret<32> scalar;
  AgeRecipient recipient;
};

// The identities of whoever reads; null: none.
using Keyring = std::shared_ptr<const std::vector<AgeIdentity>>;

Result<AgeRecipient> parse_recipient(std::string_view text);
Result<std::vector<AgeRecipient>> parse_recipients(const std::vector<std::string>& texts);
std::string to_text(const AgeRecipient& recipient);

Result<AgeIdentity> make_identity();
Result<AgeIdentity> parse_identity(std::string_view text);
std::string secret_text(const AgeIdentity& identity);  // a name that is found again: whoever has this text reads everything

// Lines of secret keys; empty lines and those that begin with '#' are passed over.
Result<std::vector<AgeIdentity>> parse_identity_file(std::string_view bytes);
// As age-keygen writes it: the recipient in a comment, then the secret key. Kept by its owner with mode 0600.
std::string identity_file(const AgeIdentity& identity, std::string_view created);

}  // namespace custos::evidence
