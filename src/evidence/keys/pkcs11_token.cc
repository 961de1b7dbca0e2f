#include "evidence/keys/pkcs11_token.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence {
namespace pkcs11_token {
namespace {

constexpr CK_ULONG kMostSlots = 1024, kMostObjects = 64, kMostBytes = 4096;

struct Known {
  CK_RV rv;
  const char* name;
  const char* advice;
};
constexpr const char* kGone = "the token was removed, or the way to it is broken: put it back and start again; nothing was signed";
constexpr const char* kNoEd25519 = "this token does not know Ed25519 (CKM_EDDSA of PKCS #11 3.0); take another, or a key in a file";
constexpr const char* kWrongPin = "the PIN is wrong; do not guess, for tokens lock themselves after a few wrong PINs";
constexpr Known kKnown[] = {
    {CKR_HOST_MEMORY, "CKR_HOST_MEMORY", "there is not enough memory"},
    {CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", kGone},
    {CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", "the module does not say more; its own settings or log may"},
    {CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", "the module does not say more; its own settings or log may"},
    {CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", nullptr},
    {CKR_NEED_TO_CREATE_THREADS, "CKR_NEED_TO_CREATE_THREADS", nullptr},
    {CKR_CANT_LOCK, "CKR_CANT_LOCK", "the module can't be used by several threads, as custos needs"},
    {CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE", nullptr},
    {CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID", nullptr},
    {CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", nullptr},
    {CKR_ACTION_PROHIBITED, "CKR_ACTION_PROHIBITED", nullptr},
    {CKR_DATA_INVALID, "CKR_DATA_INVALID", nullptr},
    {CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", "the token does not sign so many bytes at once"},
    {CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", "the token or the way to it is broken"},
    {CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", "the token has not enough memory for this"},
    {CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", kGone},
    {CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED", "somebody cancelled it at the token"},
    {CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED", "the module can't do this"},
    {CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", "the key is gone; was it deleted, or the token removed and put back? Start again"},
    {CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", "the key is of another kind"},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", "the key was made for other uses than signing (CKA_SIGN)"},
    {CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", kNoEd25519},
    {CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", kNoEd25519},
    {CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", "the key is gone; was it deleted, or the token removed and put back? Start again"},
    {CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", nullptr},
    {CKR_OPERATION_NOT_INITIALIZED, "CKR_OPERATION_NOT_INITIALIZED", nullptr},
    {CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", kWrongPin},
    {CKR_PIN_INVALID, "CKR_PIN_INVALID", kWrongPin},
    {CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", kWrongPin},
    {CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", "the PIN has expired: set a new one with the token's own program"},
    {CKR_PIN_LOCKED, "CKR_PIN_LOCKED", "the token has locked itself after too many wrong PINs: its security officer can set a new one"},
    {CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", kGone},
    {CKR_SESSION_COUNT, "CKR_SESSION_COUNT", "too many programs use the token at this time"},
    {CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", kGone},
    {CKR_SESSION_READ_ONLY, "CKR_SESSION_READ_ONLY", "nothing can be written to the token"},
    {CKR_SESSION_READ_WRITE_SO_EXISTS, "CKR_SESSION_READ_WRITE_SO_EXISTS", "its security officer is logged in"},
    {CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE", "make the key with the token's own program instead"},
    {CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", "make the key with the token's own program instead"},
    {CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", kGone},
    {CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", "the module does not know this kind of token"},
    {CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", "nothing can be written to the token"},
    {CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", "the token wants a PIN, or somebody logged out"},
    {CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", "the token has no PIN for its user yet: set one with the token's own program"},
    {CKR_USER_ANOTHER_ALREADY_LOGGED_IN, "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", "its security officer is logged in"},
    {CKR_USER_TOO_MANY_TYPES, "CKR_USER_TOO_MANY_TYPES", nullptr},
    {CKR_CURVE_NOT_SUPPORTED, "CKR_CURVE_NOT_SUPPORTED", kNoEd25519},
    {CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID", kNoEd25519},
    {CKR_BUFFER_TOO_SMALL, "CKR_BUFFER_TOO_SMALL", nullptr},
    {CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", "another part of this program has ended the module: start again"},
    {CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", "somebody refused it at the token"},
};

Code code_of(CK_RV rv, const char* advice) {
  if (advice == kWrongPin || rv == CKR_PIN_EXPIRED || rv == CKR_PIN_LOCKED || rv == CKR_USER_NOT_LOGGED_IN || rv == CKR_USER_PIN_NOT_INITIALIZED) {
    return Code::Denied;
  }
  return advice == kNoEd25519 || rv == CKR_FUNCTION_NOT_SUPPORTED ? Code::Unsupported : Code::Unreadable;
}

// Labels of tokens are padded with blanks; some modules pad with zeros.
std::string label_of(const CK_TOKEN_INFO& info) {
  const std::string_view all(reinterpret_cast<const char*>(info.label), sizeof info.label);
  const std::size_t end = all.find_last_not_of(std::string_view(" \0", 2));
  return std::string(all.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

struct Slot {
  CK_SLOT_ID id;
  CK_FLAGS flags;
};

Result<std::vector<CK_SLOT_ID>> slots_with_tokens(CK_FUNCTION_LIST& module) {
  CK_ULONG count = 0;
  CK_RV rv = module.C_GetSlotList(CK_TRUE, nullptr, &count);
  if (rv == CKR_OK && count > kMostSlots) return fail(Code::Limit, fmt::format("the module claims more than {} slots", kMostSlots));
  std::vector<CK_SLOT_ID> slots(count + 8);  // room for tokens that come in between
  const CK_ULONG room = count = slots.size();
  if (rv == CKR_OK) rv = module.C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (rv != CKR_OK) return pkcs11_trouble("the module does not say which tokens are there", rv);
  slots.resize(std::min(count, room));
  return slots;
}

Result<Slot> slot_of(CK_FUNCTION_LIST& module, const std::string& token) {
  auto slots = slots_with_tokens(module);
  if (!slots) return tl::unexpected<Error>(slots.error());
  std::vector<Slot> found;
  std::vector<std::string> others;
  for (const CK_SLOT_ID id : *slots) {
    CK_TOKEN_INFO info{};
    if (module.C_GetTokenInfo(id, &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    std::string label = label_of(info);
    if (label == token) {
      found.push_back({id, info.flags});
    } else {
      others.push_back(std::move(label));
    }
  }
  if (found.size() == 1) return found.front();
  const std::string name = pkcs11_name(token);
  if (found.empty()) {
    return fail(Code::NotFound, others.empty() ? fmt::format("there is no token {}, nor any other: is it plugged in, and is this its module?", name)
                                               : fmt::format("there is no token {}; these are there: {}", name, pkcs11_names(std::move(others))));
  }
  return fail(Code::Usage, fmt::format("{} tokens are called {}: unplug the others, or give them labels of their own", found.size(), name));
}

// One try, no more: a wrong PIN counts.
Result<void> log_in(CK_FUNCTION_LIST& module, CK_SESSION_HANDLE session, const Slot& slot, std::string_view pin) {
  const bool asks_itself = (slot.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
  if (pin.empty() && !asks_itself) {
    if ((slot.flags & CKF_LOGIN_REQUIRED) == 0) return {};
    return fail(Code::Denied, "the token wants its PIN, and none was given");
  }
  auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(pin.data()));
  const CK_RV rv = module.C_Login(session, CKU_USER, pin.empty() ? nullptr : bytes, pin.size());
  if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return {};
  auto trouble = pkcs11_trouble("the token did not let custos in", rv);
  CK_TOKEN_INFO info{};
  if ((rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LEN_RANGE || rv == CKR_PIN_INVALID) && module.C_GetTokenInfo(slot.id, &info) == CKR_OK) {
    if ((info.flags & CKF_USER_PIN_LOCKED) != 0) {
      trouble.value().text += ". It is locked now";
    } else if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0) {
      trouble.value().text += ". The next wrong one locks it";
    }
  }
  return trouble;
}

// What this folder calls. A module that lacks one is none.
bool is_whole(const CK_FUNCTION_LIST& m) {
  return m.C_Initialize && m.C_GetSlotList && m.C_GetTokenInfo && m.C_OpenSession && m.C_CloseSession && m.C_Login && m.C_FindObjectsInit &&
         m.C_FindObjects && m.C_FindObjectsFinal && m.C_GetAttributeValue && m.C_SignInit && m.C_Sign && m.C_GenerateKeyPair;
}

}  // namespace
}  // namespace pkcs11_token

std::string pkcs11_name(std::string_view label) { return fmt::format("'{}'", printable(to_valid_utf8(label), 80)); }

std::string pkcs11_names(std::vector<std::string> labels) {
  constexpr std::size_t kMost = 8;
  std::sort(labels.begin(), labels.end());
  std::string out;
  for (std::size_t i = 0; i < labels.size() && i < kMost; ++i) out += (i == 0 ? "" : ", ") + pkcs11_name(labels[i]);
  if (labels.size() > kMost) out += fmt::format(" and {} more", labels.size() - kMost);
  return out;
}

tl::unexpected<Error> pkcs11_trouble(std::string_view what, CK_RV rv) {
  using namespace pkcs11_token;
  const auto* known = std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& k) { return k.rv == rv; });
  if (known == std::end(kKnown)) {
    const char* whose = rv >= CKR_VENDOR_DEFINED ? "the maker of the token knows what that means" : "PKCS #11 says what that means";
    return fail(Code::Unreadable, fmt::format("{}: code {:#x}; {}", what, rv, whose));
  }
  const char* advice = known->advice;
  return fail(code_of(rv, advice), advice != nullptr ? fmt::format("{}: {} ({})", what, advice, known->name) : fmt::format("{}: {}", what, known->name));
}

Result<CK_FUNCTION_LIST*> load_pkcs11_module(const std::string& path) {
  // Never unloaded and never finalised: both would end the sessions of every other signer of this process, and some modules leave threads behind.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* why = dlerror();
    return fail(Code::NotFound, fmt::format("the PKCS #11 module can't be loaded: {}; is module-path right, and is the token's software installed?",
                                            printable(to_valid_utf8(why != nullptr ? why : "nobody says why"), 500)));
  }
  const auto no_module = [&] { return fail(Code::Malformed, fmt::format("{} is a library, but no PKCS #11 module", printable(to_valid_utf8(path)))); };
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get_list == nullptr) return no_module();
  CK_FUNCTION_LIST* module = nullptr;
  if (get_list(&module) != CKR_OK || module == nullptr) return no_module();
  auto started = start_pkcs11_module(module);
  if (!started) return tl::unexpected<Error>(started.error());
  return module;
}

Result<void> start_pkcs11_module(CK_FUNCTION_LIST* module) {
  if (module->version.major < 2 || module->version.major > 3 || !pkcs11_token::is_whole(*module)) {
    return fail(Code::Unsupported, fmt::format("the module speaks PKCS #11 {}.{}, or not all that custos needs of it; take one that speaks 2.x or 3.x",
                                               module->version.major, module->version.minor));
  }
  CK_C_INITIALIZE_ARGS how{};
  how.flags = CKF_OS_LOCKING_OK;
  const CK_RV rv = module->C_Initialize(&how);
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) return pkcs11_trouble("the PKCS #11 module did not start", rv);
  return {};
}

Result<std::unique_ptr<TokenSession>> TokenSession::open(CK_FUNCTION_LIST& module, const std::string& token, std::string_view pin, bool writes) {
  const auto slot = pkcs11_token::slot_of(module, token);
  if (!slot) return tl::unexpected<Error>(slot.error());
  CK_SESSION_HANDLE handle = 0;
  const CK_RV rv = module.C_OpenSession(slot->id, CKF_SERIAL_SESSION | (writes ? CKF_RW_SESSION : 0), nullptr, nullptr, &handle);
  if (rv != CKR_OK) return pkcs11_trouble("the token did not open a session", rv);
  std::unique_ptr<TokenSession> session(new TokenSession(module, handle));
  auto in = pkcs11_token::log_in(module, handle, *slot, pin);
  if (!in) return tl::unexpected<Error>(in.error());
  return session;
}

// No C_Logout: it would log out every session of this process. With its last session a token logs out by itself.
TokenSession::~TokenSession() { module_.C_CloseSession(handle_); }

Result<std::vector<CK_OBJECT_HANDLE>> TokenSession::find(std::vector<CK_ATTRIBUTE> wanted) {
  CK_RV rv = module_.C_FindObjectsInit(handle_, wanted.data(), wanted.size());
  if (rv != CKR_OK) return pkcs11_trouble("the token does not say which keys it has", rv);
  std::vector<CK_OBJECT_HANDLE> out;
  std::array<CK_OBJECT_HANDLE, pkcs11_token::kMostObjects> some{};
  while (out.size() < some.size()) {
    CK_ULONG count = 0;
    const CK_ULONG room = some.size() - out.size();
    rv = module_.C_FindObjects(handle_, some.data(), room, &count);
    if (rv == CKR_OK && count > room) rv = CKR_GENERAL_ERROR;  // it counts what it was not asked for
    if (rv != CKR_OK || count == 0) break;
    out.insert(out.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  }
  module_.C_FindObjectsFinal(handle_);
  if (rv != CKR_OK) return pkcs11_trouble("the token does not say which keys it has", rv);
  return out;
}

Result<std::string> TokenSession::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE a{type, nullptr, 0};
  const auto absent = [&](CK_RV rv) {
    return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE || (rv == CKR_OK && a.ulValueLen == CK_UNAVAILABLE_INFORMATION);
  };
  CK_RV rv = module_.C_GetAttributeValue(handle_, object, &a, 1);
  if (absent(rv)) return std::string();
  if (rv != CKR_OK) return pkcs11_trouble("the token does not show what the key is", rv);
  if (a.ulValueLen > pkcs11_token::kMostBytes) return fail(Code::Limit, fmt::format("an attribute ({:#x}) of the key is {} bytes", type, a.ulValueLen));
  std::string out(a.ulValueLen, '\0');
  if (out.empty()) return out;
  a.pValue = out.data();
  rv = module_.C_GetAttributeValue(handle_, object, &a, 1);
  if (absent(rv)) return std::string();
  if (rv != CKR_OK) return pkcs11_trouble("the token does not show what the key is", rv);
  out.resize(std::min<std::size_t>(a.ulValueLen, out.size()));
  return out;
}

}  // namespace custos::evidence
