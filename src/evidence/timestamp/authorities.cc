#include "evidence/timestamp/authorities.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fmt/format.h>

#include "evidence/timestamp/der.h"

namespace custos::evidence {
namespace stamp_authorities {
namespace {

constexpr std::size_t kMostBytes = 4u << 20, kMostCertificates = 1'000;
constexpr std::string_view kBegin = "-----BEGIN ";

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

}  // namespace
}  // namespace stamp_authorities

Result<Authorities> parse_authorities(std::string_view pem) {
  using namespace stamp_authorities;
  const Quiet quiet;
  if (pem.size() > kMostBytes) return fail(Code::Limit, "holds more than 4 MiB; give only the certificates of the time stamp authorities you trust");
  // OpenSSL passes over what it was not asked for, so each block is counted: nothing that the user put there is left out in silence.
  const std::size_t blocks = count(pem, kBegin);
  if (blocks == 0) return fail(Code::Malformed, "holds no certificate in PEM (-----BEGIN CERTIFICATE-----); `openssl x509 -inform DER` makes PEM of DER");
  if (blocks > kMostCertificates) return fail(Code::Limit, "holds more than 1,000 certificates; give only those of the time stamp authorities you trust");

  Authorities out;
  const Owned<BIO, BIO_free> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (X509* certificate = in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr) {
    out.certificates.emplace_back(certificate, X509_free);
  }
  if (out.certificates.size() != blocks) {
    return fail(Code::Malformed, fmt::format("holds something that is no certificate, or a broken one, behind {} that can be read", out.certificates.size()));
  }
  return out;
}

}  // namespace custos::evidence
