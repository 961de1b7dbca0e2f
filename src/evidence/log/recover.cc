// Opening a log: the tree from its tiles, then what the journals hold behind the newest checkpoint.
#include <algorithm>

#include <fmt/format.h>

#include "evidence/log/folder.h"
#include "evidence/log/log.h"

namespace custos::evidence {
namespace recovering {
namespace {

Error damaged(const std::string& what, const std::string& folder) {
  return {Code::Malformed, what + "; nothing was changed. `custos verify` says more, a copy of the folder may have it whole", folder};
}

Result<void> check_acknowledged(const std::vector<JournalContent>& journals, const std::string& folder) {
  for (const JournalContent& j : journals) {
    if (!j.damaged()) continue;
    return fail(Code::Malformed,
                fmt::format("entry {} was acknowledged and is damaged; nothing was changed. A copy may have it whole", j.first + j.frames.size()),
                fmt::format("{}/journal/{}", folder, j.first));
  }
  return {};
}

// The last entry with settings from this index on: a change that no checkpoint covers yet.
std::string settings_behind(const std::vector<JournalContent>& journals, std::uint64_t size) {
  std::string found;
  for (const JournalContent& j : journals) {
    for (std::size_t i = 0; i < j.frames.size(); ++i) {
      if (j.first + i >= size && is_settings(j.frames[i].stored)) found = j.frames[i].stored;
    }
  }
  return found;
}

// Of the checkpoint, before anybody looked at its signature; 0 where there is none that can be read.
std::uint64_t claimed_size(FileSystem& files, const std::string& folder) {
  const auto bytes = files.read(folder + "/checkpoint", kMostSmallFile);
  const auto note = bytes ? parse_note(*bytes) : Result<Note>(tl::unexpected<Error>(bytes.error()));
  return note ? parse_tree_head(note->text).value_or(TreeHead{}).size : 0;
}

}  // namespace
}  // namespace recovering

Result<void> Log::recover() {
  auto journals = read_journals(files_, options_.folder, origin());
  if (!journals) return tl::unexpected<Error>(journals.error());
  if (auto ok = recovering::check_acknowledged(*journals, options_.folder); !ok) return ok;
  const std::uint64_t size = recovering::claimed_size(files_, options_.folder);
  new_settings_ = recovering::settings_behind(*journals, size);
  VerifierKey signs = settings_.key;  // the newest checkpoint
  if (!new_settings_.empty()) {
    auto next = parse_settings(new_settings_);
    if (!next) return tl::unexpected<Error>(next.error());
    if (next->old) signs = *next->old;
    settings_ = std::move(*next);
  }
  const bool own = settings_.key.public_key == signer_->public_key();
  if (own) options_.key_lost = false;
  if (!own && !options_.key_lost) {
    return fail(Code::Denied, fmt::format("this key is not the log's: it goes on with {}", to_text(settings_.key)), options_.folder);
  }
  if (auto ok = store_.seal_to(origin(), settings_.recipients); !ok) return ok;
  // Without a checkpoint it was being made when the process ended.
  const bool unfinished = !files_.exists(path("checkpoint"));
  if (!unfinished) {
    if (auto ok = recover_tree(signs); !ok) return ok;
    if (journals->empty() || journals->front().first > published_)
      return tl::unexpected<Error>(recovering::damaged("the journal behind its checkpoint is missing", options_.folder));
  }
  if (auto ok = recover_journals(*journals); !ok) return ok;
  if (options_.key_lost) return unfinished ? fail(Code::Usage, "never had a checkpoint: begin a new folder", options_.folder) : Result<void>();
  if (unfinished && tree_.size() == 0) {
    auto settings = files_.read(path("log.json"), kMostSmallFile);
    return settings ? begin(*settings) : Result<void>(tl::unexpected<Error>(settings.error()));
  }
  return unfinished || !new_settings_.empty() ? checkpoint().map([](const Note&) {}) : Result<void>();
}

// As the newest checkpoint has it, which this key signed.
Result<void> Log::recover_tree(const VerifierKey& key) {
  auto note = read_checkpoint(files_, options_.folder, key);
  if (!note) return tl::unexpected<Error>(note.error());
  auto head = parse_tree_head(note->text);
  if (!head) return fail(head.error().code, head.error().text, path("checkpoint"));
  const auto damaged = [&](const std::string& what) { return tl::unexpected<Error>(recovering::damaged(what, options_.folder)); };
  auto tree = TileTree::load(head->size, [&](const TileAddress& a) { return read_tile(files_, options_.folder, a); });
  if (!tree) return damaged(fmt::format("a tile can't be read ({})", tree.error().text));
  if (head->origin != origin() || tree->root() != head->root) return damaged("its tiles do not give the root that its checkpoint has");
  tree_ = std::move(*tree);
  published_ = tree_.size();
  recent_first_ = published_ / kTileWidth * kTileWidth;
  if (published_ == recent_first_) return {};
  auto stored = read_bundle(files_, options_.folder, recent_first_ / kTileWidth, static_cast<unsigned>(published_ - recent_first_));
  if (!stored) return damaged(fmt::format("its last entries can't be read ({})", stored.error().text));
  recent_ = std::move(*stored);
  return {};
}

Result<void> Log::recover_journals(std::vector<JournalContent>& journals) {
  std::string torn;
  for (const JournalContent& j : journals) {
    if (j.first > tree_.size()) {
      return fail(Code::Malformed, fmt::format("entries from {} on are missing before it; nothing was changed", tree_.size()),
                  path(fmt::format("journal/{}", j.first)));
    }
    for (std::uint64_t i = tree_.size(); i < j.first + j.frames.size(); ++i) {
      const Frame& f = j.frames[i - j.first];
      if (f.stored == new_settings_ && !belongs_behind(settings_, {origin(), i, tree_.root()})) {
        return fail(Code::Malformed, fmt::format("entry {} holds settings that were signed for another place; nothing was changed", i), options_.folder);
      }
      take(f.stored, f.leaf);
      ++recovery_.entries;
    }
    torn += j.rest;
  }
  acknowledged_ = tree_.size();
  if (journals.empty()) return {};
  if (!torn.empty()) return set_torn_aside(torn);
  auto journal = files_.append_to(path(fmt::format("journal/{}", journals.back().first)));
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
