// Holds the tiles and entry files of a folder against what its entries give, one after the other as they fill.
// Called by check_folder, which feeds it the entries.
// In memory are only those at and behind the right edge of the checkpoint, whatever the size of the log.
// One thread.
// Refuses nothing; what is wrong stands in the report.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/crypto/sha256.h"
#include "base/files/file_system.h"
#include "evidence/check/report.h"
#include "evidence/merkle/tile_tree.h"

namespace custos::evidence {

class TileCheck {
 public:
  // size: of the checkpoint, whose tiles must all be there.
  TileCheck(FileSystem& files, const std::string& folder, std::uint64_t size, CheckReport& report)
      : files_(files), folder_(folder), size_(size), report_(report) {}

  void add(const Hash32& leaf, const std::string& stored);
  // After the last entry: the right edge, and whatever else of the folder's files lies below tile/.
  void finish(const std::vector<std::string>& paths);

  std::uint64_t entries() const { return tree_.size(); }
  Hash32 root() const { return tree_.root(); }
  // Of the tree as it was with so many entries; after finish().
  Result<Hash32> root_at(std::uint64_t size) const;

 private:
  void check_whole(const std::string& path, const std::string& bytes);
  void must_have(const std::string& path);
  bool is_right(const std::string& path) const;
  Result<std::string> whole(const std::string& path) const;

  FileSystem& files_;
  const std::string& folder_;
  const std::uint64_t size_;
  CheckReport& report_;
  TileTree tree_;
  std::string bundle_;                           // the last entries, as their file has them
  std::set<std::string> checked_;                // whole files left of the edge, each equal to what the entries give
  std::map<std::string, std::string> expected_;  // whole files at and behind the edge, as far as entries go, by path
  std::set<std::string> needed_;                 // at the edge
};

}  // namespace custos::evidence
