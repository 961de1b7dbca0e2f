#include "base/crypto/secure_random.h"

#include <openssl/rand.h>

#include <cstdlib>

namespace custos {

std::string secure_random(std::size_t bytes) {
  std::string out(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(bytes)) != 1) std::abort();
  return out;
}

}  // namespace custos
