#include "evidence/keys/pkcs11_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/keys/pkcs11.h"
#include "evidence/keys/pkcs11_fake_test.h"

namespace custos::evidence {
namespace pkcs11_token_test {  // and no nameless one: what TEST_F makes of a fixture is seen from outside

using ::testing::HasSubstr;
using ::testing::Not;

const Pkcs11Uri kUri{"custos", "log", "/no/module.so"};

struct Pkcs11Token : ::testing::Test {
  // Every session that was opened is closed, every search ended, however it went.
  void TearDown() override {
    EXPECT_EQ(fake.open_sessions, 0);
    EXPECT_EQ(fake.searches, 0);
  }
  Result<std::unique_ptr<Signer>> open(std::string_view pin = "1234") { return open_token_key(*fake.list(), kUri, pin); }
  Error error(std::string_view pin = "1234") {
    auto signer = open(pin);
    EXPECT_FALSE(signer);
    return signer ? Error{} : signer.error();
  }
  const std::string& point() { return FakeModule::key().public_key(); }
  void add_pair() { fake.add_pair("log", FakeModule::wrapped(point())); }

  FakeModule fake;
};

TEST_F(Pkcs11Token, SignsWithAPointInEitherSpelling) {
  for (const std::string& spelling : {point(), FakeModule::wrapped(point())}) {
    fake.objects.clear();
    fake.add_pair("log", spelling);
    const auto signer = open();
    ASSERT_TRUE(signer) << signer.error().text;
    EXPECT_EQ((*signer)->public_key(), point());
    for (const std::string_view bytes : {std::string_view("bytes"), std::string_view("\0x", 2), std::string_view()}) {
      const auto signature = (*signer)->sign(bytes);
      ASSERT_TRUE(signature) << signature.error().text;
      EXPECT_TRUE(verify_ed25519(point(), bytes, *signature));
    }
  }
}

TEST_F(Pkcs11Token, RefusesEveryOtherPoint) {
  const std::string good = FakeModule::wrapped(point());
  std::vector<std::string> odd{"", point() + "x", good + "x", "\x04\x21" + point(), "\x03\x20" + point(), std::string(57, 'p'), "\x04\x39" + std::string(57, 'p')};
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    if (cut != 32) odd.push_back(good.substr(0, cut));
  }
  for (const std::string& o : odd) {
    fake.objects.clear();
    fake.add_pair("log", o);
    EXPECT_EQ(error().code, Code::Unsupported) << o.size();
  }
}

TEST_F(Pkcs11Token, AFlippedBitOfThePublicKeyNeverSigns) {
  const std::string good = FakeModule::wrapped(point());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    fake.objects.clear();
    fake.add_pair("log", bad);
    const auto signer = open();
    EXPECT_EQ(signer.has_value(), bit >= 16) << bit;
    EXPECT_FALSE(signer && (*signer)->sign("bytes")) << bit;
  }
}

TEST_F(Pkcs11Token, ThePublicKeyIsFoundByIdBeforeLabel) {
  fake.objects.push_back(FakeModule::object(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, "log", "1"));
  fake.add_pair("another", FakeModule::wrapped(std::string(32, 'x')), "2");
  fake.objects.back()[CKA_LABEL] = "log";
  EXPECT_EQ((*open())->public_key(), std::string(32, 'x'));
  fake.objects.push_back(FakeModule::object(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, "with another label", "1"));
  fake.objects.back()[CKA_EC_POINT] = point();
  EXPECT_EQ((*open())->public_key(), point());
}

TEST_F(Pkcs11Token, ASignatureThatDoesNotHoldIsNotGivenOut) {
  add_pair();
  const auto signer = open();
  ASSERT_TRUE(signer);
  const std::string good = *FakeModule::key().sign("bytes");
  for (const std::string& bad : {good.substr(1), good + "x", std::string(64, 'x'), std::string(200, 'x'), std::string(1, 'x')}) {
    fake.signature = bad;
    const auto signature = (*signer)->sign("bytes");
    ASSERT_FALSE(signature);
    EXPECT_THAT(signature.error().text, HasSubstr("no pair"));
  }
  fake.signature = std::string(1000, 'x');  // it wants more room than any signature has
  EXPECT_THAT((*signer)->sign("bytes").error().text, HasSubstr("CKR_BUFFER_TOO_SMALL"));
  fake.signature = good;
  for (const CK_ULONG claimed : {CK_ULONG{1}, CK_ULONG{100000}, CK_UNAVAILABLE_INFORMATION}) {
    fake.signature_size = claimed;
    EXPECT_FALSE((*signer)->sign("bytes")) << claimed;
  }
  fake.signature_size = 0;
  EXPECT_TRUE((*signer)->sign("bytes"));
}

TEST_F(Pkcs11Token, SaysThatTheTokenWasRemoved) {
  add_pair();
  const auto signer = open();
  ASSERT_TRUE(signer);
  for (const char* where : {"C_SignInit", "C_Sign"}) {
    for (const CK_RV rv : {CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED}) {
      fake.refuses = {{where, rv}};
      const auto signature = (*signer)->sign("bytes");
      ASSERT_FALSE(signature);
      EXPECT_EQ(signature.error().code, Code::Unreadable);
      EXPECT_THAT(signature.error().text, HasSubstr("the token did not sign: the token was removed"));
    }
  }
}

TEST_F(Pkcs11Token, AWrongPinIsTriedOnceAndTheLockIsAnnounced) {
  add_pair();
  Error e = error("4321");
  EXPECT_EQ(fake.logins, 1);
  EXPECT_EQ(e.code, Code::Denied);
  EXPECT_THAT(e.text, HasSubstr("the PIN is wrong"));
  EXPECT_THAT(e.text, HasSubstr("lock themselves"));
  EXPECT_THAT(e.text, Not(HasSubstr("4321")));
  fake.flags_after_wrong_pin = CKF_USER_PIN_FINAL_TRY;
  EXPECT_THAT(error("4321").text, HasSubstr("The next wrong one locks it"));
  fake.flags_after_wrong_pin = CKF_USER_PIN_LOCKED;
  EXPECT_THAT(error("4321").text, HasSubstr("It is locked now"));
  fake.refuses = {{"C_Login", CKR_PIN_LOCKED}};
  e = error();
  EXPECT_EQ(e.code, Code::Denied);
  EXPECT_THAT(e.text, HasSubstr("locked itself"));
}

TEST_F(Pkcs11Token, AnEmptyPinIsGivenOnlyToATokenThatAsksItself) {
  add_pair();
  EXPECT_EQ(error("").code, Code::Denied);
  EXPECT_EQ(fake.logins, 0);  // it would count as a try
  fake.flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
  EXPECT_TRUE(open(""));
  EXPECT_TRUE(fake.pin_was_null);
  fake.flags = CKF_TOKEN_INITIALIZED;
  fake.logins = 0;
  EXPECT_TRUE(open(""));
  EXPECT_EQ(fake.logins, 0);
}

TEST_F(Pkcs11Token, LoggedInAlreadyIsFine) {
  add_pair();
  fake.refuses = {{"C_Login", CKR_USER_ALREADY_LOGGED_IN}};
  EXPECT_TRUE(open());
}

TEST_F(Pkcs11Token, NamesTheTokensThatAreThere) {
  fake.tokens = {"one", "", "two \xff\x1b[2J"};
  Error e = error();
  EXPECT_EQ(e.code, Code::NotFound);
  EXPECT_THAT(e.text, HasSubstr("no token 'custos'"));
  EXPECT_THAT(e.text, HasSubstr("'one'"));
  EXPECT_THAT(e.text, HasSubstr("'two "));
  EXPECT_THAT(e.text, Not(HasSubstr("\x1b")));
  fake.tokens = std::vector<std::string>(100, "x");
  e = error();
  EXPECT_THAT(e.text, HasSubstr("and 92 more"));
  fake.tokens.clear();
  EXPECT_THAT(error().text, HasSubstr("nor any other"));
  fake.tokens = {"custos"};
  fake.flags = 0;  // a slot with a token that nobody made ready has no label
  EXPECT_EQ(error().code, Code::NotFound);
}

TEST_F(Pkcs11Token, RefusesNamesThatSeveralThingsHave) {
  add_pair();
  fake.tokens = {"custos", "custos"};
  EXPECT_THAT(error().text, HasSubstr("2 tokens are called 'custos'"));
  EXPECT_EQ(fake.logins, 0);
  fake.tokens = {"custos"};
  fake.objects.push_back(fake.objects.back());
  EXPECT_THAT(error().text, HasSubstr("2 public keys"));
  add_pair();
  EXPECT_THAT(error().text, HasSubstr("2 private keys are called 'log'"));
}

TEST_F(Pkcs11Token, NamesTheKeysThatAreThere) {
  EXPECT_THAT(error().text, HasSubstr("nor any other"));
  fake.add_pair("", point());
  EXPECT_THAT(error().text, HasSubstr("have no label"));
  fake.add_pair("witness", point());
  const Error e = error();
  EXPECT_EQ(e.code, Code::NotFound);
  EXPECT_THAT(e.text, HasSubstr("no private key 'log' on the token 'custos'; these are there: 'witness'"));
}

TEST_F(Pkcs11Token, SaysOfWhichKindAKeyIs) {
  fake.objects = {FakeModule::object(CKO_PRIVATE_KEY, CKK_RSA, "log")};
  Error e = error();
  EXPECT_EQ(e.code, Code::Unsupported);
  EXPECT_THAT(e.text, HasSubstr("of another kind (RSA)"));
  fake.objects.front()[CKA_KEY_TYPE] = "?";
  EXPECT_THAT(error().text, HasSubstr("does not say which"));
  add_pair();  // one that is right is found beside
  EXPECT_TRUE(open());
}

TEST_F(Pkcs11Token, RefusesAPrivateKeyWithoutItsPublicKey) {
  fake.objects = {FakeModule::object(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, "log", "1")};
  EXPECT_EQ(error().code, Code::NotFound);
  fake.objects.push_back(FakeModule::object(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, "log", "1"));  // shows no point
  EXPECT_EQ(error().code, Code::Unsupported);
}

TEST_F(Pkcs11Token, RefusesAKeyThatWantsItsPinEachTime) {
  add_pair();
  fake.objects.front()[CKA_ALWAYS_AUTHENTICATE] = std::string(1, '\1');
  EXPECT_THAT(error().text, HasSubstr("before each signature"));
  fake.objects.front()[CKA_ALWAYS_AUTHENTICATE] = std::string(1, '\0');
  EXPECT_TRUE(open());
}

TEST_F(Pkcs11Token, NumbersThatNoTokenHasAreRefused) {
  add_pair();
  for (const CK_ULONG n : {CK_ULONG{1025}, CK_UNAVAILABLE_INFORMATION}) {
    fake.slot_count = n;
    EXPECT_EQ(error().code, Code::Limit);
  }
  fake.slot_count = 0;
  for (const CK_ULONG n : {CK_ULONG{65}, CK_UNAVAILABLE_INFORMATION}) {
    fake.object_count = n;
    EXPECT_EQ(error().code, Code::Unreadable);
  }
  fake.object_count = 0;
  fake.attribute_size = 4097;
  EXPECT_EQ(error().code, Code::Limit);
  fake.attribute_size = CK_UNAVAILABLE_INFORMATION;  // as if there were none
  EXPECT_FALSE(open());
}

TEST_F(Pkcs11Token, WhateverAFunctionRefusesIsAnErrorWithItsName) {
  add_pair();
  for (const char* function : {"C_GetSlotList", "C_OpenSession", "C_Login", "C_FindObjectsInit", "C_FindObjects", "C_GetAttributeValue"}) {
    fake.refuses = {{function, CKR_FUNCTION_FAILED}};
    EXPECT_THAT(error().text, HasSubstr("CKR_FUNCTION_FAILED")) << function;
    fake.refuses = {{function, CKR_VENDOR_DEFINED | 7}};
    EXPECT_THAT(error().text, HasSubstr("0x80000007")) << function;
  }
  fake.refuses = {{"C_GetTokenInfo", CKR_DEVICE_ERROR}};
  EXPECT_EQ(error().code, Code::NotFound);
}

TEST_F(Pkcs11Token, AModuleMustStartAndBeWhole) {
  EXPECT_TRUE(start_pkcs11_module(fake.list()));
  fake.refuses = {{"C_Initialize", CKR_CRYPTOKI_ALREADY_INITIALIZED}};
  EXPECT_TRUE(start_pkcs11_module(fake.list()));
  fake.refuses = {{"C_Initialize", CKR_CANT_LOCK}};
  EXPECT_THAT(start_pkcs11_module(fake.list()).error().text, HasSubstr("several threads"));
  CK_FUNCTION_LIST* list = fake.list();
  fake.refuses.clear();
  list->C_Sign = nullptr;
  EXPECT_EQ(start_pkcs11_module(list).error().code, Code::Unsupported);
  list = fake.list();
  list->version.major = 1;
  EXPECT_EQ(start_pkcs11_module(list).error().code, Code::Unsupported);
}

TEST_F(Pkcs11Token, MakesAKeyThatCanNotLeave) {
  const auto made = make_token_key(*fake.list(), kUri, "1234");
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_EQ(*made, point());
  ASSERT_EQ(fake.objects.size(), 2u);
  const auto yes = std::string(1, '\1'), no = std::string(1, '\0');
  EXPECT_EQ(fake.objects[1][CKA_SENSITIVE], yes);
  EXPECT_EQ(fake.objects[1][CKA_EXTRACTABLE], no);
  EXPECT_EQ(fake.objects[1][CKA_TOKEN], yes);
  EXPECT_EQ(fake.objects[1][CKA_PRIVATE], yes);
  EXPECT_EQ(fake.objects[0][CKA_TOKEN], yes);
  EXPECT_TRUE(open());
  EXPECT_EQ(make_token_key(*fake.list(), kUri, "1234").error().code, Code::Usage);
  fake.objects.pop_back();  // the public key alone is in the way, too
  EXPECT_EQ(make_token_key(*fake.list(), kUri, "1234").error().code, Code::Usage);
}

TEST_F(Pkcs11Token, SpellsTheCurveAsTheTokenWantsIt) {
  fake.curve = "\x06\x03\x2b\x65\x70";
  EXPECT_TRUE(make_token_key(*fake.list(), kUri, "1234"));
  fake.objects.clear();
  fake.curve = "\x13\x0c" "edwards25519";
  EXPECT_TRUE(make_token_key(*fake.list(), kUri, "1234"));
  fake.objects.clear();
  fake.curve = "neither";
  const auto made = make_token_key(*fake.list(), kUri, "1234");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::Unsupported);
  EXPECT_THAT(made.error().text, HasSubstr("does not know Ed25519"));
}

}  // namespace pkcs11_token_test
}  // namespace custos::evidence
