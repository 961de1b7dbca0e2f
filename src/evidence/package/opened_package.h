// A package, opened: its members, its manifest read once after the signature held, and walking through the members in order.
// Called by check_package.
// Owns the members; views into them live as long.
// One thread.
// Refuses what is not as docs/formats/package.md says, with the reason.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/check/report.h"
#include "evidence/package/package.h"
#include "evidence/package/zip.h"

namespace custos::evidence {

struct PackageManifest {
  VerifierKey key;
  std::uint64_t size = 0;
  Hash32 root{};
  struct Listed {
    std::string id, title, level, time;
    std::uint64_t records = 0;
  };
  std::vector<Listed> findings;
  std::vector<Withheld> withheld;
};

class OpenedPackage {
 public:
  // Form, envelope and members' hashes (steps 1 to 3).
  static Result<OpenedPackage> open(std::string_view bytes, const std::optional<VerifierKey>& key);

  const PackageManifest& manifest() const { return manifest_; }

  // The next member, if it has this name. Members come in one order, so whatever is not taken is too much.
  const std::string* take(std::string_view name);
  std::string_view next_name() const { return at_ < members_.size() ? std::string_view(members_[at_].name) : std::string_view(); }
  bool all_taken() const { return at_ == members_.size(); }

 private:
  std::vector<ZipMember> members_;
  PackageManifest manifest_;
  std::size_t at_ = 0;
};

}  // namespace custos::evidence
