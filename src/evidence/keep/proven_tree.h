// The tree under a signed checkpoint, out of a folder and its copies: which files of it are right, and the right bytes of those that are not.
// Called by copying (the folder alone) and by the sweep (with copies).
// Lives as long as one of these; keeps all tiles in memory (32 bytes an entry and a little).
// One thread.
// Refuses to take anything for right that does not lead to the signed root.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files/file_system.h"
#include "evidence/log/entry_store.h"
#include "evidence/merkle/tile_tree.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

class ProvenTree {
 public:
  // folders: the one that is looked at, then its copies. `keyring` opens entries that are encrypted.
  ProvenTree(FileSystem& files, std::vector<std::string> folders, TreeHead head, const Keyring& keyring);

  void prove();
  // Right bytes of every tile file that the checkpoint needs, as far as any were found.
  const std::map<std::string, std::string>& tiles() const { return tiles_; }
  const std::vector<std::string>& lost() const { return lost_; }  // paths of those that nobody has right
  std::optional<Hash32> leaf(std::uint64_t index) const;
  // Of the tree as it was with so many entries; nothing where it was larger, or tiles for it are lost.
  std::optional<Hash32> root_at(std::uint64_t size) const;

  // An entry file that the checkpoint needs.
  struct Bundle {
    std::string path;
    std::optional<std::string> bytes;  // the right ones
    bool checked = true;               // false: it is encrypted and nobody here can read it; its form is right
    std::vector<std::string> entries;  // readable ones; empty in the place of another
  };
  Bundle bundle(std::uint64_t index);
  // An entry as it is kept, opened; an error of code Denied: it is encrypted, and nobody it is for is here.
  Result<std::string> open(std::uint64_t index, const std::string& stored);
  std::uint64_t bundles() const { return (head_.size + kTileWidth - 1) / kTileWidth; }

 private:
  std::vector<std::string> candidates(const TileAddress& a);
  std::optional<std::string> from_below(const std::string& folder, const TileAddress& a);
  bool prove_edge();
  void give_up_edge(const std::vector<TileAddress>& edge);
  void prove_full(unsigned level);
  unsigned width_of(std::uint64_t index) const { return static_cast<unsigned>(std::min(kTileWidth, head_.size - index * kTileWidth)); }
  bool is_right(std::uint64_t index, const std::string& bytes, Bundle& b);

  FileSystem& files_;
  std::vector<std::string> folders_;
  TreeHead head_;
  std::vector<EntryReader> readers_;  // of each folder: the key of an epoch may be whole in one of them
  std::map<std::string, std::string> tiles_;
  std::vector<std::string> lost_;
};

// What is right where a narrower file of a copy ends, and this one after it: tiles and entry files begin with every narrower one of theirs.
std::vector<std::string> spliced(FileSystem& files, const std::string& copy, const std::string& base, unsigned width, const std::string& own);

}  // namespace custos::evidence
