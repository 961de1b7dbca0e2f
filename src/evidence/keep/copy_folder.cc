#include "evidence/keep/copy_folder.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/files/lasting.h"
#include "base/hash.h"
#include "evidence/keep/placer.h"
#include "evidence/keep/proven_tree.h"
#include "evidence/keep/shown.h"
#include "evidence/log/folder.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace copying_folders {
namespace {

constexpr std::uint64_t kMostBridged = 65'536;  // entries; as many as a log has behind its checkpoint at most

class Copying {
 public:
  Copying(FileSystem& files, const CopyRequest& request) : files_(files), r_(request), to_(files, request.to) {}

  Result<CopyDone> run() {
    if (auto ok = read_source(); !ok) return tl::unexpected<Error>(ok.error());
    if (auto ok = check_target(); !ok) return tl::unexpected<Error>(ok.error());
    if (auto ok = make_lasting_folder(files_, r_.to); !ok) return tl::unexpected<Error>(ok.error());
    auto lock = files_.lock(r_.to + "/lock");
    if (!lock) return tl::unexpected<Error>(lock.error());
    // Again, now that nobody else can write there.
    if (auto ok = check_target(); !ok) return tl::unexpected<Error>(ok.error());
    done_.is_new = !known_;
    Result<void> ok = remove_unfinished_files();
    if (ok && !known_) ok = announce();
    if (ok) ok = copy_segments();
    if (ok && known_ && *known_ < head_.size) ok = bridge();
    // Tiles never change, so that an older checkpoint holds beside those of a newer one; what does change goes last.
    for (const char* below : {"tile/", "journal/", "log.json", "checkpoints/", "timestamps/"}) {
      if (ok) ok = copy_below(below);
    }
    if (ok) ok = to_.sync();
    if (ok) ok = copy_below("checkpoint");
    if (ok) ok = to_.sync();
    if (ok) ok = clean_up();
    if (!ok) return tl::unexpected<Error>(ok.error());
    done_.size = head_.size;
    done_.files = to_.files();
    done_.bytes = to_.bytes();
    return std::move(done_);
  }

 private:
  tl::unexpected<Error> damaged(const std::string& what) {
    return fail(Code::Malformed, fmt::format("{}, so that it can't be copied; `custos evidence sweep` restores it where a copy has it whole", what), r_.from);
  }

  // What is copied must be right: a copy that was whole is not to be replaced by damage.
  Result<void> read_source() {
    auto settings = read_settings(files_, r_.from);
    if (!settings) return tl::unexpected<Error>(settings.error());
    settings_ = std::move(*settings);
    auto note = read_checkpoint(files_, r_.from, settings_.key);
    if (!note) return tl::unexpected<Error>(note.error());
    auto head = parse_tree_head(note->text);
    if (!head) return fail(head.error().code, head.error().text, r_.from + "/checkpoint");
    head_ = std::move(*head);
    tree_.emplace(files_, std::vector{r_.from}, head_, r_.keyring);
    tree_->prove();
    if (!tree_->lost().empty()) return damaged(tree_->lost()[0] + " is damaged or missing");
    const auto is_right = [&](const std::string& path, const std::string& bytes) {
      return files_.read(r_.from + "/" + path, kMostBundle).value_or(std::string()) == bytes;
    };
    for (const auto& [path, bytes] : tree_->tiles()) {
      if (!is_right(path, bytes)) return damaged(path + " is damaged or missing");
    }
    for (std::uint64_t i = 0; i < tree_->bundles(); ++i) {
      if (const auto b = tree_->bundle(i); !b.bytes || !is_right(b.path, *b.bytes)) return damaged(b.path + " is damaged or missing");
    }
    shown_ = shown_by(files_, r_.from, head_.origin);
    auto all = all_files(files_, r_.from);
    if (!all) return tl::unexpected<Error>(all.error());
    all_ = std::move(*all);
    std::erase_if(all_, [](const std::string& path) { return is_unfinished(path); });
    for (const std::string& path : all_) {
      if (files_.kind(r_.from + "/" + path) != PathKind::File) return damaged(path + " is no plain file");
    }
    return {};
  }

  tl::unexpected<Error> refuse(const std::string& why) { return fail(Code::Usage, why + "; nothing was changed", r_.to); }

  Result<void> check_target() {
    if (!files_.exists(r_.to)) return {};
    auto there = all_files(files_, r_.to);
    if (!there) return tl::unexpected<Error>(there.error());
    const Shown shown = shown_by(files_, r_.to, head_.origin);
    if (!files_.exists(r_.to + "/log.json")) {
      // The first that a copy gets is a journal.
      const auto ours = [&](const std::string& path) {
        return path == "lock" || is_unfinished(path) ||
               std::any_of(shown.journals.begin(), shown.journals.end(), [&](const auto& j) { return path == fmt::format("journal/{}", j.first); });
      };
      if (std::all_of(there->begin(), there->end(), ours)) return {};
      return refuse("is not empty, and no folder of evidence");
    }
    auto settings = read_settings(files_, r_.to);
    if (!settings) return refuse(fmt::format("its log.json is damaged ({})", settings.error().text));
    if (settings->key.name != head_.origin) return refuse(fmt::format("is evidence of another log, {}", settings->key.name));
    if (files_.exists(r_.to + "/checkpoint")) {
      if (auto ok = check_history(); !ok) return ok;
    } else if (!(settings->key == settings_.key)) {
      return refuse(fmt::format("is an unfinished copy of a log of the same name with another key, {}", to_text(settings->key)));
    }
    return check_unsigned(shown);
  }

  // Its checkpoint is one that this log goes on from.
  Result<void> check_history() {
    const auto text = files_.read(r_.to + "/checkpoint", kMostSmallFile);
    const auto note = text ? parse_note(*text) : Result<Note>(tl::unexpected<Error>(text.error()));
    const auto head = note ? parse_tree_head(note->text) : Result<TreeHead>(tl::unexpected<Error>(note.error()));
    if (!head)
      return refuse(
          "its checkpoint is damaged, so that nobody can tell what it is a copy of; where you know it, remove its file `checkpoint` and copy with --full");
    if (head->origin != head_.origin) return refuse(fmt::format("is evidence of another log, {}", head->origin));
    if (head->size > head_.size) {
      return refuse(fmt::format("is newer: its checkpoint is over {} entries, and {} has {}. The one or the other was put back, or written to on its own",
                                head->size, r_.from, head_.size));
    }
    const auto root = tree_->root_at(head->size);
    if (!root || *root != head->root) {
      return refuse(fmt::format("is of another history: its checkpoint over {} entries is none that this log goes on from. One of both was forked or rewritten",
                                head->size));
    }
    known_ = head->size;
    return {};
  }

  // What lies behind it are entries of this log, too.
  Result<void> check_unsigned(const Shown& shown) {
    const std::uint64_t ours = std::max(head_.size, shown_.reaches(head_.size));
    if (shown.entries > ours) return refuse(fmt::format("is newer: it shows {} entries, and {} has {}", shown.entries, r_.from, ours));
    for (const auto& [first, frames] : shown.journals) {
      for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::uint64_t index = first + i;
        const Frame* behind = index < head_.size ? nullptr : shown_.behind(index);
        const auto leaf = behind != nullptr ? std::optional(behind->leaf) : tree_->leaf(index);
        if (!leaf || *leaf != frames[i].leaf) return refuse(fmt::format("is of another history: its entry {} is not that of this log", index));
      }
    }
    return {};
  }

  Result<void> remove_unfinished_files() {
    for (const std::string& path : all_files(files_, r_.to).value_or(std::vector<std::string>())) {
      if (!is_unfinished(path)) continue;
      if (auto ok = to_.remove(path); !ok) return ok;
    }
    return {};
  }

  // What a new copy gets first keeps everybody from taking it for a log that is just being made.
  Result<void> announce() {
    if (auto ok = copy_below("journal/"); !ok) return ok;
    if (auto ok = to_.sync(); !ok) return ok;
    if (auto ok = copy_below("log.json"); !ok) return ok;
    return to_.sync();
  }

  static std::string segment_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }
  bool is_deleted(const std::string& name) const { return r_.contents != nullptr && r_.contents->deleted.contains(name); }
  bool is_named(const std::string& name) const { return r_.contents != nullptr && r_.contents->by_file.contains(name); }

  Result<void> copy_segments() {
    std::string bad;
    std::size_t count = 0;
    const auto note_damage = [&](const std::string& path) {
      if (count++ == 0) bad = path;
    };
    std::set<std::string> seen;
    for (const std::string& path : all_) {
      if (!path.starts_with("segments/")) continue;
      const std::string name = segment_name(path);
      seen.insert(name);
      if (is_deleted(name) || !differs(path)) continue;
      const auto bytes = files_.read_from_disk(r_.from + "/" + path, 2 * kMostSegment);
      if (!bytes || sha256_hex(*bytes) != name) {
        if (is_named(name)) note_damage(path);
        if (!is_named(name)) done_.skipped.push_back(path);
        continue;
      }
      if (auto ok = to_.put(path, *bytes); !ok) return ok;
    }
    for (const SegmentClaim& s : r_.contents != nullptr ? r_.contents->segments : std::vector<SegmentClaim>()) {
      if (!is_deleted(s.file) && !seen.contains(s.file)) note_damage(segment_path(s.file));
    }
    if (auto ok = copy_below("epochs/"); !ok) return ok;
    if (auto ok = to_.sync(); !ok) return ok;
    if (count == 0) return {};
    return damaged(count == 1 ? bad + " is damaged or missing" : fmt::format("{} and {} more segments are damaged or missing", bad, count - 1));
  }

  // Entries between both checkpoints, in a journal: with it the copy holds all through what follows, as a log that has made no checkpoint for a while.
  Result<void> bridge() {
    if (head_.size - *known_ > kMostBridged) return {};
    std::string journal = journal_head(*known_, head_.origin);
    std::vector<std::string> stored;
    for (std::uint64_t i = *known_; i < head_.size; ++i) {
      const std::uint64_t file = i / kTileWidth;
      if (stored.empty() || i % kTileWidth == 0) {
        auto read = read_bundle(files_, r_.from, file, static_cast<unsigned>(std::min(kTileWidth, head_.size - file * kTileWidth)));
        if (!read) return tl::unexpected<Error>(read.error());
        stored = std::move(*read);
      }
      append_frame(journal, i, i, {*tree_->leaf(i), stored[i % kTileWidth]});
    }
    if (auto ok = to_.put(fmt::format("journal/{}", *known_), journal); !ok) return ok;
    return to_.sync();
  }

  // Whether the copy has the file not, or not as it is here.
  bool differs(const std::string& path) {
    const auto there = files_.size(r_.to + "/" + path), here = files_.size(r_.from + "/" + path);
    if (!there || !here || *there != *here) return true;
    const bool never_changes = path.starts_with("segments/") || path.starts_with("tile/");
    if (never_changes && !r_.full) return false;
    const auto copy = files_.read_from_disk(r_.to + "/" + path, kMostJournal);
    if (!copy) return true;
    if (path.starts_with("segments/")) return sha256_hex(*copy) != segment_name(path);
    return files_.read(r_.from + "/" + path, kMostJournal).value_or(std::string()) != *copy;
  }

  Result<void> copy_below(std::string_view begin) {
    for (const std::string& path : all_) {
      const bool meant = begin.ends_with('/') ? path.starts_with(begin) : path == begin;
      if (!meant || !differs(path)) continue;
      const auto bytes = files_.read(r_.from + "/" + path, kMostJournal);
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      if (auto ok = to_.put(path, *bytes); !ok) return ok;
    }
    return {};
  }

  // What the checkpoint before needed and this one has in wider files, and what was deleted: the entry that says so is in the copy now.
  Result<void> clean_up() {
    auto there = all_files(files_, r_.to);
    if (!there) return tl::unexpected<Error>(there.error());
    for (const std::string& path : *there) {
      const bool deleted = path.starts_with("segments/") && is_deleted(segment_name(path));
      const bool superfluous = path.starts_with("journal/") || (path.starts_with("tile/") && path.find(".p/") != std::string::npos);
      if (!deleted && (!superfluous || std::binary_search(all_.begin(), all_.end(), path))) continue;
      if (auto ok = to_.remove(path); !ok) return ok;
      done_.removed += deleted;
    }
    return to_.sync();
  }

  FileSystem& files_;
  const CopyRequest& r_;
  Placer to_;
  CopyDone done_;
  LogSettings settings_;
  TreeHead head_;
  std::optional<ProvenTree> tree_;
  Shown shown_;
  std::vector<std::string> all_;        // of the folder's files
  std::optional<std::uint64_t> known_;  // size of the copy's checkpoint
};

}  // namespace
}  // namespace copying_folders

Result<CopyDone> copy_folder(FileSystem& files, const CopyRequest& request) { return copying_folders::Copying(files, request).run(); }

}  // namespace custos::evidence
