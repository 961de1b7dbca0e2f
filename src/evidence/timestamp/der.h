// DER in its one spelling, and what is read out of it.
// Called by this folder alone.
// Owned objects.
// One thread an object.
// Refuses DER that is larger than a mebibyte, has bytes behind it, or is not what OpenSSL would write.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/stack.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/crypto/openssl.h"
#include "base/time.h"

namespace custos::evidence::timestamp {

inline constexpr std::size_t kMostDer = 1u << 20;

template <auto Encode, class T>
std::string encode(const T* object) {
  unsigned char* bytes = nullptr;
  const int size = Encode(object, &bytes);
  if (size < 0) return {};
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

// Null unless all of `der` is one such object and encoding it again gives the same bytes.
template <auto Decode, auto Encode, auto Free>
auto decode(std::string_view der) {
  using Object = Owned<std::remove_pointer_t<decltype(Decode(nullptr, nullptr, 0))>, Free>;
  if (der.size() > kMostDer) return Object();
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  Object object(Decode(nullptr, &at, static_cast<long>(der.size())));
  if (object && encode<Encode>(object.get()) != der) object.reset();
  return object;
}

inline std::string_view bytes_of(const ASN1_STRING* s) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)), static_cast<std::size_t>(ASN1_STRING_length(s))};
}

// "20240315100000.25Z": the time in a token, with as many digits of a second as its authority gives.
std::optional<Micros> time_of_token(std::string_view generalized);
// notBefore and notAfter of certificates.
std::optional<Micros> time_of(const ASN1_TIME* t);

// Lower case, without leading zeros ("0" at least); "-" before it where it is negative.
std::string hex_of(const ASN1_INTEGER* number);

}  // namespace custos::evidence::timestamp
