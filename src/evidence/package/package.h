// A package: findings with their records and proofs for somebody else, fields withheld where asked. docs/formats/package.md has every byte.
// Called by engine/ for `custos evidence package`.
// Owned values.
// One thread.
// Refuses findings that are not in the log, or named twice, and to withhold what none of them has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/keys/signer.h"
#include "evidence/log/entry.h"
#include "evidence/log/reader.h"

namespace custos::evidence {

inline constexpr const char* kPackageType = "application/vnd.custos.package+json";

struct PackageRequest {
  std::vector<std::string> findings;  // ids; none twice
  std::vector<std::string> withhold;  // field names, "what:name", or "file", "behavior"
  std::string to;                     // for whom
  Micros created = kNoTime;
  Custody custody;
};

struct Withheld {
  std::string finding, what, name, digest, why;
};

struct Package {
  std::string bytes;
  std::uint64_t records = 0;        // whole ones
  std::vector<Withheld> withheld;
  std::uint64_t proof_bytes = 0;    // of what only proves: proofs, the checkpoint, the segments' entries
};

Result<Package> make_package(FileSystem& files, const std::string& folder, LogReader& log, Signer& signer, const PackageRequest& request);

}  // namespace custos::evidence
