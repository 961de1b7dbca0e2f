#include <gtest/gtest.h>

#include <cstdlib>

#include "base/crypto/base64.h"
#include "evidence/keys/key_file.h"
#include "evidence/notes/checkpoint.h"
#include "evidence/notes/dsse.h"
#include "evidence/notes/note.h"

namespace custos::evidence {
namespace {

// The examples of C2SP signed-note, tlog-checkpoint and tlog-cosignature.
constexpr const char* kKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr const char* kNote =
    "This is an example message.\n\n"
    "\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
constexpr const char* kCheckpoint =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\xe2\x80\x94 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

std::unique_ptr<Signer> some_key() {
  auto signer = open_key_file(*make_key_file("correct horse"), "correct horse");
  EXPECT_TRUE(signer);
  return std::move(*signer);
}

}  // namespace

TEST(Note, TheExampleOfTheSpecificationHolds) {
  const auto key = parse_verifier_key(kKey);
  ASSERT_TRUE(key) << key.error().text;
  EXPECT_EQ(to_text(*key), kKey);
  const auto note = parse_note(kNote);
  ASSERT_TRUE(note) << note.error().text;
  EXPECT_EQ(note->text, "This is an example message.\n");
  EXPECT_EQ(to_text(*note), kNote);
  EXPECT_TRUE(verify_note(*note, *key));
}

TEST(Note, EveryFlippedBitIsRefused) {
  const auto key = parse_verifier_key(kKey);
  const std::string good = kNote;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const auto note = parse_note(bad);
      EXPECT_FALSE(note && verify_note(*note, *key)) << i << " " << bit;
    }
  }
}

TEST(Note, RefusesWhatIsNoNote) {
  for (const char* odd : {"", "text", "text\n", "text\n\n", "text\n\nline\n", "\n\n\xe2\x80\x94 a AAAAAAA=", "text\r\n\n\xe2\x80\x94 a AAAAAAA=\n",
                          "text\n\n\xe2\x80\x94 a AAAA\n", "text\n\n\xe2\x80\x94 a  AAAAAAA=\n", "text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "t\xff\n\n\xe2\x80\x94 a AAAAAAA=\n"}) {
    EXPECT_FALSE(parse_note(odd)) << odd;
  }
}

TEST(VerifierKey, RefusesOdd) {
  for (const char* odd : {"", "a+b", "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                          "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}) {
    EXPECT_FALSE(parse_verifier_key(odd)) << odd;
  }
}

TEST(Checkpoint, TheExampleOfTheSpecificationIsRead) {
  const auto note = parse_note(kCheckpoint);
  ASSERT_TRUE(note) << note.error().text;
  const auto head = parse_tree_head(note->text);
  ASSERT_TRUE(head) << head.error().text;
  EXPECT_EQ(head->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(head->size, 20852163u);
  EXPECT_EQ(to_text(*head), note->text);
  EXPECT_EQ(to_text(*note), kCheckpoint);
  EXPECT_EQ(note->signatures[1].bytes.size(), 72u);
}

TEST(Checkpoint, RefusesOtherSpellings) {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const std::string& odd : std::vector<std::string>{"", "o\n1\n", "o\n01\n" + root, "o\n-1\n" + root, "o\n+1\n" + root, "o\n1 \n" + root, "\n1\n" + root, "o\n1\n" + root + "more\n",
                                 "o\n18446744073709551616\n" + root, "o\n1\nAAAA\n", "o\n1\n" + root.substr(0, root.size() - 1)}) {
    EXPECT_FALSE(parse_tree_head(odd)) << odd;
  }
  EXPECT_TRUE(parse_tree_head("o\n0\n" + root));
}

TEST(Cosignature, IsOverTimeAndTextAndComesBack) {
  EXPECT_EQ(cosigned_message(1679315147, "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"),
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
  const auto signer = some_key();
  const VerifierKey witness = verifier_key("police.example/w", SignatureType::Cosignature, signer->public_key());
  auto note = parse_note(kCheckpoint);
  const std::uint64_t now = 1'790'000'000;
  note->signatures.push_back(to_signature(witness, {now, *signer->sign(cosigned_message(now, note->text))}));
  const auto again = parse_note(to_text(*note));
  ASSERT_TRUE(again);
  const auto seen = verify_cosignature(*again, witness);
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(seen->time, now);
  note->signatures.back() = to_signature(witness, {now + 1, seen->signature});
  EXPECT_FALSE(verify_cosignature(*note, witness));
}

TEST(TlogProof, ComesBackAndRefusesOdd) {
  TlogProof p{73894, {sha256("a"), sha256("b")}, kCheckpoint};
  const std::string text = to_text(p);
  const auto again = parse_tlog_proof(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->index, p.index);
  EXPECT_EQ(again->proof, p.proof);
  EXPECT_EQ(again->checkpoint, kCheckpoint);
  for (std::size_t cut = 0; cut < text.find("\n\n") + 2; ++cut) EXPECT_FALSE(parse_tlog_proof(text.substr(0, cut))) << cut;
}

TEST(Dsse, EncodesAsTheSpecificationsVector) {
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"), "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(Dsse, AnEnvelopeHasOneSpelling) {
  const Envelope e{"hello \xc3\xa9", "application/vnd.custos.package+json", "1a2b3c4d", std::string(64, 's')};
  const std::string text = to_text(e);
  const auto again = parse_envelope(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_text(*again), text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(parse_envelope(text.substr(0, i))) << i;
    const auto wider = parse_envelope(text.substr(0, i) + " " + text.substr(i));
    EXPECT_TRUE(!wider || to_text(*wider) == text.substr(0, i) + " " + text.substr(i)) << i;
  }
}

TEST(KeyFile, OpensWithItsPassphraseAlone) {
  const auto pem = make_key_file("correct horse");
  ASSERT_TRUE(pem);
  auto signer = open_key_file(*pem, "correct horse");
  ASSERT_TRUE(signer) << signer.error().text;
  const auto signature = (*signer)->sign("bytes");
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verify_ed25519((*signer)->public_key(), "bytes", *signature));
  EXPECT_FALSE(verify_ed25519((*signer)->public_key(), "bytes.", *signature));
  EXPECT_FALSE(open_key_file(*pem, "wrong horse"));
  EXPECT_FALSE(open_key_file(*pem, ""));
  EXPECT_FALSE(open_key_file("-----BEGIN PRIVATE KEY-----\n", "x"));
  EXPECT_FALSE(make_key_file(""));
}

}  // namespace custos::evidence
