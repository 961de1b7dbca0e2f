#include "evidence/keys/pkcs11.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/keys/pkcs11_token.h"

namespace custos::evidence {
namespace pkcs11 {
namespace {

class TokenSigner final : public Signer {
 public:
  TokenSigner(std::unique_ptr<TokenSession> session, CK_OBJECT_HANDLE key, std::string public_key)
      : session_(std::move(session)), key_(key), public_key_(std::move(public_key)) {}
  const std::string& public_key() const override { return public_key_; }

  Result<std::string> sign(std::string_view bytes) override {
    CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};  // no parameters: pure
    CK_FUNCTION_LIST& module = session_->module();
    CK_RV rv = module.C_SignInit(session_->handle(), &mechanism, key_);
    if (rv != CKR_OK) return pkcs11_trouble("the token did not sign", rv);
    std::array<unsigned char, 512> out{};  // more than the 64 that are due: a module that wants more would leave the session half way
    CK_ULONG size = out.size();
    const std::string_view given = bytes.empty() ? std::string_view("") : bytes;  // some modules take no null pointer
    rv = module.C_Sign(session_->handle(), reinterpret_cast<unsigned char*>(const_cast<char*>(given.data())), given.size(), out.data(), &size);
    if (rv != CKR_OK) return pkcs11_trouble("the token did not sign", rv);
    std::string signature(reinterpret_cast<const char*>(out.data()), std::min<std::size_t>(size, out.size()));
    // What is wrong here would be found by whoever verifies, when it is too late; and a faulty signature can give a key away.
    if (!verify_ed25519(public_key_, bytes, signature)) {
      return fail(Code::Malformed, "what the token signed does not hold for the public key that it shows: the two objects are no pair, or the token is broken");
    }
    return signature;
  }

 private:
  std::unique_ptr<TokenSession> session_;
  CK_OBJECT_HANDLE key_;
  std::string public_key_;
};

template <class T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, T& value) {
  return {type, &value, sizeof value};
}
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const std::string& value) { return {type, const_cast<char*>(value.data()), value.size()}; }

template <class T>
T number(const std::string& bytes, T otherwise) {
  if (bytes.size() == sizeof(T)) std::memcpy(&otherwise, bytes.data(), sizeof(T));
  return otherwise;
}

constexpr CK_KEY_TYPE kNoKind = CK_UNAVAILABLE_INFORMATION;
constexpr CK_KEY_TYPE kMontgomery = 0x41;  // CKK_EC_MONTGOMERY of PKCS #11 3.0; Debian's header has no name for it

std::string kind_name(CK_KEY_TYPE kind) {
  switch (kind) {
    case CKK_RSA: return "RSA";
    case CKK_DSA: return "DSA";
    case CKK_EC: return "ECDSA";
    case kMontgomery: return "X25519";
    case kNoKind: return "the token does not say which";
    default: return fmt::format("CKK {:#x}", kind);
  }
}

// PKCS #11 2.40 and 3.0 disagree whether a point is wrapped in an OCTET STRING. Empty: it is no point of Ed25519.
std::string ed25519_point(const std::string& value) {
  if (value.size() == 32) return value;
  return value.size() == 34 && value.starts_with("\x04\x20") ? value.substr(2) : std::string();
}

Result<CK_OBJECT_HANDLE> no_key(TokenSession& session, const Pkcs11Uri& uri) {
  CK_OBJECT_CLASS what = CKO_PRIVATE_KEY;
  auto all = session.find({attribute(CKA_CLASS, what)});
  if (!all) return tl::unexpected<Error>(all.error());
  std::vector<std::string> others;
  for (const CK_OBJECT_HANDLE key : *all) {
    auto label = session.attribute(key, CKA_LABEL);
    if (label && !label->empty()) others.push_back(std::move(*label));
  }
  const char* none = all->empty() ? "nor any other" : "those that are there have no label";
  const std::string there = others.empty() ? none : "these are there: " + pkcs11_names(std::move(others));
  return fail(Code::NotFound, fmt::format("there is no private key {} on the token {}; {}", pkcs11_name(uri.object), pkcs11_name(uri.token), there));
}

Result<CK_OBJECT_HANDLE> private_key(TokenSession& session, const Pkcs11Uri& uri) {
  CK_OBJECT_CLASS what = CKO_PRIVATE_KEY;
  auto found = session.find({attribute(CKA_CLASS, what), attribute(CKA_LABEL, uri.object)});
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->empty()) return no_key(session, uri);
  const std::string name = pkcs11_name(uri.object);
  std::vector<CK_OBJECT_HANDLE> right;
  CK_KEY_TYPE other = kNoKind;
  for (const CK_OBJECT_HANDLE key : *found) {
    const auto kind = session.attribute(key, CKA_KEY_TYPE);
    if (!kind) return tl::unexpected<Error>(kind.error());
    const CK_KEY_TYPE k = number(*kind, kNoKind);
    if (k == CKK_EC_EDWARDS) {
      right.push_back(key);
    } else {
      other = k;
    }
  }
  if (right.empty()) return fail(Code::Unsupported, fmt::format("the key {} is of another kind ({}); custos signs with Ed25519", name, kind_name(other)));
  if (right.size() > 1) return fail(Code::Usage, fmt::format("{} private keys are called {}: give them labels of their own", right.size(), name));
  const auto always = session.attribute(right.front(), CKA_ALWAYS_AUTHENTICATE);
  if (!always) return tl::unexpected<Error>(always.error());
  if (number<CK_BBOOL>(*always, CK_FALSE) != CK_FALSE) {
    const char* why = "wants its PIN before each signature (CKA_ALWAYS_AUTHENTICATE), and custos does not keep PINs: make one without that rule";
    return fail(Code::Unsupported, fmt::format("the key {} {}", name, why));
  }
  return right.front();
}

// By the private key's id where it has one, else by its label.
Result<std::string> public_key_of(TokenSession& session, CK_OBJECT_HANDLE key, const Pkcs11Uri& uri) {
  const std::string name = pkcs11_name(uri.object);
  CK_OBJECT_CLASS what = CKO_PUBLIC_KEY;
  CK_KEY_TYPE kind = CKK_EC_EDWARDS;
  std::vector<CK_ATTRIBUTE> wanted{attribute(CKA_CLASS, what), attribute(CKA_KEY_TYPE, kind)};
  const auto id = session.attribute(key, CKA_ID);
  if (!id) return tl::unexpected<Error>(id.error());
  Result<std::vector<CK_OBJECT_HANDLE>> found;
  for (const auto& same : {attribute(CKA_ID, *id), attribute(CKA_LABEL, uri.object)}) {
    if (same.ulValueLen == 0) continue;
    wanted.push_back(same);
    found = session.find(wanted);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!found->empty()) break;
    wanted.pop_back();
  }
  if (found->empty()) {
    return fail(Code::NotFound, fmt::format("the private key {} is there, but no public key of its id or label: put it on the token, too", name));
  }
  if (found->size() > 1) {
    return fail(Code::Usage, fmt::format("{} public keys have the id or label of {}: give them ids of their own", found->size(), name));
  }
  const auto point = session.attribute(found->front(), CKA_EC_POINT);
  if (!point) return tl::unexpected<Error>(point.error());
  std::string bytes = ed25519_point(*point);
  if (bytes.empty()) {
    return fail(Code::Unsupported, fmt::format("the public key {} is no Ed25519 key: its point is {} bytes, not 32 (is it Ed448?)", name, point->size()));
  }
  return bytes;
}

struct Pair {
  CK_OBJECT_HANDLE public_key = 0, private_key = 0;
};

// No CKA_ID: some tokens take only ids of a length of their own, and the label pairs the two.
CK_RV generate(TokenSession& session, const std::string& label, const std::string& curve, Pair& pair) {
  CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
  CK_KEY_TYPE kind = CKK_EC_EDWARDS;
  std::vector<CK_ATTRIBUTE> open{attribute(CKA_KEY_TYPE, kind), attribute(CKA_EC_PARAMS, curve), attribute(CKA_TOKEN, yes),
                                 attribute(CKA_PRIVATE, no),    attribute(CKA_VERIFY, yes),      attribute(CKA_LABEL, label)};
  std::vector<CK_ATTRIBUTE> secret{attribute(CKA_KEY_TYPE, kind),  attribute(CKA_TOKEN, yes),      attribute(CKA_PRIVATE, yes),
                                   attribute(CKA_SENSITIVE, yes), attribute(CKA_EXTRACTABLE, no), attribute(CKA_SIGN, yes),
                                   attribute(CKA_LABEL, label)};
  CK_MECHANISM mechanism{CKM_EC_EDWARDS_KEY_PAIR_GEN, nullptr, 0};
  return session.module().C_GenerateKeyPair(session.handle(), &mechanism, open.data(), open.size(), secret.data(), secret.size(), &pair.public_key,
                                            &pair.private_key);
}

template <class T>
Result<T> about(const std::string& uri, Result<T> result) {
  if (!result && result.error().where.empty()) result.error().where = printable(to_valid_utf8(uri));
  return result;
}

}  // namespace
}  // namespace pkcs11

Result<std::unique_ptr<Signer>> open_token_key(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri, std::string_view pin) {
  auto session = TokenSession::open(module, uri.token, pin, false);
  if (!session) return tl::unexpected<Error>(session.error());
  const auto key = pkcs11::private_key(**session, uri);
  if (!key) return tl::unexpected<Error>(key.error());
  auto public_key = pkcs11::public_key_of(**session, *key, uri);
  if (!public_key) return tl::unexpected<Error>(public_key.error());
  return std::make_unique<pkcs11::TokenSigner>(std::move(*session), *key, std::move(*public_key));
}

Result<std::string> make_token_key(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri, std::string_view pin) {
  using namespace pkcs11;
  const std::string name = pkcs11_name(uri.object);
  auto session = TokenSession::open(module, uri.token, pin, true);
  if (!session) return tl::unexpected<Error>(session.error());
  for (CK_OBJECT_CLASS what : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
    const auto there = (*session)->find({attribute(CKA_CLASS, what), attribute(CKA_LABEL, uri.object)});
    if (!there) return tl::unexpected<Error>(there.error());
    if (!there->empty()) return fail(Code::Usage, fmt::format("there is a key {} on the token already: choose another name, or use that key", name));
  }
  Pair pair;
  // The curve by its object identifier (RFC 8410) or, as PKCS #11 3.0 allows, too, by its name: some tokens take the one, some the other.
  const CK_RV rv = generate(**session, uri.object, "\x06\x03\x2b\x65\x70", pair);
  if (rv != CKR_OK && generate(**session, uri.object, "\x13\x0c" "edwards25519", pair) != CKR_OK) return pkcs11_trouble("the token did not make a key", rv);
  const auto point = (*session)->attribute(pair.public_key, CKA_EC_POINT);
  if (!point) return tl::unexpected<Error>(point.error());
  std::string public_key = ed25519_point(*point);
  if (public_key.empty()) return fail(Code::Malformed, fmt::format("the token made a key {}, but its public key is not 32 bytes: remove it", name));
  return public_key;
}

Result<std::unique_ptr<Signer>> open_pkcs11(const std::string& uri, std::string_view pin) {
  const auto parsed = parse_pkcs11_uri(uri);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  const auto module = load_pkcs11_module(parsed->module_path);
  if (!module) return pkcs11::about<std::unique_ptr<Signer>>(uri, tl::unexpected<Error>(module.error()));
  return pkcs11::about(uri, open_token_key(**module, *parsed, pin));
}

Result<std::string> make_pkcs11_key(const std::string& uri, std::string_view pin) {
  const auto parsed = parse_pkcs11_uri(uri);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  const auto module = load_pkcs11_module(parsed->module_path);
  if (!module) return pkcs11::about<std::string>(uri, tl::unexpected<Error>(module.error()));
  return pkcs11::about(uri, make_token_key(**module, *parsed, pin));
}

}  // namespace custos::evidence
