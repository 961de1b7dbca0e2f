#include "evidence/timestamp/query.h"

#include "base/crypto/secure_random.h"
#include "base/crypto/sha256.h"

namespace custos::evidence {
namespace stamp_query {
namespace {

// Type, length below 128, content.
std::string der(char type, std::string_view content) {
  std::string out{type, static_cast<char>(content.size())};
  out += content;
  return out;
}

constexpr char kBoolean = 0x01, kInteger = 0x02, kOctets = 0x04, kSequence = 0x30;
// AlgorithmIdentifier: 2.16.840.1.101.3.4.2.1, NULL.
constexpr std::string_view kSha256{"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00", 15};

// As INTEGER wants it: positive, and no more bytes than it needs.
std::string make_nonce() {
  std::string nonce;
  do {
    nonce = secure_random(8);
  } while (nonce[0] == 0);
  return (nonce[0] & 0x80) != 0 ? std::string(1, '\0') + nonce : nonce;
}

}  // namespace
}  // namespace stamp_query

// Seventy bytes that never change their form: written by hand they can't fail, as allocating half a dozen objects for them might. Tests read them with OpenSSL.
std::string make_query(std::string_view stamped) {
  using namespace stamp_query;
  const Hash32 hash = sha256(stamped);
  return der(kSequence, der(kInteger, "\x01") + der(kSequence, std::string(kSha256) + der(kOctets, view(hash))) + der(kInteger, make_nonce()) +
                            der(kBoolean, "\xff"));
}

}  // namespace custos::evidence
