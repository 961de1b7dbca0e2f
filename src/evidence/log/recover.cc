// Opening a log: the tree from its tiles, then what the journals hold behind the newest checkpoint.
#include <fmt/format.h>

#include "base/text.h"
#include "evidence/log/folder.h"
#include "evidence/log/journal.h"
#include "evidence/log/log.h"

namespace custos::evidence {

Result<void> Log::recover() {
  const auto damaged = [&](std::string what) {
    return fail(Code::Malformed, what + "; nothing was changed. `custos verify` says more, a copy of the folder may have it whole", options_.folder);
  };
  const VerifierKey key = verifier_key(origin_, SignatureType::Ed25519, signer_.public_key());
  // Without a checkpoint it was being made when the process ended.
  const bool unfinished = !files_.exists(path("checkpoint"));
  if (!unfinished) {
    auto note = read_checkpoint(files_, options_.folder, key);
    if (!note) return tl::unexpected<Error>(note.error());
    auto head = parse_tree_head(note->text);
    if (!head) return fail(head.error().code, head.error().text, path("checkpoint"));
    auto tree = TileTree::load(head->size, [&](const TileAddress& a) { return read_tile(files_, options_.folder, a); });
    if (!tree) return damaged(fmt::format("a tile can't be read ({})", tree.error().text));
    if (head->origin != origin_ || tree->root() != head->root) return damaged("its tiles do not give the root that its checkpoint has");
    tree_ = std::move(*tree);
  }
  published_ = acknowledged_ = tree_.size();
  recent_first_ = published_ / kTileWidth * kTileWidth;
  if (published_ > recent_first_) {
    auto stored = read_bundle(files_, options_.folder, recent_first_ / kTileWidth, static_cast<unsigned>(published_ - recent_first_));
    if (!stored) return damaged(fmt::format("its last entries can't be read ({})", stored.error().text));
    recent_ = std::move(*stored);
  }
  auto journals = list_journals(files_, options_.folder);
  if (!journals) return tl::unexpected<Error>(journals.error());
  if (!unfinished && (journals->empty() || journals->front() > published_)) return damaged("the journal behind its checkpoint is missing");
  std::vector<std::string> names;
  for (const std::uint64_t first : *journals) names.push_back(fmt::format("journal/{}", first));
  if (auto ok = recover_journals(names); !ok) return ok;
  if (!unfinished) return {};
  if (tree_.size() > 0) return checkpoint().map([](const Note&) {});
  auto settings = files_.read(path("log.json"), kMostSmallFile);
  return settings ? begin(*settings) : Result<void>(tl::unexpected<Error>(settings.error()));
}

Result<void> Log::recover_journals(const std::vector<std::string>& names) {
  std::string torn, last;
  for (const std::string& name : names) {
    auto bytes = files_.read(path(name), kMostJournal);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto content = read_journal(*bytes, origin_);
    if (!content) return fail(content.error().code, content.error().text, path(name));
    const std::uint64_t end = content->first + content->frames.size();
    if (content->damaged()) {
      return fail(Code::Malformed, fmt::format("entry {} was acknowledged and is damaged; nothing was changed. A copy may have it whole", end), path(name));
    }
    if (content->first > tree_.size()) {
      return fail(Code::Malformed, fmt::format("entries from {} on are missing before it; nothing was changed", tree_.size()), path(name));
    }
    for (std::uint64_t i = tree_.size(); i < end; ++i) {
      const Frame& f = content->frames[i - content->first];
      take(f.stored, f.leaf);
      ++recovery_.entries;
    }
    torn += content->rest;
    last = name;
  }
  acknowledged_ = tree_.size();
  if (last.empty()) return {};
  if (!torn.empty()) return set_torn_aside(torn);
  auto journal = files_.append_to(path(last));
  if (!journal) return tl::unexpected<Error>(journal.error());
  journal_ = std::move(*journal);
  return {};
}

// The torn bytes go beside the folder before the journal that holds them goes.
Result<void> Log::set_torn_aside(const std::string& bytes) {
  std::string name = options_.torn_name;
  for (int n = 2; files_.exists(name); ++n) name = fmt::format("{}-{}", options_.torn_name, n);
  if (auto ok = write_whole(files_, name, bytes, true); !ok) return ok;
  recovery_.torn = bytes.size();
  recovery_.kept_as = name;
  return start_journal();  // also in place of one that begins here and holds nothing but torn bytes
}

}  // namespace custos::evidence
