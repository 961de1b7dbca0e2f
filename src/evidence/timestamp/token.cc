#include "evidence/timestamp/token.h"

#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence::timestamp {
namespace {

constexpr int kMostEmbedded = 64;
constexpr int kSecurityLevel = 2;  // of OpenSSL's: RSA of 2048 bits, curves of 224, no SHA-1
constexpr int kSecurityBits = 112;

tl::unexpected<Error> wrong(std::string_view why) { return fail(Code::Malformed, fmt::format("is no time stamp that can be trusted: {}", why)); }

// Nothing covers parameters with a signature; where an algorithm has none they are left out or NULL.
bool has_no_parameters(const X509_ALGOR* algorithm) {
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, nullptr, algorithm);
  return type == V_ASN1_UNDEF || type == V_ASN1_NULL;
}

int id_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

// OpenSSL takes any signature algorithm for the signer's key; here it must be that of the key and the digest.
bool is_signature_of(int algorithm, int digest, int key) {
  if (algorithm == NID_rsaEncryption || algorithm == NID_X9_62_id_ecPublicKey) return algorithm == key;
  int its_digest = NID_undef, its_key = NID_undef;
  if (OBJ_find_sigid_algs(algorithm, &its_digest, &its_key) != 1) return false;
  if (its_digest == NID_undef) return its_key == NID_rsassaPss && (key == NID_rsaEncryption || key == NID_rsassaPss);  // the digest is in its parameters
  return its_digest == digest && its_key == key;
}

// RSA-PSS has its digest twice more in its parameters. Salt and trailer are part of what is verified.
bool has_parameters_of_pss(const X509_ALGOR* algorithm, int digest) {
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto p = decode<d2i_RSA_PSS_PARAMS, i2d_RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>(bytes_of(static_cast<const ASN1_STRING*>(value)));
  if (!p || p->hashAlgorithm == nullptr || p->maskGenAlgorithm == nullptr || id_of(p->maskGenAlgorithm) != NID_mgf1) return false;
  X509_ALGOR_get0(nullptr, &type, &value, p->maskGenAlgorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto mask = decode<d2i_X509_ALGOR, i2d_X509_ALGOR, X509_ALGOR_free>(bytes_of(static_cast<const ASN1_STRING*>(value)));
  return mask && id_of(p->hashAlgorithm) == digest && id_of(mask.get()) == digest && has_no_parameters(p->hashAlgorithm) && has_no_parameters(mask.get());
}

// What stands around the signed bytes. CMS asks for the versions; a reader that shrugs at them lets bytes change unnoticed.
Result<PKCS7_SIGNER_INFO*> only_signer(const PKCS7* token) {
  if (PKCS7_type_is_signed(const_cast<PKCS7*>(token)) != 1) return wrong("it is not signed");
  const PKCS7_SIGNED& data = *token->d.sign;
  if (sk_PKCS7_SIGNER_INFO_num(data.signer_info) != 1) return wrong("it has not exactly one signer");
  PKCS7_SIGNER_INFO* signer = sk_PKCS7_SIGNER_INFO_value(data.signer_info, 0);
  if (ASN1_INTEGER_get(data.version) != 3 || ASN1_INTEGER_get(signer->version) != 1) return wrong("its version is none that RFC 3161 allows");
  // One signer needs one digest. Of thousands OpenSSL would compute each.
  if (sk_X509_ALGOR_num(data.md_algs) != 1) return wrong("it has not exactly one digest algorithm");
  if (!has_no_parameters(sk_X509_ALGOR_value(data.md_algs, 0))) return wrong("its digest algorithm has parameters");
  return signer;
}

// OpenSSL compares names as people do, without case. No signature covers this one, so it must be the certificate's to the byte.
bool names_its_issuer(const PKCS7_SIGNER_INFO* info, const X509* certificate) {
  return encode<i2d_X509_NAME>(info->issuer_and_serial->issuer) == encode<i2d_X509_NAME>(X509_get_issuer_name(certificate));
}

Result<void> check_algorithms(const PKCS7_SIGNER_INFO* info, const X509* certificate) {
  static constexpr std::array kDigests{NID_sha256, NID_sha384, NID_sha512, NID_sha3_256, NID_sha3_384, NID_sha3_512};
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return wrong("the key of its signer can't be read");
  const int digest = id_of(info->digest_alg), signature = id_of(info->digest_enc_alg);
  if (std::find(kDigests.begin(), kDigests.end(), digest) == kDigests.end()) return wrong("its signature is over a digest that is not SHA-256 or better");
  if (EVP_PKEY_get_security_bits(key) < kSecurityBits) return wrong("its signer's key is too short");
  if (!has_no_parameters(info->digest_alg)) return wrong("its digest algorithm has parameters");
  if (!is_signature_of(signature, digest, EVP_PKEY_get_base_id(key))) return wrong("its signature algorithm is not that of its signer's key and digest");
  const bool fits = signature == NID_rsassaPss ? has_parameters_of_pss(info->digest_enc_alg, digest) : has_no_parameters(info->digest_enc_alg);
  if (!fits) return wrong("its signature algorithm has parameters that do not belong to it");
  return {};
}

void free_types(ASN1_SEQUENCE_ANY* types) { sk_ASN1_TYPE_pop_free(types, ASN1_TYPE_free); }

// Both attributes are SEQUENCE { SEQUENCE OF certificate id, ... }: the same with the first id alone. The others name certificates above the signer's,
// which needn't be at hand here; who signed is said by the first.
std::string first_id_alone(const ASN1_STRING* attribute) {
  using Types = Owned<ASN1_SEQUENCE_ANY, free_types>;
  const auto parts_of = [](const ASN1_STRING* sequence) {
    const unsigned char* at = ASN1_STRING_get0_data(sequence);
    return Types(d2i_ASN1_SEQUENCE_ANY(nullptr, &at, ASN1_STRING_length(sequence)));
  };
  const Types outer = parts_of(attribute);
  if (!outer || sk_ASN1_TYPE_num(outer.get()) < 1) return {};
  ASN1_TYPE* list = sk_ASN1_TYPE_value(outer.get(), 0);
  if (ASN1_TYPE_get(list) != V_ASN1_SEQUENCE) return {};
  const Types ids = parts_of(list->value.sequence);
  if (!ids || sk_ASN1_TYPE_num(ids.get()) < 1) return {};
  while (sk_ASN1_TYPE_num(ids.get()) > 1) ASN1_TYPE_free(sk_ASN1_TYPE_pop(ids.get()));
  while (sk_ASN1_TYPE_num(outer.get()) > 1) ASN1_TYPE_free(sk_ASN1_TYPE_pop(outer.get()));
  const std::string one = encode<i2d_ASN1_SEQUENCE_ANY>(ids.get());
  if (ASN1_STRING_set(list->value.sequence, one.data(), static_cast<int>(one.size())) != 1) return {};
  return encode<i2d_ASN1_SEQUENCE_ANY>(outer.get());
}

// RFC 2634 and RFC 5035: which certificate the signer meant. Without it somebody could put another certificate of the same key in its place.
Result<void> check_signing_certificate(CMS_SignerInfo* signer, X509* certificate) {
  const auto attribute = [&](int id, bool& there) -> const ASN1_STRING* {
    there = CMS_signed_get_attr_by_NID(signer, id, -1) >= 0;
    return there ? static_cast<const ASN1_STRING*>(CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(id), -3, V_ASN1_SEQUENCE)) : nullptr;
  };
  bool has_old = false, has_new = false;
  const ASN1_STRING* with_sha1 = attribute(NID_id_smime_aa_signingCertificate, has_old);
  const ASN1_STRING* with_any = attribute(NID_id_smime_aa_signingCertificateV2, has_new);
  if (!has_old && !has_new) return wrong("it does not say which certificate signed it (the attribute signingCertificate is not there)");
  // Signed, so its spelling is the authority's own.
  const auto read = [](const ASN1_STRING* ids, auto decoder) {
    const std::string der = ids != nullptr ? first_id_alone(ids) : std::string();
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    return decoder(nullptr, &at, static_cast<long>(der.size()));
  };
  const Owned<ESS_SIGNING_CERT, ESS_SIGNING_CERT_free> old_ids(read(with_sha1, d2i_ESS_SIGNING_CERT));
  const Owned<ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free> new_ids(read(with_any, d2i_ESS_SIGNING_CERT_V2));
  if (has_old != (old_ids != nullptr) || has_new != (new_ids != nullptr)) return wrong("what it says of the certificate that signed it can't be read");
  const Owned<STACK_OF(X509), free_list> alone(sk_X509_new_null());
  if (!alone || sk_X509_push(alone.get(), certificate) <= 0) return fail(Code::Internal, "OpenSSL has no memory left");
  if (OSSL_ESS_check_signing_certs(old_ids.get(), new_ids.get(), alone.get(), 1) <= 0) return wrong("it was signed with another certificate than it says");
  return {};
}

Result<CMS_SignerInfo*> verify_signature(Token& out) {
  const Owned<BIO, BIO_free> content(BIO_new(BIO_s_mem()));
  if (!content || CMS_verify(out.cms.get(), nullptr, nullptr, nullptr, content.get(), CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
    return wrong("its signature does not hold with the certificate in it");
  }
  const auto* infos = CMS_get0_SignerInfos(out.cms.get());
  CMS_SignerInfo* info = infos != nullptr && sk_CMS_SignerInfo_num(infos) == 1 ? sk_CMS_SignerInfo_value(infos, 0) : nullptr;
  if (info == nullptr) return wrong("it has not exactly one signer");
  CMS_SignerInfo_get0_algs(info, nullptr, &out.signer, nullptr, nullptr);
  if (out.signer == nullptr) return wrong("the certificate of its signer is not in it");
  const auto* type = static_cast<const ASN1_OBJECT*>(CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT));
  if (type == nullptr || OBJ_obj2nid(type) != NID_id_smime_ct_TSTInfo) return wrong("what was signed is no time stamp");
  char* data = nullptr;
  const long size = BIO_get_mem_data(content.get(), &data);
  out.content.assign(data, static_cast<std::size_t>(size));
  return info;
}

}  // namespace

Result<Token> open_token(const PKCS7* token) {
  const auto signer = only_signer(token);
  if (!signer) return tl::unexpected<Error>(signer.error());
  Token out;
  // CMS and not PKCS #7 verifies: it knows RSA-PSS.
  const std::string der = encode<i2d_PKCS7>(token);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  out.cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (!out.cms) return wrong("it is not written as CMS");
  out.embedded.reset(CMS_get1_certs(out.cms.get()));
  if (!out.embedded || sk_X509_num(out.embedded.get()) == 0) return wrong("the authority left its certificate out");
  if (sk_X509_num(out.embedded.get()) > kMostEmbedded) return wrong(fmt::format("it holds more than {} certificates", kMostEmbedded));
  const auto info = verify_signature(out);
  if (!info) return tl::unexpected<Error>(info.error());
  if (!names_its_issuer(*signer, out.signer)) return wrong("it spells the issuer of its signer's certificate otherwise than the certificate");
  if (auto ok = check_algorithms(*signer, out.signer); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = check_signing_certificate(*info, out.signer); !ok) return tl::unexpected<Error>(ok.error());
  return out;
}

Result<void> check_certificate(const Token& token, Micros at) {
  const auto first = time_of(X509_get0_notBefore(token.signer)), last = time_of(X509_get0_notAfter(token.signer));
  if (!first || !last) return wrong("it is not clear how long its signer's certificate is valid");
  // The last second counts as over, as OpenSSL has it when it looks at the chain: with authorities and without, the answer is the same.
  if (at < *first || at >= *last) {
    return wrong(fmt::format("the certificate of {} was not valid at {}, but from {} to {}", name_of(token.signer), to_rfc3339(at), to_rfc3339(*first),
                             to_rfc3339(*last)));
  }
  if (X509_check_purpose(token.signer, X509_PURPOSE_TIMESTAMP_SIGN, 0) != 1) {
    return wrong(fmt::format("the certificate of {} is not for time stamps alone (extended key usage timeStamping, critical)", name_of(token.signer)));
  }
  return {};
}

Result<void> check_chain(const Token& token, const Authorities& authorities, Micros at) {
  const auto broken = [] { return fail(Code::Internal, "OpenSSL could not begin to look for a chain of certificates"); };
  const Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  if (!store || !context) return broken();
  for (const auto& certificate : authorities.certificates) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) return broken();
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), token.signer, token.embedded.get()) != 1 ||
      X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_TIMESTAMP_SIGN) != 1) {
    return broken();
  }
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  // As of then, not of now: what was stamped in time stays stamped when the authority's certificates have run out.
  X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(at / kSecond));
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);  // whom the user trusts needn't be a root
  X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    return fail(Code::Denied, fmt::format("was made by {}, and no way leads from there to an authority that you trust ({})", name_of(token.signer),
                                          X509_verify_cert_error_string(error)));
  }
  return {};
}

std::string name_of(const X509* certificate) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  std::string text;
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) last = at;
  if (last >= 0) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
    if (size > 0) text.assign(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
  }
  if (text.empty()) {
    const Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    char* data = nullptr;
    if (out && X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) > 0) {
      const long size = BIO_get_mem_data(out.get(), &data);
      text.assign(data, static_cast<std::size_t>(size));
    }
  }
  return text.empty() ? "somebody without a name" : printable(to_valid_utf8(text), 200);
}

}  // namespace custos::evidence::timestamp
