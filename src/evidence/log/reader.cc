#include "evidence/log/reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "evidence/log/folder.h"

namespace custos::evidence {
namespace reading_logs {

constexpr std::size_t kTilesKept = 64;

}  // namespace reading_logs

Result<std::unique_ptr<LogReader>> LogReader::open(FileSystem& files, std::string folder, Keyring keyring) {
  std::unique_ptr<LogReader> r(new LogReader(files, std::move(folder), std::move(keyring)));
  auto settings = read_settings(files, r->folder_);
  if (!settings) return tl::unexpected<Error>(settings.error());
  r->settings_ = std::move(*settings);
  auto note = read_checkpoint(files, r->folder_, r->settings_.key);
  if (!note) return tl::unexpected<Error>(note.error());
  r->note_ = std::move(*note);
  auto head = parse_tree_head(r->note_.text);
  if (!head) return fail(head.error().code, head.error().text, r->folder_ + "/checkpoint");
  r->head_ = std::move(*head);
  return r;
}

Result<void> LogReader::choose_checkpoint(std::uint64_t covering) {
  const auto vouched = [this](const Note& note, std::uint64_t size) {
    return note.signatures.size() + (files_.exists(fmt::format("{}/timestamps/{}.tsr", folder_, size)) ? 1 : 0);
  };
  std::size_t most = vouched(note_, head_.size);
  const std::uint64_t newest = size();
  const auto names = files_.list(folder_ + "/checkpoints");
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    auto text = files_.read(folder_ + "/checkpoints/" + name, kMostSmallFile);
    if (!text) return tl::unexpected<Error>(text.error());
    auto note = parse_note(*text);
    if (!note || !verify_note(*note, settings_.key)) continue;
    auto head = parse_tree_head(note->text);
    if (!head || head->size <= covering || head->size > newest || vouched(*note, head->size) <= most) continue;
    most = vouched(*note, head->size);
    note_ = std::move(*note);
    head_ = std::move(*head);
  }
  bundle_ = ~0ull;
  tiles_.clear();
  return {};
}

Result<std::string> LogReader::stored(std::uint64_t index) {
  if (index >= size()) return fail(Code::NotFound, fmt::format("the log has no entry {} under its checkpoint", index), folder_);
  const std::uint64_t bundle = index / kTileWidth;
  if (bundle != bundle_) {
    auto stored = read_bundle(files_, folder_, bundle, static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, size() - bundle * kTileWidth)));
    if (!stored) return tl::unexpected<Error>(stored.error());
    stored_ = std::move(*stored);
    bundle_ = bundle;
  }
  return stored_[index % kTileWidth];
}

Result<std::string> LogReader::entry(std::uint64_t index) {
  const auto stored_entry = stored(index);
  return stored_entry ? open_entry(index, *stored_entry) : stored_entry;
}

Result<std::string> LogReader::open_entry(std::uint64_t index, std::string_view stored) { return store_.load(index, stored, settings_.key.name); }

NodeSource LogReader::nodes() {
  return nodes_of_tiles(size(), [this](const TileAddress& tile) -> Result<std::string> {
    const std::string name = tile_path(tile);
    const auto known = std::find_if(tiles_.begin(), tiles_.end(), [&](const auto& t) { return t.first == name; });
    if (known != tiles_.end()) return known->second;
    auto hashes = read_tile(files_, folder_, tile);
    if (!hashes) return hashes;
    if (tiles_.size() == reading_logs::kTilesKept) tiles_.erase(tiles_.begin());
    tiles_.emplace_back(name, *hashes);
    return hashes;
  });
}

Result<Hash32> LogReader::leaf(std::uint64_t index) { return nodes()(0, index); }

Result<Proof> LogReader::inclusion(std::uint64_t index) { return inclusion_proof(nodes(), index, size()); }

Result<Proof> LogReader::consistency(std::uint64_t from) { return consistency_proof(nodes(), from, size()); }

Result<TlogProof> LogReader::tlog_proof(std::uint64_t index) {
  auto proof = inclusion(index);
  if (!proof) return tl::unexpected<Error>(proof.error());
  return TlogProof{index, std::move(*proof), to_text(note_)};
}

Result<std::vector<Frame>> LogReader::unsigned_entries() {
  auto journals = read_journals(files_, folder_, settings_.key.name);
  if (!journals) return tl::unexpected<Error>(journals.error());
  std::vector<Frame> frames;
  for (const JournalContent& j : *journals) {
    for (std::uint64_t i = size() + frames.size(); i >= j.first && i < j.first + j.frames.size(); ++i) frames.push_back(j.frames[i - j.first]);
  }
  return frames;
}

}  // namespace custos::evidence
