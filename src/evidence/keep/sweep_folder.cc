#include "evidence/keep/sweep_folder.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/hash.h"
#include "evidence/keep/anchor.h"
#include "evidence/keep/mended_journal.h"
#include "evidence/keep/placer.h"
#include "evidence/keep/proven_tree.h"
#include "evidence/keep/retention.h"
#include "evidence/keep/shown.h"
#include "evidence/log/contents.h"
#include "evidence/log/folder.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace sweeping {
namespace {

constexpr const char* kNoCopy = "no copy has it right";

class Sweep {
 public:
  Sweep(FileSystem& files, const SweepRequest& request) : files_(files), r_(request), to_(files, request.folder), folders_{request.folder} {
    folders_.insert(folders_.end(), request.copies.begin(), request.copies.end());
  }

  Result<SweepReport> run() {
    std::unique_ptr<FileLock> lock;
    if (auto ok = begin(lock); !ok) return tl::unexpected<Error>(ok.error());
    if (!anchor_.why_not.empty()) {
      report_.not_checked.push_back("all that is measured by the checkpoint");
      if (auto ok = mend("checkpoint", std::nullopt, anchor_.why_not); !ok) return tl::unexpected<Error>(ok.error());
      return std::move(report_);
    }
    // Nothing is changed before all copies are known to be of this history.
    if (auto ok = check_histories(); !ok) return tl::unexpected<Error>(ok.error());
    for (const auto step : {&Sweep::sweep_tree, &Sweep::sweep_journals, &Sweep::sweep_checkpoints, &Sweep::sweep_stamps, &Sweep::sweep_segments,
                            &Sweep::sweep_epochs, &Sweep::sweep_strangers, &Sweep::finish_deletions, &Sweep::finish}) {
      if (auto ok = (this->*step)(); !ok) return tl::unexpected<Error>(ok.error());
    }
    std::sort(report_.damaged.begin(), report_.damaged.end());
    std::sort(report_.restored.begin(), report_.restored.end());
    return std::move(report_);
  }

 private:
  Result<void> begin(std::unique_ptr<FileLock>& lock) {
    const auto is_evidence = [&](const std::string& f) {
      return files_.exists(f + "/log.json") || files_.exists(f + "/checkpoint") || files_.exists(f + "/tile");
    };
    for (const std::string& f : folders_) {
      if (!is_evidence(f)) return fail(Code::NotFound, "is no folder of evidence", f);
    }
    if (!r_.look) {
      auto held = files_.lock(r_.folder + "/lock");
      if (!held) return tl::unexpected<Error>(held.error());
      lock = std::move(*held);
    }
    keys_ = keys_of(files_, folders_);
    if (keys_.empty())
      return fail(Code::Malformed, "nothing in it names the log's key: log.json and all entries that say so are damaged or missing", r_.folder);
    const auto given = [&](const VerifierKey& k) { return k.public_key == r_.public_key; };
    if (!r_.public_key.empty() && std::none_of(keys_.begin(), keys_.end(), given)) {
      return fail(Code::Denied, fmt::format("this key is not the log's: it was made with {}; nothing was changed", to_text(keys_[0])), r_.folder);
    }
    for (const std::string& copy : r_.copies) {
      const auto settings = read_settings(files_, copy);
      if (settings && settings->key.name != keys_[0].name)
        return fail(Code::Usage, fmt::format("is evidence of another log, {}; nothing was changed", settings->key.name), copy);
    }
    shown_ = shown_by(files_, r_.folder, keys_[0].name);
    auto anchor = find_anchor(files_, folders_, keys_, r_.public_key, shown_);
    if (!anchor) return tl::unexpected<Error>(anchor.error());
    anchor_ = std::move(*anchor);
    head_ = anchor_.checkpoint.head;
    report_.size = head_.size;
    auto all = all_files(files_, r_.folder);
    if (!all) return tl::unexpected<Error>(all.error());
    all_ = std::move(*all);
    return {};
  }

  Result<void> check_histories() {
    tree_.emplace(files_, folders_, head_, r_.keyring);
    tree_->prove();
    for (std::size_t i = 0; i < r_.copies.size(); ++i) {
      if (!anchor_.copies[i]) {
        report_.not_checked.push_back(fmt::format("the checkpoint of {} is damaged or missing; what is right in it serves all the same", r_.copies[i]));
      } else if (const auto root = tree_->root_at(anchor_.copies[i]->head.size); root && *root != anchor_.copies[i]->head.root) {
        return fail(Code::Malformed,
                    "is of another history: its checkpoint is none that this log goes on from. One of both was forked or rewritten; nothing was changed",
                    r_.copies[i]);
      }
    }
    return {};
  }

  // Damaged or missing. With the right bytes it is restored, or could be.
  Result<void> mend(const std::string& path, const std::optional<std::string>& right, const std::string& why_not) {
    report_.damaged.push_back(path);
    if (!right) {
      report_.left.push_back({path, why_not});
      return {};
    }
    if (!r_.look) {
      if (auto ok = to_.put(path, *right); !ok) return ok;
      if (auto ok = to_.sync(); !ok) return ok;
    }
    report_.restored.push_back(path);
    return {};
  }

  std::optional<std::string> own(const std::string& path, std::uint64_t most) {
    if (files_.kind(r_.folder + "/" + path) != PathKind::File) return std::nullopt;  // a link is no evidence, wherever it leads
    auto bytes = files_.read_from_disk(r_.folder + "/" + path, most);
    if (!bytes) return std::nullopt;
    ++report_.files;
    report_.bytes += bytes->size();
    return std::move(*bytes);
  }

  Result<void> sweep_tree() {
    for (const auto& [path, right] : tree_->tiles()) {
      if (own(path, kTileWidth * 32) == right) continue;
      if (auto ok = mend(path, right, ""); !ok) return ok;
    }
    for (const std::string& path : tree_->lost()) {
      if (auto ok = mend(path, std::nullopt, kNoCopy); !ok) return ok;
    }
    std::uint64_t sealed = 0;
    for (std::uint64_t i = 0; i < tree_->bundles(); ++i) {
      const auto b = tree_->bundle(i);
      if (!b.bytes || own(b.path, kMostBundle) != *b.bytes) {
        if (auto ok = mend(b.path, b.bytes, kNoCopy); !ok) return ok;
      }
      whole_contents_ = whole_contents_ && b.bytes && b.checked;
      sealed += b.bytes && !b.checked;
      for (std::size_t k = 0; k < b.entries.size(); ++k) take(i * kTileWidth + k, b.entries[k]);
    }
    if (sealed > 0)
      report_.not_checked.push_back(
          fmt::format("{} files of entries are encrypted, or their hashes are lost: that they hold what the tree says was not checked", sealed));
    signed_settings_ = contents_.settings;
    deleted_ = contents_.deleted;
    return {};
  }

  void take(std::uint64_t index, const std::string& entry) {
    if (entry.empty() || !contents_.add(index, entry)) whole_contents_ = false;
  }

  Result<void> sweep_journals() {
    std::uint64_t next = head_.size;
    for (JournalState& j : look_at_journals(files_, folders_, anchor_)) {
      static_cast<void>(own(j.path, kMostJournal));
      // Put in place last: with all else restored, the log opens when these and the checkpoint are there.
      if (j.damaged) last_.push_back({j.path, j.mended, j.why_not});
      for (std::size_t i = 0; j.content && i < j.content->frames.size(); ++i) {
        if (j.content->first + i != next) continue;
        ++next;
        const std::string& stored = j.content->frames[i].stored;
        if (is_settings(stored)) unsigned_settings_.push_back(stored);
        take(next - 1, tree_->open(next - 1, stored).value_or(std::string()));
      }
    }
    const auto settings = own("log.json", kMostSmallFile);
    const bool right =
        settings && (*settings == signed_settings_ || std::find(unsigned_settings_.begin(), unsigned_settings_.end(), *settings) != unsigned_settings_.end());
    if (!right)
      last_.push_back({"log.json", signed_settings_.empty() ? std::nullopt : std::optional(signed_settings_), "the entry that it repeats is damaged, too"});
    if (!whole_contents_) {
      report_.not_checked.push_back("not all entries can be read: a segment that is missing altogether would not be noticed");
    }
    return {};
  }

  // What witnesses wrote below a checkpoint of this size stands in entries, too.
  std::string with_lines(std::string text, std::uint64_t size) const {
    for (const WitnessClaim& w : contents_.witnessed) {
      if (w.size == size && text.find(w.line + "\n") == std::string::npos) text += w.line + "\n";
    }
    return text;
  }

  bool is_checkpoint(const std::string& text, std::uint64_t size) const {
    const auto head = signed_head(text, keys_);
    if (!head || head->head.size != size) return false;
    const auto root = tree_->root_at(size);
    return !root || *root == head->head.root;
  }

  // The folder's own file, then others that may hold the same; witnesses' lines that are on record are put back where they are missing.
  std::optional<std::string> right_checkpoint(const std::string& path, std::uint64_t size) {
    std::vector<std::string> places{path, fmt::format("checkpoints/{}", size), "checkpoint"};
    for (const std::string& folder : folders_) {
      for (const std::string& place : places) {
        const auto text = files_.read(folder + "/" + place, kMostSmallFile);
        if (text && is_checkpoint(*text, size) && with_lines(*text, size) == *text) return *text;
      }
    }
    for (const std::string& folder : folders_) {
      for (const std::string& place : places) {
        const auto text = files_.read(folder + "/" + place, kMostSmallFile);
        if (!text || !is_checkpoint(*text, size)) continue;
        if (std::string whole = with_lines(*text, size); is_checkpoint(whole, size)) return whole;
      }
    }
    return std::nullopt;
  }

  Result<void> sweep_checkpoints() {
    std::set<std::uint64_t> sizes;
    for (const StampClaim& s : contents_.stamps) sizes.insert(s.size);
    for (const WitnessClaim& w : contents_.witnessed) sizes.insert(w.size);
    for (const std::string& path : all_) {
      std::uint64_t size = 0;
      if (path.starts_with("checkpoints/") && parse_decimal(path.substr(12), size)) sizes.insert(size);
    }
    for (const std::uint64_t size : sizes) {
      const std::string path = fmt::format("checkpoints/{}", size);
      const auto text = own(path, kMostSmallFile);
      if (text && is_checkpoint(*text, size) && with_lines(*text, size) == *text) continue;
      if (auto ok = mend(path, right_checkpoint(path, size), kNoCopy); !ok) return ok;
    }
    const auto text = own("checkpoint", kMostSmallFile);
    if (anchor_.own && text && with_lines(*text, head_.size) == *text) return {};
    auto right = right_checkpoint("checkpoint", head_.size);
    if (right || !anchor_.own) last_.push_back({"checkpoint", std::move(right), kNoCopy});
    return {};
  }

  Result<void> sweep_stamps() {
    std::map<std::uint64_t, std::string> recorded;  // the newest of a size counts
    for (const StampClaim& s : contents_.stamps) recorded[s.size] = s.sha256;
    for (const auto& [size, hash] : recorded) {
      const std::string path = fmt::format("timestamps/{}.tsr", size);
      if (const auto reply = own(path, kMostSmallFile); reply && sha256_hex(*reply) == hash) continue;
      std::optional<std::string> right;
      for (const std::string& copy : r_.copies) {
        auto reply = files_.read(copy + "/" + path, kMostSmallFile);
        if (!right && reply && sha256_hex(*reply) == hash) right = std::move(*reply);
      }
      if (auto ok = mend(path, right, kNoCopy); !ok) return ok;
    }
    return {};
  }

  Result<void> sweep_segment(const std::string& name) {
    const std::string path = segment_path(name);
    const auto bytes = own(path, 2 * kMostSegment);
    ++report_.segments;
    if (bytes && sha256_hex(*bytes) == name) return {};
    std::optional<std::string> right;
    for (const std::string& copy : r_.copies) {
      if (right) break;
      if (auto theirs = read_segment_file(files_, copy, name)) right = std::move(*theirs);
    }
    return mend(path, right, kNoCopy);
  }

  // Those that entries name. Where these can't be read: those that are there, for one that is missing may have been deleted.
  Result<void> sweep_segments() {
    std::set<std::string> names;
    for (const SegmentClaim& s : contents_.segments) names.insert(s.file);
    for (const std::string& path : all_) {
      const std::string name = path.substr(path.find_last_of('/') + 1);
      if (!whole_contents_ && path.starts_with("segments/") && segment_path(name) == path && name.size() == 64) names.insert(name);
    }
    for (const std::string& name : names) {
      if (contents_.deleted.contains(name)) continue;
      if (auto ok = sweep_segment(name); !ok) return ok;
    }
    return {};
  }

  // Entries that lie open say what their files are.
  Result<void> sweep_epochs() {
    for (const auto& [number, hash] : contents_.epochs) {
      const std::string path = epoch_path(number);
      if (const auto here = own(path, kMostSmallFile); here && sha256_hex(*here) == hash) continue;
      std::optional<std::string> right;
      for (const std::string& copy : r_.copies) {
        auto theirs = files_.read(copy + "/" + path, kMostSmallFile);
        if (!right && theirs && sha256_hex(*theirs) == hash) right = std::move(*theirs);
      }
      if (auto ok = mend(path, right, kNoCopy); !ok) return ok;
    }
    return {};
  }

  // Whether a tile file that the checkpoint does not need begins as the one that it does need, or is the beginning of it.
  bool is_beginning(const std::string& path) {
    std::uint64_t index = 0;
    unsigned width = 0;
    if (!parse_tile_path(path, index, width)) return false;
    const std::string base = path.substr(0, path.find(".p/"));
    std::string needed;
    for (const auto& [p, bytes] : tree_->tiles()) {
      if (p.substr(0, p.find(".p/")) == base) needed = bytes;
    }
    if (path.starts_with("tile/entries/") && index < tree_->bundles()) needed = tree_->bundle(index).bytes.value_or(std::string());
    const auto bytes = own(path, kMostBundle);
    return bytes && (needed.starts_with(*bytes) || (bytes->starts_with(needed) && index * kTileWidth + width <= shown_.reaches(head_.size)));
  }

  Result<void> sweep_strangers() {
    for (const std::string& path : all_) {
      if (is_unfinished(path)) {
        // What a crash left of a file that was being written.
        if (auto ok = r_.look || !files_.exists(r_.folder + "/" + path) ? Result<void>() : to_.remove(path); !ok) return ok;
        continue;
      }
      if (path.starts_with("tile/")) {
        const auto needed = tree_->tiles().contains(path) || std::find(report_.damaged.begin(), report_.damaged.end(), path) != report_.damaged.end();
        std::uint64_t index = 0;
        unsigned width = 0;
        const bool bundle = path.starts_with("tile/entries/") && parse_tile_path(path, index, width) && index < tree_->bundles() &&
                            width == std::min(kTileWidth, head_.size - index * kTileWidth);
        if (needed || bundle || is_beginning(path)) continue;
      } else if (path == "lock" || path == "log.json" || path == "checkpoint" || path.starts_with("journal/") || path.starts_with("epochs/") ||
                 path.starts_with("segments/")) {
        continue;
      } else if (path.starts_with("timestamps/") || path.starts_with("checkpoints/")) {
        const bool swept = path.starts_with("checkpoints/") || !whole_contents_ ||
                           std::any_of(contents_.stamps.begin(), contents_.stamps.end(),
                                       [&](const StampClaim& s) { return path == fmt::format("timestamps/{}.tsr", s.size); });
        if (swept) continue;
      }
      if (auto ok = mend(path, std::nullopt, "it does not belong here: no entry and no checkpoint knows it"); !ok) return ok;
    }
    return to_.sync();
  }

  // Only what is on record under the checkpoint goes.
  Result<void> finish_deletions() {
    if (!r_.look) {
      auto gone = remove_deleted(files_, r_.folder, deleted_);
      if (!gone) return tl::unexpected<Error>(gone.error());
      report_.finished = std::move(*gone);
      return {};
    }
    for (const std::string& name : still_there(files_, r_.folder, deleted_)) {
      report_.left.push_back({segment_path(name), "was deleted on record and is still there; the next sweep or deletion finishes that"});
    }
    return {};
  }

  Result<void> finish() {
    for (const Last& l : last_) {
      if (auto ok = mend(l.path, l.right, l.why_not); !ok) return ok;
    }
    return {};
  }

  struct Last {
    std::string path;
    std::optional<std::string> right;
    std::string why_not;
  };

  FileSystem& files_;
  const SweepRequest& r_;
  Placer to_;
  std::vector<std::string> folders_;  // this one, then copies
  SweepReport report_;
  std::vector<VerifierKey> keys_;
  Shown shown_;
  Anchor anchor_;
  TreeHead head_;
  std::optional<ProvenTree> tree_;
  std::vector<std::string> all_;   // files of the folder
  Contents contents_;              // of what can be read
  bool whole_contents_ = true;     // that is everything
  std::set<std::string> deleted_;  // by entries under the checkpoint
  std::string signed_settings_;
  std::vector<std::string> unsigned_settings_;
  std::vector<Last> last_;  // restored when all else is
};

}  // namespace
}  // namespace sweeping

Result<SweepReport> sweep_folder(FileSystem& files, const SweepRequest& request) { return sweeping::Sweep(files, request).run(); }

}  // namespace custos::evidence
