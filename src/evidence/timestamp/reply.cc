#include "evidence/timestamp/reply.h"

#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/crypto/sha256.h"
#include "base/text.h"
#include "evidence/timestamp/der.h"
#include "evidence/timestamp/token.h"

namespace custos::evidence {
namespace stamp_reply {
namespace {

using timestamp::bytes_of;
using Response = Owned<TS_RESP, TS_RESP_free>;
using Info = Owned<TS_TST_INFO, TS_TST_INFO_free>;

constexpr std::size_t kMostSerial = 64;  // RFC 3161 asks for 20 bytes
constexpr int kMostTexts = 8;

tl::unexpected<Error> wrong(std::string_view why) { return fail(Code::Malformed, fmt::format("is no reply of a time stamp authority: {}", why)); }
tl::unexpected<Error> wrong_stamp(std::string_view why) { return fail(Code::Malformed, fmt::format("is no time stamp that can be trusted: {}", why)); }

std::string_view status_text(long status) {
  switch (status) {
    case 1: return "granted with modifications, though nothing was asked that could be modified";
    case 2: return "rejection";
    case 3: return "waiting: ask it again later";
    case 4: return "a revocation is at hand";
    case 5: return "revoked";
    default: return "a status that RFC 3161 does not know";
  }
}

constexpr std::array<std::pair<int, const char*>, 8> kFailures{{{0, "it does not know SHA-256"},
                                                                {2, "it does not allow such a query"},
                                                                {5, "it could not read the query"},
                                                                {14, "its clock is not available"},
                                                                {15, "it does not know the policy"},
                                                                {16, "it does not know an extension"},
                                                                {17, "it can't give what was asked besides"},
                                                                {25, "something failed there"}}};

// Why there is no time stamp, as far as the authority says.
std::string refusal(long status, TS_STATUS_INFO* info) {
  std::string out = fmt::format("the authority gave no time stamp: {}", status_text(status));
  if (const ASN1_BIT_STRING* failure = TS_STATUS_INFO_get0_failure_info(info)) {
    for (const auto& [bit, why] : kFailures) {
      if (ASN1_BIT_STRING_get_bit(failure, bit) == 1) out += fmt::format(", {}", why);
    }
  }
  const STACK_OF(ASN1_UTF8STRING)* texts = TS_STATUS_INFO_get0_text(info);
  for (int i = 0; texts != nullptr && i < std::min(sk_ASN1_UTF8STRING_num(texts), kMostTexts); ++i) {
    out += fmt::format("{} \"{}\"", i == 0 ? "; it says" : ",", printable(to_valid_utf8(bytes_of(sk_ASN1_UTF8STRING_value(texts, i))), 200));
  }
  return out;
}

// A reply that was granted; it holds a token then.
Result<Response> read(std::string_view der) {
  if (der.size() > timestamp::kMostDer) return fail(Code::Limit, "is no reply of a time stamp authority: it is larger than 1 MiB");
  Response response = timestamp::decode<d2i_TS_RESP, i2d_TS_RESP, TS_RESP_free>(der);
  if (!response) return wrong("it is not DER as RFC 3161 says, or something stands behind it");
  TS_STATUS_INFO* info = TS_RESP_get_status_info(response.get());
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
  if (status != 0) return fail(Code::Denied, refusal(status, info));
  if (TS_STATUS_INFO_get0_failure_info(info) != nullptr) return wrong("it says that it is granted and why it is not");
  if (TS_RESP_get_token(response.get()) == nullptr || TS_RESP_get_tst_info(response.get()) == nullptr) return wrong("it has no time stamp in it");
  return response;
}

// The hash, and nothing where it is not SHA-256.
std::string_view sha256_of(TS_MSG_IMPRINT* imprint) {
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const std::string_view hash = bytes_of(TS_MSG_IMPRINT_get_msg(imprint));
  return OBJ_obj2nid(algorithm) == NID_sha256 && hash.size() == 32 ? hash : std::string_view();
}

// RFC 3161: an authority that names itself must name the subject of its certificate.
bool names_itself(TS_TST_INFO* info, const X509* certificate) {
  GENERAL_NAME* name = TS_TST_INFO_get_tsa(info);
  if (name == nullptr) return true;
  if (name->type == GEN_DIRNAME && X509_NAME_cmp(name->d.dirn, X509_get_subject_name(certificate)) == 0) return true;
  const Owned<GENERAL_NAMES, GENERAL_NAMES_free> others(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; others && i < sk_GENERAL_NAME_num(others.get()); ++i) {
    if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(others.get(), i), name) == 0) return true;
  }
  return false;
}

// The TSTInfo out of the very bytes that the signature covers. They are the authority's own spelling, so only their end is looked at.
Result<Info> read_content(std::string_view content) {
  const auto* at = reinterpret_cast<const unsigned char*>(content.data());
  const auto* end = at + content.size();
  Info info(d2i_TS_TST_INFO(nullptr, &at, static_cast<long>(content.size())));
  if (!info || at != end) return wrong_stamp("what was signed is no time stamp");
  if (TS_TST_INFO_get_version(info.get()) != 1) return wrong_stamp("its version is not 1");
  if (TS_TST_INFO_get_ext_by_critical(info.get(), 1, -1) >= 0) {
    return fail(Code::Unsupported, "is a time stamp with an extension that must be understood, and is not");
  }
  if (bytes_of(TS_TST_INFO_get_serial(info.get())).size() > kMostSerial) return wrong_stamp("its serial number is too long");
  return info;
}

}  // namespace
}  // namespace stamp_reply

Result<TimeStamp> verify_reply(std::string_view reply_der, std::string_view stamped, const Authorities* authorities) {
  using namespace stamp_reply;
  const Quiet quiet;
  const auto broken = [](const auto& result) { return tl::unexpected<Error>(result.error()); };
  const auto response = read(reply_der);
  if (!response) return broken(response);
  const auto token = timestamp::open_token(TS_RESP_get_token(response->get()));
  if (!token) return broken(token);
  const auto content = read_content(token->content);
  if (!content) return broken(content);
  TS_TST_INFO* info = content->get();

  const std::string_view hash = sha256_of(TS_TST_INFO_get_msg_imprint(info));
  if (hash.empty()) return wrong_stamp("it is over another hash than SHA-256");
  if (hash != view(sha256(stamped))) return wrong_stamp("it is over other bytes than these");
  const auto time = timestamp::time_of_token(bytes_of(TS_TST_INFO_get_time(info)));
  if (!time) return wrong_stamp("its time is none");
  if (!names_itself(info, token->signer)) return wrong_stamp("the authority calls itself by another name than its certificate");
  if (const auto ok = timestamp::check_certificate(*token, *time); !ok) return broken(ok);

  TimeStamp out;
  if (authorities != nullptr) {
    if (const auto ok = timestamp::check_chain(*token, *authorities, *time); !ok) return broken(ok);
    out.trusted = true;
  }
  out.time = *time;
  out.authority = timestamp::name_of(token->signer);
  out.expires = timestamp::time_of(X509_get0_notAfter(token->signer)).value_or(kNoTime);
  out.serial = timestamp::hex_of(TS_TST_INFO_get_serial(info));
  return out;
}

Result<void> fits_query(std::string_view reply_der, std::string_view query_der) {
  using namespace stamp_reply;
  const Quiet quiet;
  const auto response = read(reply_der);
  if (!response) return tl::unexpected<Error>(response.error());
  const auto query = timestamp::decode<d2i_TS_REQ, i2d_TS_REQ, TS_REQ_free>(query_der);
  if (!query) return fail(Code::Usage, "what was asked is no time stamp query");
  TS_TST_INFO* info = TS_RESP_get_tst_info(response->get());
  const std::string_view asked = sha256_of(TS_REQ_get_msg_imprint(query.get()));
  if (asked.empty() || asked != sha256_of(TS_TST_INFO_get_msg_imprint(info))) return wrong("it is over other bytes than were asked for");
  const ASN1_INTEGER* sent = TS_REQ_get_nonce(query.get());
  const ASN1_INTEGER* received = TS_TST_INFO_get_nonce(info);
  if (sent == nullptr) return fail(Code::Usage, "what was asked has no nonce, so any reply would fit");
  if (received == nullptr || ASN1_INTEGER_cmp(sent, received) != 0) return wrong("it answers another query (its nonce is not the one that was sent)");
  return {};
}

}  // namespace custos::evidence
