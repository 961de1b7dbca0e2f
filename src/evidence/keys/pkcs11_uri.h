// The name of a key on a token: a PKCS #11 URI (RFC 7512), pkcs11:token=custos;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so
// Called by keys/pkcs11 and by whoever must tell such a key from a file.
// Owned values.
// Any thread.
// Refuses attributes that it does not know, PINs above all, any that comes twice, and characters that RFC 7512 wants as %XX.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

// Decoded; none is empty.
struct Pkcs11Uri {
  std::string token;        // label of the token, at most 32 bytes
  std::string object;       // label of the key, at most 255
  std::string module_path;  // absolute
};

// Whether it begins like one.
bool is_pkcs11_uri(std::string_view text);
// An error never repeats a value: it may be somebody's PIN.
Result<Pkcs11Uri> parse_pkcs11_uri(std::string_view text);

}  // namespace custos::evidence
