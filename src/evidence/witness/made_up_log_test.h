// A log that exists in a test alone, with as many histories as one likes, and a witness that watches it.
// Called by tests of witnesses and of how they are served.
// Lives as long as the test.
// One thread an object.
// Refuses nothing.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <vector>

#include "base/crypto/sha256.h"
#include "evidence/keys/signer.h"
#include "evidence/merkle/proof.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/notes/checkpoint.h"
#include "evidence/witness/request.h"

namespace custos::evidence {

inline constexpr const char* kMadeUpOrigin = "police.example/log";

// A key made of a word.
class WordSigner final : public Signer {
 public:
  explicit WordSigner(std::string_view word) : key_(nullptr, EVP_PKEY_free) {
    const Hash32 seed = sha256(word);
    key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    std::size_t size = public_key_.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(public_key_.data()), &size);
  }
  const std::string& public_key() const override { return public_key_; }
  Result<std::string> sign(std::string_view bytes) override {
    if (broken) return fail(Code::Unreadable, "the token was pulled out");
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string out(64, '\0');
    std::size_t size = out.size();
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()), 1);
    if (lies) out[0] = static_cast<char>(out[0] ^ 1);
    return out;
  }
  bool broken = false, lies = false;

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::string public_key_ = std::string(32, '\0');
};

class MadeUpLog {
 public:
  // Entries from `branch` on are others than those of a log without one.
  explicit MadeUpLog(std::string origin, std::size_t branch = SIZE_MAX) : origin_(std::move(origin)), signer_(origin_) {
    for (std::size_t i = 0; i < 80; ++i) leaves_.push_back(leaf_hash((i < branch ? "entry " : "other entry ") + std::to_string(i)));
  }
  VerifierKey key() const { return verifier_key(origin_, SignatureType::Ed25519, signer_.public_key()); }
  const std::string& origin() const { return origin_; }
  std::string file() const { return to_hex(view(sha256(origin_))); }

  Hash32 root(std::size_t size) const { return size == 0 ? empty_root() : root_of(first(size)); }
  std::string text(std::size_t size) const { return to_text(TreeHead{origin_, size, root(size)}); }
  std::string checkpoint(std::size_t size) { return sign(text(size)); }
  std::string sign(std::string text) { return to_text(*sign_note(std::move(text), origin_, signer_)); }
  Proof proof(std::size_t from, std::size_t to) const { return from == 0 ? Proof() : *consistency_proof(nodes_of(leaves_), from, to); }
  std::string request(std::size_t from, std::size_t to) { return to_text(AddCheckpoint{from, proof(from, to), checkpoint(to)}); }

 private:
  std::vector<Hash32> first(std::size_t n) const { return {leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(n)}; }

  std::string origin_;
  WordSigner signer_;
  std::vector<Hash32> leaves_;
};

}  // namespace custos::evidence
