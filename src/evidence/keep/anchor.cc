#include "evidence/keep/anchor.h"

#include <algorithm>

#include <fmt/format.h>

#include "evidence/keep/placer.h"
#include "evidence/log/entry_store.h"
#include "evidence/log/folder.h"
#include "evidence/log/settings.h"

namespace custos::evidence {
namespace anchors {
namespace {

void add_key(std::vector<VerifierKey>& keys, std::string_view entry) {
  const auto settings = parse_settings(entry);
  if (settings && std::find(keys.begin(), keys.end(), settings->key) == keys.end()) keys.push_back(settings->key);
}

// Settings are never encrypted, so that they can be read whoever looks.
void add_keys(FileSystem& files, const std::string& folder, std::vector<VerifierKey>& keys) {
  for (const std::string& path : all_files(files, folder).value_or(std::vector<std::string>())) {
    std::uint64_t index = 0;
    unsigned width = 0;
    if (path == "log.json") add_key(keys, files.read(folder + "/" + path, kMostSmallFile).value_or(std::string()));
    if (!path.starts_with("tile/entries/") || !parse_tile_path(path, index, width)) continue;
    const auto bytes = files.read(folder + "/" + path, kMostBundle);
    std::vector<std::string> stored;
    if (bytes) static_cast<void>(split_bundle(*bytes, width, stored));
    for (const std::string& entry : stored) {
      if (is_settings(entry)) add_key(keys, entry);
    }
  }
}

std::optional<SignedHead> read_head(FileSystem& files, const std::string& path, const std::vector<VerifierKey>& keys) {
  const auto text = files.read_from_disk(path, kMostSmallFile);
  return text ? signed_head(*text, keys) : std::nullopt;
}

// Of those that the folder keeps, the newest.
std::optional<SignedHead> newest_kept(FileSystem& files, const std::string& folder, const std::vector<VerifierKey>& keys) {
  std::optional<SignedHead> newest;
  if (!files.exists(folder + "/checkpoints")) return newest;
  for (const std::string& name : files.list(folder + "/checkpoints").value_or(std::vector<std::string>())) {
    auto head = read_head(files, folder + "/checkpoints/" + name, keys);
    if (head && (!newest || newest->head.size < head->head.size)) newest = std::move(head);
  }
  return newest;
}

Result<void> check_copies(const std::vector<std::string>& folders, const std::optional<SignedHead>& own, const Anchor& anchor) {
  for (std::size_t i = 0; own && i < anchor.copies.size(); ++i) {
    if (!anchor.copies[i]) continue;
    const TreeHead &copy = anchor.copies[i]->head, &here = own->head;
    if (copy.size > here.size) {
      return fail(
          Code::Malformed,
          fmt::format(
              "its checkpoint is over {} entries, and that of {} over {}: this folder was put back to what it was, or something was written to the copy. "
              "Nothing was changed; put nothing more on record here before you know which is the true one",
              copy.size, folders[0], here.size),
          folders[i + 1]);
    }
    if (copy.size == here.size && !(copy.root == here.root)) {
      return fail(Code::Malformed,
                  fmt::format("has another root over the same {} entries: one of both was forked or rewritten. Nothing was changed", copy.size),
                  folders[i + 1]);
    }
  }
  return {};
}

}  // namespace
}  // namespace anchors

std::vector<VerifierKey> keys_of(FileSystem& files, const std::vector<std::string>& folders) {
  std::vector<VerifierKey> keys;
  for (const std::string& folder : folders) {
    if (keys.empty()) anchors::add_keys(files, folder, keys);
  }
  return keys;
}

std::optional<SignedHead> signed_head(std::string_view text, const std::vector<VerifierKey>& keys) {
  const auto note = parse_note(text);
  auto head = note ? parse_tree_head(note->text) : Result<TreeHead>(tl::unexpected<Error>(note.error()));
  if (!head) return std::nullopt;
  for (const VerifierKey& key : keys) {
    if (key.name == head->origin && verify_note(*note, key)) return SignedHead{std::string(text), std::move(*head)};
  }
  return std::nullopt;
}

Result<Anchor> find_anchor(FileSystem& files, const std::vector<std::string>& folders, const std::vector<VerifierKey>& keys, std::string_view public_key,
                           const Shown& shown) {
  using namespace anchors;
  Anchor anchor;
  auto own = read_head(files, folders[0] + "/checkpoint", keys);
  auto kept = newest_kept(files, folders[0], keys);
  for (std::size_t i = 1; i < folders.size(); ++i) anchor.copies.push_back(read_head(files, folders[i] + "/checkpoint", keys));
  if (auto ok = check_copies(folders, own, anchor); !ok) return tl::unexpected<Error>(ok.error());
  if (own && (!kept || kept->head.size <= own->head.size)) {
    anchor.checkpoint = std::move(*own);
    return anchor;
  }
  anchor.own = false;
  std::vector<VerifierKey> trusted = keys;
  std::erase_if(trusted, [&](const VerifierKey& k) { return !public_key.empty() && k.public_key != public_key; });
  std::vector<SignedHead> others;
  if (kept && signed_head(kept->text, trusted)) others.push_back(*kept);
  for (const auto& copy : anchor.copies) {
    if (copy && signed_head(copy->text, trusted)) others.push_back(*copy);
  }
  std::stable_sort(others.begin(), others.end(), [](const SignedHead& a, const SignedHead& b) { return a.head.size > b.head.size; });
  if (others.empty()) {
    return fail(Code::Malformed,
                "the file `checkpoint` is damaged or missing, and no copy has a right one: nothing else can be measured by it. Nothing was changed",
                folders[0]);
  }
  anchor.checkpoint = others[0];
  if (!shown.covers(anchor.checkpoint.head.size)) {
    anchor.why_not = fmt::format(
        "the newest that was found elsewhere is over {} entries, and there were {} here: putting it back would lose what was acknowledged since. Look for a "
        "newer copy",
        anchor.checkpoint.head.size, shown.entries);
  }
  return anchor;
}

}  // namespace custos::evidence
