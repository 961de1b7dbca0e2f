#include "evidence/age/age_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/crypto/base64.h"
#include "evidence/age/age_header.h"

namespace custos::evidence {
namespace age_file_test {
namespace {

AgeIdentity new_identity() {
  auto made = make_identity();
  EXPECT_TRUE(made);
  return *made;
}

std::string some_text(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t v = 7;
  for (char& c : out) c = static_cast<char>((v = v * 1'664'525 + 1'013'904'223) >> 24);
  return out;
}

// What age_open made of it, as a code; Full stands for "it opened".
Code outcome(std::string_view sealed, const std::vector<AgeIdentity>& identities) {
  const auto opened = age_open(sealed, identities);
  if (opened) return Code::Full;
  EXPECT_FALSE(opened.error().text.empty());
  return opened.error().code;
}

// An age file put together by hand, so that one thing of it can be wrong and all the rest right.
class Forge {
 public:
  explicit Forge(AgeIdentity identity) : identity_(std::move(identity)), file_key_(random_secret<16>()) {}

  std::string share() {
    const auto key = X25519Key::of(ephemeral_);
    return std::string(view(key->point()));
  }
  std::string wrapped(std::string_view what = {}) {
    Secret<32> shared;
    EXPECT_TRUE(X25519Key::of(ephemeral_)->agree(identity_.recipient.point, shared));
    return wrapped_with(shared, share(), what.empty() ? file_key_.view() : what);
  }
  std::string wrapped_with(const Secret<32>& shared, const std::string& share, std::string_view what) {
    Secret<32> key;
    EXPECT_TRUE(hkdf_sha256(shared.view(), share + std::string(view(identity_.recipient.point)), "age-encryption.org/v1/X25519", key));
    std::string out(what.size() + kTagSize, '\0');
    EXPECT_TRUE(ChaChaPoly::of(key)->seal(Nonce{}, {}, what, out.data()));
    return out;
  }
  std::string stanza() { return to_text(AgeStanza{{"X25519", to_bare_base64(share())}, wrapped()}); }
  std::string file_key() const { return std::string(file_key_.view()); }

  // `stanzas` with a MAC that holds and the payload behind it.
  std::string file(const std::string& stanzas, const std::string& payload) {
    std::string out = std::string(kAgeVersion) + stanzas + "---";
    Hash32 mac;
    EXPECT_TRUE(age_header_mac(file_key_, out, mac));
    return out + " " + to_bare_base64(view(mac)) + "\n" + payload;
  }
  std::string file(const std::string& stanzas) { return file(stanzas, payload({"text"})); }

  // Each chunk as it is given; the last one is marked so, unless `last` says otherwise.
  std::string payload(const std::vector<std::string>& chunks, bool last = true) {
    const std::string nonce(16, 'n');
    Secret<32> key;
    EXPECT_TRUE(hkdf_sha256(file_key_.view(), nonce, "payload", key));
    std::string out = nonce;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      Nonce n{};
      n[10] = static_cast<std::uint8_t>(i);
      n[11] = last && i + 1 == chunks.size();
      std::string sealed(chunks[i].size() + kTagSize, '\0');
      EXPECT_TRUE(ChaChaPoly::of(key)->seal(n, {}, chunks[i], sealed.data()));
      out += sealed;
    }
    return out;
  }
  Code outcome(const std::string& file) const { return age_file_test::outcome(file, {identity_}); }

 private:
  AgeIdentity identity_;
  Secret<16> file_key_;
  Secret<32> ephemeral_ = random_secret<32>();
};

}  // namespace
}  // namespace age_file_test

using age_file_test::Forge;

TEST(AgeFile, WhatIsSealedComesBack) {
  const AgeIdentity identity = age_file_test::new_identity();
  for (const std::size_t size : {0u, 1u, 100u, 65535u, 65536u, 65537u, 131072u, 200000u}) {
    const std::string plain = age_file_test::some_text(size);
    const auto sealed = age_seal(plain, {identity.recipient});
    ASSERT_TRUE(sealed) << sealed.error().text;
    EXPECT_TRUE(is_age(*sealed));
    const auto opened = age_open(*sealed, {identity});
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_TRUE(*opened == plain) << size;
    // Nothing of it is stored as it was, and nobody can tell two files of one text.
    EXPECT_TRUE(size < 100 || sealed->find(plain.substr(50, 16)) == std::string::npos);
    EXPECT_NE(*age_seal(plain, {identity.recipient}), *sealed);
    EXPECT_EQ(sealed->size(), 22 + 54 + 44 + 48 + 16 + size + 16 * std::max<std::size_t>(1, (size + 65535) / 65536)) << "header, nonce, text and tags";
  }
}

// Made by age 1.1.1 for the specification's example of a key.
TEST(AgeFile, AFileOfTheProgramAgeIsOpened) {
  std::string sealed;
  ASSERT_TRUE(
      from_base64("YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBjcmY5NVVIMWtTMmhDVUt0UG1lZDdXcHpxV1htTVN6Z2p0NEc5NWxmSm1ZCjhKWHRhdWxYQWV1K2oybFE4OFJWZkRVTUlB"
                  "QUdFcThzb2t0aWpkQml2MWMKLS0tIGxyTk5ZWnBSaytUamVKN3NBSUJxcnowRjV0WW9MZytBOHpib1F0ZjFzazgK0rzknSwYFHN65umnNP6mWVD3bH/XyGX/GixW7NWNwlpRoAbM"
                  "VSvI9Z4mb1BJyGjS0ELM",
                  sealed));
  const auto identity = parse_identity("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
  ASSERT_TRUE(identity);
  EXPECT_EQ(age_open(sealed, {*identity}).value_or(""), "sealed by age 1.1.1");
}

TEST(AgeFile, EachOfSeveralRecipientsOpensAndNobodyElse) {
  std::vector<AgeIdentity> identities;
  std::vector<AgeRecipient> recipients;
  for (int i = 0; i < 5; ++i) {
    identities.push_back(age_file_test::new_identity());
    recipients.push_back(identities.back().recipient);
  }
  const AgeIdentity stranger = age_file_test::new_identity();
  const auto sealed = age_seal("text", recipients);
  ASSERT_TRUE(sealed);
  for (const AgeIdentity& identity : identities) {
    EXPECT_EQ(age_open(*sealed, {identity}).value_or(""), "text");
    EXPECT_EQ(age_open(*sealed, {stranger, identity}).value_or(""), "text");
  }
  EXPECT_EQ(age_file_test::outcome(*sealed, {stranger}), Code::Denied);
  EXPECT_EQ(age_file_test::outcome(*sealed, {}), Code::Denied);
  const auto header = parse_age_header(*sealed);
  ASSERT_TRUE(header);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_NE(header->stanzas[i].arguments[1], header->stanzas[0].arguments[1]) << "each share is new";
}

TEST(AgeFile, RefusesToSealToNobodyToTooManyAndToPointsThatKeepNoSecret) {
  const AgeRecipient good = age_file_test::new_identity().recipient;
  EXPECT_EQ(age_seal("text", {}).error().code, Code::Usage);
  EXPECT_EQ(age_seal("text", std::vector<AgeRecipient>(1001, good)).error().code, Code::Limit);
  EXPECT_EQ(age_seal("text", {good, AgeRecipient{}}).error().code, Code::Malformed);
}

TEST(AgeFile, EveryFlippedBitIsRefusedAndTheRefusalSaysWhatIsKnown) {
  const AgeIdentity ours = age_file_test::new_identity(), theirs = age_file_test::new_identity();
  const auto sealed = age_seal("some text", {theirs.recipient, ours.recipient});
  ASSERT_TRUE(sealed);
  const std::size_t own = sealed->find("-> X25519", 30), end = sealed->find("---");
  ASSERT_LT(own, end);
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = *sealed;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const Code code = age_file_test::outcome(bad, {ours});
      if (i < kAgeVersion.size()) {
        EXPECT_TRUE(code == Code::Malformed || code == Code::Unsupported) << i << " " << bit;
      } else if (i >= own && i < end) {
        EXPECT_TRUE(code == Code::Malformed || code == Code::Denied) << i << " " << bit;  // our own lines: whose they are can't be told any more
      } else {
        EXPECT_EQ(code, Code::Malformed) << i << " " << bit;
      }
    }
  }
}

TEST(AgeFile, EveryTruncationAndAnyByteMoreIsRefused) {
  const AgeIdentity identity = age_file_test::new_identity();
  const auto sealed = age_seal("some text", {identity.recipient});
  ASSERT_TRUE(sealed);
  for (std::size_t i = 0; i < sealed->size(); ++i) EXPECT_EQ(age_file_test::outcome(std::string_view(*sealed).substr(0, i), {identity}), Code::Malformed) << i;
  for (int byte = 0; byte < 256; ++byte) EXPECT_EQ(age_file_test::outcome(*sealed + static_cast<char>(byte), {identity}), Code::Malformed) << byte;
  EXPECT_EQ(age_file_test::outcome(*sealed + *sealed, {identity}), Code::Malformed);
}

TEST(AgeFile, ChunksThatAreCutOffSwappedOrRepeatedAreRefused) {
  const AgeIdentity identity = age_file_test::new_identity();
  const auto sealed = age_seal(age_file_test::some_text(3 * 65536), {identity.recipient});
  ASSERT_TRUE(sealed);
  constexpr std::size_t kWhole = 65536 + 16;
  const std::size_t start = sealed->size() - 3 * kWhole;
  const auto chunk = [&](std::size_t i) { return sealed->substr(start + i * kWhole, kWhole); };
  const std::string front = sealed->substr(0, start);
  EXPECT_EQ(age_file_test::outcome(front + chunk(0) + chunk(1) + chunk(2), {identity}), Code::Full);
  for (const std::string& bad : {chunk(0) + chunk(1), chunk(0), std::string(), chunk(1) + chunk(0) + chunk(2), chunk(0) + chunk(0) + chunk(2), chunk(0) + chunk(2),
                                 chunk(0) + chunk(1) + chunk(2) + chunk(2), chunk(2)}) {
    EXPECT_EQ(age_file_test::outcome(front + bad, {identity}), Code::Malformed);
  }
}

TEST(AgeFile, AnEmptyLastChunkStandsForAnEmptyTextAlone) {
  Forge forge(age_file_test::new_identity());
  const std::string full(65536, 'x'), stanza = forge.stanza();
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({""}))), Code::Full);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({full}))), Code::Full);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({full, "x"}))), Code::Full);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({full, ""}))), Code::Malformed);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({"short", "x"}))), Code::Malformed);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({full}, false))), Code::Malformed);
  EXPECT_EQ(forge.outcome(forge.file(stanza, forge.payload({}))), Code::Malformed);
  EXPECT_EQ(forge.outcome(forge.file(stanza, "")), Code::Malformed);
}

TEST(AgeFile, StanzasOfOtherTypesArePassedOver) {
  Forge forge(age_file_test::new_identity());
  const std::string own = forge.stanza();
  for (const std::string other : {"-> x25519 what this is nobody knows\n\n", "-> ~grease !\nAAAA\n", "-> ssh-ed25519 abcdef\nAA\n", "-> mlkem768x25519 A\nAAAA\n"}) {
    EXPECT_EQ(forge.outcome(forge.file(other + own)), Code::Full) << other;
    EXPECT_EQ(forge.outcome(forge.file(own + other)), Code::Full) << other;
    EXPECT_EQ(forge.outcome(forge.file(other)), Code::Denied) << other;
  }
  const std::string full_line(64, 'A');
  EXPECT_EQ(forge.outcome(forge.file("-> odd\n" + full_line + "\n\n" + own)), Code::Full);
  EXPECT_EQ(forge.outcome(forge.file("-> odd\n" + full_line + "\n" + full_line + "\nAAA\n" + own)), Code::Full);
}

TEST(AgeFile, APassphraseMustBeTheOnlyWay) {
  Forge forge(age_file_test::new_identity());
  const std::string scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
  EXPECT_EQ(forge.outcome(forge.file(scrypt)), Code::Denied);
  EXPECT_EQ(forge.outcome(forge.file(scrypt + forge.stanza())), Code::Malformed);
  EXPECT_EQ(forge.outcome(forge.file(forge.stanza() + scrypt)), Code::Malformed);
}

TEST(AgeFile, RefusesStanzasThatAreNotSpelledAsSpecified) {
  Forge forge(age_file_test::new_identity());
  const std::string own = forge.stanza(), share = to_bare_base64(forge.share()), body = to_bare_base64(forge.wrapped()), full_line(64, 'A');
  const auto x25519 = [](const std::string& arguments, const std::string& lines) { return "-> X25519" + arguments + "\n" + lines + "\n"; };
  ASSERT_EQ(own, x25519(" " + share, body));
  EXPECT_EQ(forge.outcome(forge.file(own)), Code::Full);
  std::string odd_share = share, odd_body = body;  // the same bytes in another spelling: 43 letters have two bits too many
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::string* s : {&odd_share, &odd_body}) s->back() = letters[letters.find(s->back()) + 1];
  for (const std::string& bad :
       {x25519(" " + share + " more", body), x25519("", body), x25519(" " + odd_share, body), x25519(" " + share, odd_body), x25519(" " + share + "=", body),
        x25519(" " + share, body + "="), x25519(" " + share.substr(0, 42), body), x25519(" " + share + "A", body), x25519("  " + share, body),
        x25519(" " + share + " ", body), x25519(" " + share + "\r", body), x25519(" " + share, body + "\r"), x25519(" " + share, ""),
        x25519(" " + share, body.substr(0, 20) + "\n" + body.substr(20)), x25519(" " + share, to_bare_base64(forge.wrapped(forge.file_key() + "x"))),
        x25519(" " + share, to_bare_base64(forge.wrapped(forge.file_key().substr(1)))), x25519(" " + share, full_line + "\n" + body)}) {
    EXPECT_EQ(forge.outcome(forge.file(bad)), Code::Malformed) << bad;
    EXPECT_EQ(forge.outcome(forge.file(own + bad)), Code::Malformed) << bad;
  }
  for (const std::string bad : {"", "\n", "->\n\n", "-> \n\n", "->odd\n\n", "-- odd\n\n", "-> odd \xc3\xa4\n\n", "-> odd\n", "-> odd\nA\n", "-> odd\nA A\n", "-> odd\x7f\n\n", "x"}) {
    EXPECT_EQ(forge.outcome(forge.file(bad)), Code::Malformed) << bad;
    EXPECT_TRUE(bad.empty() || forge.outcome(forge.file(own + bad)) == Code::Malformed) << bad;
  }
  EXPECT_EQ(forge.outcome(forge.file(own + "-> odd\n" + full_line + "\n")), Code::Malformed) << "its last line is missing";
  EXPECT_EQ(forge.outcome(forge.file(own + "-> odd\n" + full_line + "AAAA\n\n")), Code::Malformed) << "68 columns";
}

TEST(AgeFile, RefusesAShareOfLowOrder) {
  const AgeIdentity identity = age_file_test::new_identity();
  Forge forge(identity);
  std::string one(32, '\0');
  one[0] = 1;
  for (const std::string& share : {std::string(32, '\0'), one}) {
    const std::string wrapped = forge.wrapped_with(Secret<32>{}, share, forge.file_key());  // anybody can make it: the secret is zero
    const std::string stanza = to_text(AgeStanza{{"X25519", to_bare_base64(share)}, wrapped});
    EXPECT_EQ(forge.outcome(forge.file(stanza)), Code::Malformed);
    EXPECT_EQ(forge.outcome(forge.file(stanza + forge.stanza())), Code::Malformed);
  }
}

TEST(AgeFile, RefusesHeadersWithoutBound) {
  Forge forge(age_file_test::new_identity());
  std::string many;
  for (std::size_t i = 0; i < kMostStanzas - 1; ++i) many += "-> odd\n\n";
  EXPECT_EQ(forge.outcome(forge.file(many + forge.stanza())), Code::Full);
  EXPECT_EQ(forge.outcome(forge.file(many + forge.stanza() + "-> odd\n\n")), Code::Limit);
  EXPECT_EQ(forge.outcome(forge.file("-> " + std::string(1u << 20, 'x') + "\n\n" + forge.stanza())), Code::Malformed);
}

TEST(AgeFile, SaysWhatIsNoneOfOurs) {
  const AgeIdentity identity = age_file_test::new_identity();
  const std::string sealed = *age_seal("text", {identity.recipient});
  EXPECT_EQ(age_file_test::outcome("", {identity}), Code::Malformed);
  EXPECT_EQ(age_file_test::outcome("custos segment 1\n", {identity}), Code::Malformed);
  EXPECT_EQ(age_file_test::outcome("age-encryption.org/v2" + sealed.substr(21), {identity}), Code::Unsupported);
  EXPECT_EQ(age_file_test::outcome("-----BEGIN AGE ENCRYPTED FILE-----\n", {identity}), Code::Unsupported);
  EXPECT_FALSE(is_age(""));
  EXPECT_FALSE(is_age("age-encryption.org/v1"));
  EXPECT_FALSE(is_age("age-encryption.org/v10\n"));
  EXPECT_TRUE(is_age(sealed));
}

}  // namespace custos::evidence
