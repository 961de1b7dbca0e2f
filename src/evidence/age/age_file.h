// Files of age (age-encryption.org/v1): a text sealed to recipients, opened by any of their identities or by the program `age`.
// Called by the log and its readers, for segments and for the keys of epochs.
// Owned values: a text is in memory as a whole.
// Any thread.
// Refuses files spelled otherwise than specified; an error of code Denied: none of these identities opens it; Malformed: it is damaged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/age/recipient.h"

namespace custos::evidence {

// Whether it begins as one. Age's other spelling, in ASCII, is none of ours.
bool is_age(std::string_view bytes);

// To 1 up to 1,000 recipients, with new random keys each time.
Result<std::string> age_seal(std::string_view plain, const std::vector<AgeRecipient>& recipients);
// All or nothing. Damage to a recipient's own lines can't be told from lines that are for somebody else, so it is Denied, too.
Result<std::string> age_open(std::string_view sealed, const std::vector<AgeIdentity>& identities);
// Denied where there is no keyring, with what to do.
Result<std::string> age_open(std::string_view sealed, const Keyring& keyring);

}  // namespace custos::evidence
