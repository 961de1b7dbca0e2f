// What of the findings is withheld: what was asked for, and everything else that would give it away.
// Called by make_package.
// Owned values.
// One thread.
// Refuses nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/documents/finding_document.h"
#include "evidence/package/package.h"

namespace custos::evidence {

// A finding on its way into a package.
struct PackedFinding {
  FindingDocument document;
  std::string bytes;                     // of the document
  std::vector<std::string> disclosures;  // one for each of document.holds
  std::vector<std::string> values;       // what they disclose
  std::vector<const char*> why;          // for each: why it is withheld, or nullptr
  bool shows_all() const;
};

class Withholding {
 public:
  explicit Withholding(std::vector<std::string> asked) : asked_(std::move(asked)), used_(asked_.size(), false) {}

  // First for all findings, so that a value withheld of one is withheld of every other.
  void mark_asked(PackedFinding& f);
  void mark_given_away(PackedFinding& f) const;
  // Whether a text would show a withheld value.
  bool gives_away(std::string_view text) const;
  std::vector<std::string> unused() const;

 private:
  std::vector<std::string> asked_;
  std::vector<bool> used_;
  std::vector<std::string> values_;  // lower case, in every spelling that logs have of them
  std::vector<std::string> short_;   // too short to look for inside of others
};

}  // namespace custos::evidence
