// The signature of a time stamp token (CMS SignedData), and the certificate that it was made with.
// Called by reply.cc alone.
// Owned; the signer's certificate lives as long as its token.
// One thread a token.
// Refuses anything but one signer with an embedded certificate, and algorithms of less than 112 bits.
#pragma once

#include <openssl/cms.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "evidence/timestamp/authorities.h"
#include "evidence/timestamp/der.h"

namespace custos::evidence::timestamp {

inline void free_certificates(STACK_OF(X509) * certificates) { sk_X509_pop_free(certificates, X509_free); }
inline void free_list(STACK_OF(X509) * certificates) { sk_X509_free(certificates); }  // not what is in it
using Certificates = Owned<STACK_OF(X509), free_certificates>;

struct Token {
  Owned<CMS_ContentInfo, CMS_ContentInfo_free> cms;
  Certificates embedded;
  X509* signer = nullptr;  // one of them
  std::string content;     // the bytes that the signature covers: a TSTInfo
};

// The signature holds with an embedded certificate, and the signed attributes name that very certificate. It may be anybody's.
Result<Token> open_token(const PKCS7* token);

// Valid at that time, and for time stamps alone.
Result<void> check_certificate(const Token& token, Micros at);

// Whether a chain led from it to one of these at that time.
Result<void> check_chain(const Token& token, const Authorities& authorities, Micros at);

// The common name of a certificate's subject, or all of its name where it has none. Safe to print.
std::string name_of(const X509* certificate);

}  // namespace custos::evidence::timestamp
