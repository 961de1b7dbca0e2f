// A log in a file system that can crash, with a key of its own.
// Called by the tests of this layer.
// Lives as long as the test.
// One thread.
// Refuses nothing.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "base/files/crashing_files_test.h"
#include "evidence/keys/key_file.h"
#include "evidence/log/log.h"

namespace custos::evidence {

inline constexpr const char* kTestOrigin = "court.example/evidence";

// One key for all tests: making one takes a tenth of a second.
inline Signer& test_signer() {
  static const std::unique_ptr<Signer> signer = std::move(*open_key_file(*make_key_file("words"), "words"));
  return *signer;
}

inline VerifierKey test_key() { return verifier_key(kTestOrigin, SignatureType::Ed25519, test_signer().public_key()); }

inline std::string test_settings(const std::vector<AgeRecipient>& recipients = {}) {
  std::vector<std::string> texts;
  for (const AgeRecipient& r : recipients) texts.push_back(to_text(r));
  return *begin_settings(kTestOrigin, std::move(texts), test_signer(), 1'790'000'000'000'000, {"dekker", "officer", "", "", "custos test", ""});
}

inline Result<std::unique_ptr<Log>> make_test_log(FileSystem& files, const std::string& folder = "/e", const std::vector<AgeRecipient>& recipients = {}) {
  return Log::create(files, {folder}, test_signer(), test_settings(recipients));
}

// Another key for tests of change.
inline Signer& other_signer() {
  static const std::unique_ptr<Signer> signer = std::move(*open_key_file(*make_key_file("other words"), "other words"));
  return *signer;
}

inline Keyring keyring_of(const AgeIdentity& identity) { return std::make_shared<const std::vector<AgeIdentity>>(1, identity); }

inline Result<std::unique_ptr<Log>> open_test_log(FileSystem& files, const std::string& folder = "/e") { return Log::open(files, {folder}, test_signer()); }

inline std::string test_entry(std::uint64_t i) { return *make_entry("view", 1'790'000'000'000'000, {}, {{"what", "finding"}, {"about", std::to_string(i)}}); }

}  // namespace custos::evidence
