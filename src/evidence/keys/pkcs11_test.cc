#include "evidence/keys/pkcs11.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/crypto/base64.h"
#include "evidence/keys/pkcs11_token.h"

// There where the address sanitizer is.
extern "C" void __lsan_disable() __attribute__((weak));
extern "C" void __lsan_enable() __attribute__((weak));

namespace custos::evidence {
namespace pkcs11_test {  // and no nameless one: what TEST_F makes of a fixture is seen from outside

using ::testing::HasSubstr;

// Where Debian's softhsm2 puts it on every architecture.
constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";
constexpr const char* kPin = "1234";

std::string uri(const std::string& token, const std::string& object, const std::string& module = kModule) {
  return "pkcs11:token=" + token + ";object=" + object + "?module-path=" + module;
}

std::string unhex(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) out += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return out;
}

// SoftHSM with two tokens in a temporary folder. The module reads its settings once a process, so all tests here share them.
struct SoftHsm : ::testing::Test {
  static void SetUpTestSuite() {
    if (!std::filesystem::exists(kModule) || std::system("command -v softhsm2-util >/dev/null") != 0) return;
    std::string pattern = (std::filesystem::temp_directory_path() / "custos-softhsm-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    std::filesystem::create_directory(folder + "/tokens");
    std::ofstream(folder + "/softhsm2.conf") << "directories.tokendir = " << folder << "/tokens\nobjectstore.backend = file\nlog.level = ERROR\n";
    setenv("SOFTHSM2_CONF", (folder + "/softhsm2.conf").c_str(), 1);
    ready = true;
    for (const char* label : {"custos", "custos two"}) {
      ready = ready && run(std::string("--init-token --free --label '") + label + "' --pin 1234 --so-pin 567890");
    }
  }
  static void TearDownTestSuite() {
    if (!folder.empty()) std::filesystem::remove_all(folder);
  }
  void SetUp() override {
    if (folder.empty()) GTEST_SKIP() << "no SoftHSM (Debian package softhsm2)";
    ASSERT_TRUE(ready) << "softhsm2-util did not make the tokens";
    // SoftHSM 2.6.1 forgets 37 bytes with each signature of a key that it made itself. Our own leaks are looked for in pkcs11_token_test.cc.
    if (__lsan_disable != nullptr) __lsan_disable();
    disabled = true;
  }
  void TearDown() override {
    if (disabled && __lsan_enable != nullptr) __lsan_enable();
  }

  static bool run(const std::string& arguments) { return std::system(("softhsm2-util " + arguments + " >/dev/null").c_str()) == 0; }
  static bool import(const std::string& pem, const std::string& label, const std::string& id) {
    std::ofstream(folder + "/key.pem") << pem;
    return run("--import " + folder + "/key.pem --token custos --label " + label + " --id " + id + " --pin 1234");
  }
  static void expect_signs(Signer& signer) {
    for (const std::string& bytes : {std::string("checkpoint\n"), std::string(), std::string(65535, '\0')}) {
      const auto signature = signer.sign(bytes);
      ASSERT_TRUE(signature) << signature.error().text;
      EXPECT_TRUE(verify_ed25519(signer.public_key(), bytes, *signature));
      EXPECT_FALSE(verify_ed25519(signer.public_key(), bytes + ".", *signature));
    }
  }

  bool disabled = false;
  static inline std::string folder;
  static inline bool ready = false;
};

TEST_F(SoftHsm, AKeyIsMadeAndSigns) {
  const auto made = make_pkcs11_key(uri("custos", "log"), kPin);
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(made->size(), 32u);
  const auto signer = open_pkcs11(uri("custos", "log"), kPin);
  ASSERT_TRUE(signer) << signer.error().text;
  EXPECT_EQ((*signer)->public_key(), *made);
  expect_signs(**signer);
  const auto note = sign_note("a\n1\n", "log.example", **signer);
  ASSERT_TRUE(note);
  EXPECT_TRUE(verify_note(*note, verifier_key("log.example", SignatureType::Ed25519, *made)));
  const auto again = make_pkcs11_key(uri("custos", "log"), kPin);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().text, HasSubstr("there is a key 'log' on the token already"));
}

TEST_F(SoftHsm, ItsPrivateKeyStaysThere) {
  ASSERT_TRUE(make_pkcs11_key(uri("custos", "stays"), kPin));
  auto session = TokenSession::open(**load_pkcs11_module(kModule), "custos", kPin, false);
  ASSERT_TRUE(session) << session.error().text;
  CK_OBJECT_CLASS what = CKO_PRIVATE_KEY;
  std::string label = "stays";
  const auto keys = (*session)->find({{CKA_CLASS, &what, sizeof what}, {CKA_LABEL, label.data(), label.size()}});
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(*(*session)->attribute(keys->front(), CKA_SENSITIVE), std::string(1, '\1'));
  EXPECT_EQ(*(*session)->attribute(keys->front(), CKA_EXTRACTABLE), std::string(1, '\0'));
  EXPECT_EQ(*(*session)->attribute(keys->front(), CKA_NEVER_EXTRACTABLE), std::string(1, '\1'));
  EXPECT_EQ(*(*session)->attribute(keys->front(), CKA_VALUE), "");
}

// The two first vectors of RFC 8032 section 7.1. What softhsm2-util imports has the other spelling of the point than what the module makes.
TEST_F(SoftHsm, SignsByteForByteAsRfc8032Says) {
  struct Vector {
    const char *label, *secret, *open, *message, *signature;
  };
  for (const Vector& v : {Vector{"rfc1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                                 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
                          Vector{"rfc2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                                 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"}}) {
    const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + to_base64(unhex("302e020100300506032b657004220420") + unhex(v.secret)) + "\n-----END PRIVATE KEY-----\n";
    ASSERT_TRUE(import(pem, v.label, v.label == std::string("rfc1") ? "01" : "02"));
    const auto signer = open_pkcs11(uri("custos", v.label), kPin);
    ASSERT_TRUE(signer) << signer.error().text;
    EXPECT_EQ((*signer)->public_key(), unhex(v.open));
    const auto signature = (*signer)->sign(unhex(v.message));
    ASSERT_TRUE(signature) << signature.error().text;
    EXPECT_EQ(*signature, unhex(v.signature));
  }
}

TEST_F(SoftHsm, SignersComeAndGoWithoutHarmToEachOther) {
  const auto a = make_pkcs11_key(uri("custos", "a"), kPin), b = make_pkcs11_key(uri("custos%20two", "b"), kPin);
  ASSERT_TRUE(a) << a.error().text;
  ASSERT_TRUE(b) << b.error().text;
  EXPECT_NE(*a, *b);
  for (int i = 0; i < 3; ++i) {
    auto first = open_pkcs11(uri("custos", "a"), kPin);
    ASSERT_TRUE(first) << first.error().text;
    auto same = open_pkcs11(uri("custos", "a"), kPin), other = open_pkcs11(uri("custos%20two", "b"), kPin);
    ASSERT_TRUE(same) << same.error().text;
    ASSERT_TRUE(other) << other.error().text;
    expect_signs(**first);
    first->reset();
    expect_signs(**same);
    EXPECT_EQ((*same)->public_key(), *a);
    expect_signs(**other);
    EXPECT_EQ((*other)->public_key(), *b);
  }
}

TEST_F(SoftHsm, RefusesAWrongPin) {
  ASSERT_TRUE(make_pkcs11_key(uri("custos", "pin"), kPin));
  for (const char* wrong : {"4321", "12345", "1", ""}) {
    const auto signer = open_pkcs11(uri("custos", "pin"), wrong);
    ASSERT_FALSE(signer) << wrong;
    EXPECT_EQ(signer.error().code, Code::Denied) << signer.error().text;
    EXPECT_FALSE(make_pkcs11_key(uri("custos", "never"), wrong));
  }
  EXPECT_THAT(open_pkcs11(uri("custos", "pin"), "4321").error().text, HasSubstr("tokens lock themselves"));
  EXPECT_TRUE(open_pkcs11(uri("custos", "pin"), kPin));
  EXPECT_EQ(open_pkcs11(uri("custos", "never"), kPin).error().code, Code::NotFound);
}

TEST_F(SoftHsm, NamesWhatIsMissing) {
  auto signer = open_pkcs11(uri("nobody", "log"), kPin);
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Code::NotFound);
  EXPECT_THAT(signer.error().text, HasSubstr("these are there: 'custos', 'custos two'"));
  EXPECT_EQ(signer.error().where, uri("nobody", "log"));
  signer = open_pkcs11(uri("custos", "nothing"), kPin);
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Code::NotFound);
  EXPECT_THAT(signer.error().text, HasSubstr("no private key 'nothing' on the token 'custos'"));
}

TEST_F(SoftHsm, RefusesAKeyOfAnotherKind) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  ASSERT_TRUE(import(std::string(data, static_cast<std::size_t>(size)), "p256", "03"));
  const auto signer = open_pkcs11(uri("custos", "p256"), kPin);
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Code::Unsupported);
  EXPECT_THAT(signer.error().text, HasSubstr("of another kind (ECDSA)"));
}

// What a removed token is to its signers: their sessions are gone.
TEST_F(SoftHsm, SaysSoWhenTheTokenGoesAway) {
  ASSERT_TRUE(make_pkcs11_key(uri("custos", "goes"), kPin));
  const auto signer = open_pkcs11(uri("custos", "goes"), kPin);
  ASSERT_TRUE(signer);
  expect_signs(**signer);
  CK_FUNCTION_LIST& module = **load_pkcs11_module(kModule);
  std::array<CK_SLOT_ID, 16> slots{};
  CK_ULONG count = slots.size();
  ASSERT_EQ(module.C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
  for (CK_ULONG i = 0; i < count; ++i) module.C_CloseAllSessions(slots[i]);
  const auto signature = (*signer)->sign("bytes");
  ASSERT_FALSE(signature);
  EXPECT_THAT(signature.error().text, HasSubstr("the token was removed"));
  EXPECT_TRUE(open_pkcs11(uri("custos", "goes"), kPin));
}

TEST(Pkcs11, SaysWhatIsWrongWithAModule) {
  const auto nothing = open_pkcs11(uri("custos", "log", "/nowhere/module.so"), kPin);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::NotFound);
  EXPECT_THAT(nothing.error().text, HasSubstr("/nowhere/module.so"));
  const std::string text = CUSTOS_SOURCE_DIR "/CMakeLists.txt";
  EXPECT_EQ(open_pkcs11(uri("custos", "log", text), kPin).error().code, Code::NotFound);
  EXPECT_EQ(make_pkcs11_key(uri("custos", "log", text), kPin).error().code, Code::NotFound);
  EXPECT_EQ(load_pkcs11_module("libc.so.6").error().code, Code::Malformed);
  EXPECT_EQ(open_pkcs11("key.pem", kPin).error().code, Code::Usage);
}

}  // namespace pkcs11_test
}  // namespace custos::evidence
