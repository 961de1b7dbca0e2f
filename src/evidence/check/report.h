// What a check says: what was checked, what was not, and everything that is wrong.
// Filled by the checks of this folder; shown by cli/.
// Owned values.
// One thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "evidence/age/recipient.h"
#include "evidence/notes/checkpoint.h"
#include "evidence/timestamp/authorities.h"

namespace custos::evidence {

struct CheckReport {
  std::string what;                  // "folder", "package"
  std::string origin, key;           // key: the verifier key that signatures were checked with
  bool key_vouched = false;          // somebody gave it; else it was taken from what was checked
  std::uint64_t size = 0;            // of the checkpoint
  std::vector<std::string> checked;  // sentences
  std::vector<std::string> not_checked;
  std::vector<std::string> problems;  // any of them: refused

  bool holds() const { return problems.empty(); }
  // The first problems are listed, all are counted.
  static constexpr std::size_t kMostProblems = 100;
  std::uint64_t problem_count = 0;
  void problem(std::string sentence) {
    ++problem_count;
    if (problems.size() < kMostProblems) problems.push_back(std::move(sentence));
  }
};

struct CheckOptions {
  std::optional<VerifierKey> key;  // of the log, from somebody the checker trusts
  std::vector<VerifierKey> witnesses;
  std::optional<Authorities> authorities;  // of time stamps, that are trusted
  Keyring keyring;                       // opens what is encrypted; null: its structure alone is checked
  std::vector<std::string> checkpoints;  // signed notes of this log seen elsewhere: the log must go on from each
};

}  // namespace custos::evidence
