#include "base/hash.h"

#include "base/crypto/sha256.h"

namespace custos {

std::string sha256_hex(std::string_view s) { return to_hex(view(sha256(s))); }

}  // namespace custos
