// A PKCS #11 module for tests, with tokens that do what no good token does.
// Called by tests alone.
// One at a time: its functions have no argument that could say which.
// One thread.
// Refuses what a test tells it to refuse.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "evidence/keys/key_file.h"

namespace custos::evidence {

struct FakeModule {
  using Object = std::map<CK_ATTRIBUTE_TYPE, std::string>;

  FakeModule() { now() = this; }
  ~FakeModule() { now() = nullptr; }
  FakeModule(const FakeModule&) = delete;
  FakeModule& operator=(const FakeModule&) = delete;

  std::vector<std::string> tokens{"other", "custos"};
  CK_FLAGS flags = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED, flags_after_wrong_pin = 0;
  std::vector<Object> objects;
  std::string pin = "1234", signature;          // signature: what it gives instead of a true one
  CK_ULONG signature_size = 0, slot_count = 0, object_count = 0;  // what it claims instead of the truth
  CK_ULONG attribute_size = 0;
  std::map<std::string, CK_RV> refuses;         // function: code
  std::string curve;                            // the only spelling of the curve that it takes; empty: any
  int open_sessions = 0, logins = 0, searches = 0;
  std::string last_pin;
  bool pin_was_null = false;

  static Signer& key() {
    static const std::unique_ptr<Signer> signer = *open_key_file(*make_key_file("fake"), "fake");
    return *signer;
  }
  template <class T>
  static std::string bytes(T value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  }
  static Object object(CK_OBJECT_CLASS what, CK_KEY_TYPE kind, const std::string& label, const std::string& id = "") {
    return {{CKA_CLASS, bytes(what)}, {CKA_KEY_TYPE, bytes(kind)}, {CKA_LABEL, label}, {CKA_ID, id}};
  }
  // A pair; the point as the caller spells it.
  void add_pair(const std::string& label, const std::string& point, const std::string& id = "") {
    objects.push_back(object(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, label, id));
    objects.push_back(object(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, label, id));
    objects.back()[CKA_EC_POINT] = point;
  }
  static std::string wrapped(const std::string& point) { return "\x04\x20" + point; }

  CK_FUNCTION_LIST* list() {
    functions_.version = {2, 40};
    functions_.C_Initialize = [](void*) { return answer("C_Initialize"); };
    functions_.C_GetSlotList = get_slots;
    functions_.C_GetTokenInfo = get_token;
    functions_.C_OpenSession = [](CK_SLOT_ID, CK_FLAGS, void*, CK_NOTIFY, CK_SESSION_HANDLE* handle) {
      const CK_RV rv = answer("C_OpenSession");
      if (rv == CKR_OK) *handle = static_cast<CK_SESSION_HANDLE>(++now()->open_sessions);
      return rv;
    };
    functions_.C_CloseSession = [](CK_SESSION_HANDLE) { return --now()->open_sessions, CK_RV{CKR_OK}; };
    functions_.C_Login = log_in;
    functions_.C_FindObjectsInit = start_search;
    functions_.C_FindObjects = search;
    functions_.C_FindObjectsFinal = [](CK_SESSION_HANDLE) { return --now()->searches, CK_RV{CKR_OK}; };
    functions_.C_GetAttributeValue = get_attribute;
    functions_.C_SignInit = [](CK_SESSION_HANDLE, CK_MECHANISM* m, CK_OBJECT_HANDLE) {
      return m->mechanism == CKM_EDDSA && m->ulParameterLen == 0 ? answer("C_SignInit") : CK_RV{CKR_MECHANISM_INVALID};
    };
    functions_.C_Sign = sign;
    functions_.C_GenerateKeyPair = generate;
    return &functions_;
  }

 private:
  static FakeModule*& now() {
    static FakeModule* module = nullptr;
    return module;
  }
  static CK_RV answer(const char* function) {
    const auto it = now()->refuses.find(function);
    return it == now()->refuses.end() ? CK_RV{CKR_OK} : it->second;
  }

  static CK_RV get_slots(CK_BBOOL, CK_SLOT_ID* slots, CK_ULONG* count) {
    if (now()->slot_count != 0) return *count = now()->slot_count, CKR_OK;
    *count = now()->tokens.size();
    for (CK_ULONG i = 0; slots != nullptr && i < *count; ++i) slots[i] = i;
    return answer("C_GetSlotList");
  }

  static CK_RV get_token(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
    if (slot >= now()->tokens.size()) return CKR_SLOT_ID_INVALID;
    std::memset(info->label, ' ', sizeof info->label);
    const std::string& label = now()->tokens[slot];
    std::memcpy(info->label, label.data(), std::min(label.size(), sizeof info->label));
    info->flags = now()->flags;
    return answer("C_GetTokenInfo");
  }

  static CK_RV log_in(CK_SESSION_HANDLE, CK_USER_TYPE, unsigned char* pin, CK_ULONG size) {
    ++now()->logins;
    now()->pin_was_null = pin == nullptr;
    if (pin != nullptr) now()->last_pin.assign(reinterpret_cast<const char*>(pin), size);
    const CK_RV rv = answer("C_Login");
    if (rv != CKR_OK || pin == nullptr || now()->last_pin == now()->pin) return rv;
    now()->flags |= now()->flags_after_wrong_pin;
    return CKR_PIN_INCORRECT;
  }

  static CK_RV start_search(CK_SESSION_HANDLE, CK_ATTRIBUTE* wanted, CK_ULONG n) {
    const CK_RV rv = answer("C_FindObjectsInit");
    if (rv != CKR_OK) return rv;
    ++now()->searches;
    now()->found_.clear();
    for (CK_OBJECT_HANDLE i = 0; i < now()->objects.size(); ++i) {
      const bool has_all = std::all_of(wanted, wanted + n, [&](const CK_ATTRIBUTE& a) {
        const auto it = now()->objects[i].find(a.type);
        return it != now()->objects[i].end() && it->second == std::string(static_cast<const char*>(a.pValue), a.ulValueLen);
      });
      if (has_all) now()->found_.push_back(i);
    }
    return CKR_OK;
  }

  // One at a time, as some modules do.
  static CK_RV search(CK_SESSION_HANDLE, CK_OBJECT_HANDLE* to, CK_ULONG most, CK_ULONG* count) {
    if (now()->object_count != 0) return *count = now()->object_count, CKR_OK;
    *count = most == 0 || now()->found_.empty() ? 0 : 1;
    if (*count == 1) {
      *to = now()->found_.front();
      now()->found_.erase(now()->found_.begin());
    }
    return answer("C_FindObjects");
  }

  static CK_RV get_attribute(CK_SESSION_HANDLE, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* a, CK_ULONG) {
    const CK_RV rv = answer("C_GetAttributeValue");
    if (rv != CKR_OK) return rv;
    const auto& all = now()->objects.at(object);
    const auto it = all.find(a->type);
    if (it == all.end()) return a->ulValueLen = CK_UNAVAILABLE_INFORMATION, CKR_ATTRIBUTE_TYPE_INVALID;
    if (a->pValue != nullptr && a->ulValueLen < it->second.size()) return CKR_BUFFER_TOO_SMALL;
    if (a->pValue != nullptr) std::memcpy(a->pValue, it->second.data(), it->second.size());
    a->ulValueLen = now()->attribute_size != 0 ? now()->attribute_size : it->second.size();
    return CKR_OK;
  }

  static CK_RV sign(CK_SESSION_HANDLE, unsigned char* data, CK_ULONG size, unsigned char* to, CK_ULONG* to_size) {
    const CK_RV rv = data == nullptr ? CK_RV{CKR_ARGUMENTS_BAD} : answer("C_Sign");
    if (rv != CKR_OK) return rv;
    const std::string out = now()->signature.empty() ? *key().sign({reinterpret_cast<const char*>(data), size}) : now()->signature;
    if (*to_size < out.size()) return CKR_BUFFER_TOO_SMALL;
    std::memcpy(to, out.data(), out.size());
    *to_size = now()->signature_size != 0 ? now()->signature_size : out.size();
    return CKR_OK;
  }

  static Object object(const CK_ATTRIBUTE* a, CK_ULONG n) {
    Object out;
    for (CK_ULONG i = 0; i < n; ++i) out[a[i].type] = std::string(static_cast<const char*>(a[i].pValue), a[i].ulValueLen);
    return out;
  }
  static CK_RV generate(CK_SESSION_HANDLE, CK_MECHANISM*, CK_ATTRIBUTE* open, CK_ULONG n, CK_ATTRIBUTE* secret, CK_ULONG m, CK_OBJECT_HANDLE* p, CK_OBJECT_HANDLE* s) {
    Object o = object(open, n), q = object(secret, m);
    if (!now()->curve.empty() && o[CKA_EC_PARAMS] != now()->curve) return CKR_CURVE_NOT_SUPPORTED;
    o[CKA_CLASS] = bytes(CK_OBJECT_CLASS{CKO_PUBLIC_KEY});
    q[CKA_CLASS] = bytes(CK_OBJECT_CLASS{CKO_PRIVATE_KEY});
    o[CKA_EC_POINT] = key().public_key();
    *p = now()->objects.size();
    *s = *p + 1;
    now()->objects.insert(now()->objects.end(), {o, q});
    return answer("C_GenerateKeyPair");
  }

  CK_FUNCTION_LIST functions_{};
  std::vector<CK_OBJECT_HANDLE> found_;
};

}  // namespace custos::evidence
