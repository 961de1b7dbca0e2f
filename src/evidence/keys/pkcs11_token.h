// What PKCS #11 is to keys/pkcs11: a module, a session with one token, its objects and their attributes.
// Called by keys/pkcs11 alone; tests give it a module of their own.
// A TokenSession closes itself; a module stays loaded until the process ends.
// One thread a session; modules are told to lock, so sessions may be on several.
// Refuses numbers and sizes that no token has, and whatever the module refuses, with a sentence and the name of its code.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "base/result.h"
#include "evidence/keys/pkcs11_uri.h"
#include "evidence/keys/signer.h"

namespace custos::evidence {

// Loads it and starts it.
Result<CK_FUNCTION_LIST*> load_pkcs11_module(const std::string& path);
// Started already (by somebody else in this process): fine.
Result<void> start_pkcs11_module(CK_FUNCTION_LIST* module);

// "<what>: <why, and what to do> (CKR_...)". `what` is a clause: "the token did not sign".
tl::unexpected<Error> pkcs11_trouble(std::string_view what, CK_RV rv);

// Labels as sentences show them: in quotes, sorted, the first eight.
std::string pkcs11_name(std::string_view label);
std::string pkcs11_names(std::vector<std::string> labels);

class TokenSession {
 public:
  // Finds the token by its label and logs in as its user. `writes`: objects will be made.
  static Result<std::unique_ptr<TokenSession>> open(CK_FUNCTION_LIST& module, const std::string& token, std::string_view pin, bool writes);
  ~TokenSession();
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  // Objects that have all these attributes; at most 64.
  Result<std::vector<CK_OBJECT_HANDLE>> find(std::vector<CK_ATTRIBUTE> wanted);
  // Its bytes; empty where the object has no such attribute or does not show it.
  Result<std::string> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

  CK_FUNCTION_LIST& module() { return module_; }
  CK_SESSION_HANDLE handle() const { return handle_; }

 private:
  TokenSession(CK_FUNCTION_LIST& module, CK_SESSION_HANDLE handle) : module_(module), handle_(handle) {}

  CK_FUNCTION_LIST& module_;
  CK_SESSION_HANDLE handle_;
};

// What open_pkcs11 and make_pkcs11_key do, once the module is there.
Result<std::unique_ptr<Signer>> open_token_key(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri, std::string_view pin);
Result<std::string> make_token_key(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri, std::string_view pin);

}  // namespace custos::evidence
