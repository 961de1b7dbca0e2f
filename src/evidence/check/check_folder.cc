#include "evidence/check/check_folder.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/hash.h"
#include "evidence/check/check_places.h"
#include "evidence/check/check_segments.h"
#include "evidence/check/check_stamp.h"
#include "evidence/check/check_tiles.h"
#include "evidence/log/contents.h"
#include "evidence/log/folder.h"
#include "evidence/log/journal.h"
#include "evidence/log/reader.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {
namespace checking_folders {
namespace {

class FolderCheck {
 public:
  FolderCheck(FileSystem& files, const std::string& folder, const CheckOptions& options, const Told& told)
      : files_(files), folder_(folder), options_(options), told_(told) {
    report_.what = "folder";
  }

  Result<CheckReport> run() {
    if (!files_.exists(folder_ + "/log.json") && !files_.exists(folder_ + "/checkpoint"))
      return read_settings(files_, folder_).map([](auto&&) { return CheckReport(); });
    const std::vector<std::string> paths = plain_files(files_, folder_, report_);
    if (!report_.holds()) return std::move(report_);
    auto settings = read_settings(files_, folder_);
    if (!settings) {
      report_.problem(fmt::format("log.json: {}", settings.error().text));
      return std::move(report_);
    }
    report_.origin = settings->key.name;
    report_.key = to_text(settings->key);
    report_.key_vouched = options_.key.has_value();
    auto reader = LogReader::open(files_, folder_, options_.keyring);
    if (!reader) {
      report_.problem(fmt::format("the checkpoint: {}", reader.error().text));
      return std::move(report_);
    }
    reader_ = std::move(*reader);
    report_.size = reader_->size();
    tiles_.emplace(files_, folder_, report_.size, report_);
    check_head(settings->key);
    check_entries();
    check_keys(settings->key);
    check_journals();
    tiles_->finish(paths);
    check_checkpoints();
    check_stamps();
    check_epochs();
    check_segments(files_, folder_, contents_, knowledge(), options_.keyring, report_, told_);
    if (unread_ > 0) check_segment_names(files_, folder_, paths, contents_, report_);
    check_deletions();
    check_scans();
    check_lock();
    check_places(paths, contents_, knowledge(), report_);
    return std::move(report_);
  }

 private:
  Knowledge knowledge() const { return unread_ == 0 ? Knowledge::All : Knowledge::Some; }

  void check_head(const VerifierKey& key) {
    if (reader_->head().origin != key.name) report_.problem(fmt::format("the checkpoint is of '{}', not of '{}'", reader_->head().origin, key.name));
    report_.checked.push_back(fmt::format("the checkpoint over {} entries is signed by {}, key {}", report_.size, key.name, id_text(key)));
    for (const VerifierKey& w : options_.witnesses) {
      const auto c = verify_cosignature(reader_->note(), w);
      if (!c) {
        report_.problem(c.error().text);
      } else {
        report_.checked.push_back(fmt::format("{} saw this checkpoint at {}", w.name, to_rfc3339(static_cast<Micros>(c->time) * 1'000'000)));
      }
    }
  }

  // Every entry hashed again: the tree that they give is what all else is compared with. Of entries that can't be opened the tiles have the hash.
  void check_entries() {
    for (std::uint64_t i = 0; i < reader_->size(); ++i) {
      const auto stored = reader_->stored(i);
      if (!stored) return report_.problem(fmt::format("entry {} can't be read: {}", i, stored.error().text));
      const auto entry = reader_->open_entry(i, *stored);
      if (entry) {
        check_entry(i, *entry);
        tiles_->add(leaf_hash(*entry), *stored);
        continue;
      }
      const auto leaf = entry.error().code == Code::Denied ? reader_->leaf(i) : Result<Hash32>(tl::unexpected<Error>(entry.error()));
      if (!leaf) return report_.problem(fmt::format("entry {} can't be read: {}", i, leaf.error().text));
      ++unread_;
      tiles_->add(*leaf, *stored);
    }
    if (tiles_->root() != reader_->head().root) report_.problem("the entries do not give the root that was signed");
    if (!report_.holds()) return;
    report_.checked.push_back(unread_ == 0 ? fmt::format("all {} entries give the root that was signed", report_.size)
                                           : fmt::format("the hashes of all {} entries give the root that was signed, {} entries their hashes", report_.size,
                                                         report_.size - unread_));
  }

  void check_entry(std::uint64_t index, const std::string& entry) {
    if (auto ok = keys_.add(index, entry, [this] { return tiles_->root(); }); !ok) report_.problem(fmt::format("entry {} {}", index, ok.error().text));
    if (auto ok = contents_.add(index, entry); !ok) report_.problem(fmt::format("entry {} {}", index, ok.error().text));
  }

  // The key in use is the log's by its entries, and the one that was given leads to it.
  void check_keys(const VerifierKey& key) {
    const auto settings = files_.read(folder_ + "/log.json", kMostSmallFile);
    if (!settings || *settings != contents_.settings) report_.problem("log.json is not the newest entry of the kind \"log\"");
    if (keys_.at(reader_->size()) != key) report_.problem("the checkpoint is signed by a key that is not the log's at its size");
    for (const KeyChain::Change& c : keys_.changes()) {
      const bool rotation = c.why == SettingsReason::Rotation;
      report_.checked.push_back(fmt::format("from entry {} on {} signs, key {}: {}", c.index, c.to.name, id_text(c.to),
                                            rotation ? "the key before signed that" : "the key before was lost, and could not sign that"));
    }
    if (!options_.key || *options_.key == key) return;
    if (keys_.leads_from(*options_.key))
      return report_.checked.push_back(fmt::format("the key that you gave, {}, handed over to the one that signs now", id_text(*options_.key)));
    report_.problem(
        fmt::format("it is signed by {}, and not by the key that you gave, {}, which did not hand over to it either", to_text(key), to_text(*options_.key)));
  }

  // Entries behind the checkpoint go on where it ends; no byte of a journal is anything else.
  void check_journals() {
    auto journals = list_journals(files_, folder_);
    if (!journals || journals->empty()) return report_.problem("the journal behind the checkpoint is missing");
    if (journals->front() > reader_->size()) report_.problem(fmt::format("entries from {} on are missing: no journal has them", reader_->size()));
    for (const std::uint64_t first : *journals) check_journal(first);
    const std::uint64_t behind = tiles_->entries() - std::min(tiles_->entries(), reader_->size());
    if (behind > 0) report_.not_checked.push_back(fmt::format("{} entries behind the checkpoint are under no signature yet", behind));
  }

  void check_journal(std::uint64_t first) {
    const std::string name = fmt::format("journal/{}", first);
    const auto bytes = files_.read(folder_ + "/" + name, kMostJournal);
    const auto content = bytes ? read_journal(*bytes, report_.origin) : Result<JournalContent>(tl::unexpected<Error>(bytes.error()));
    if (!content) return report_.problem(fmt::format("{} {}", name, content.error().text));
    if (content->first != first) return report_.problem(fmt::format("{} has the head of another journal", name));
    if (!content->rest.empty())
      report_.problem(fmt::format("{} ends in {} bytes that are no entry: a write that a crash cut off, or damage", name, content->rest.size()));
    for (std::size_t i = 0; i < content->frames.size(); ++i) {
      const Frame& f = content->frames[i];
      const std::uint64_t index = first + i;
      const auto entry = reader_->open_entry(index, f.stored);
      const bool unread = !entry && entry.error().code == Code::Denied;
      if (!unread && (!entry || leaf_hash(*entry) != f.leaf)) report_.problem(fmt::format("entry {} in {} is not what its hash says", index, name));
      if (index < reader_->size()) {
        if (const auto known = reader_->stored(index); !known || *known != f.stored)
          report_.problem(fmt::format("entry {} in {} differs from the log's", index, name));
      } else if (index == tiles_->entries()) {
        if (entry) check_entry(index, *entry);
        unread_ += unread;
        tiles_->add(f.leaf, f.stored);
      }
    }
  }

  // Checkpoints of this log seen elsewhere, and those the folder keeps: the log goes on from each.
  void check_checkpoints() {
    for (const std::string& text : options_.checkpoints) check_checkpoint("a checkpoint that you gave", text);
    for (const std::string& name : files_.list(folder_ + "/checkpoints").value_or(std::vector<std::string>())) {
      const std::string path = "checkpoints/" + name;
      const auto text = files_.read(folder_ + "/" + path, kMostSmallFile);
      std::uint64_t size = 0;
      if (!text || !parse_decimal(name, size)) {
        report_.problem(path + " is no checkpoint");
        continue;
      }
      check_checkpoint(path, *text);
      if (const auto note = parse_note(*text); note && !note->text.starts_with(fmt::format("{}\n{}\n", report_.origin, size)))
        report_.problem(path + " is of another size");
    }
  }

  void check_checkpoint(const std::string& what, const std::string& text) {
    const auto note = parse_note(text);
    const auto head = note ? parse_tree_head(note->text) : Result<TreeHead>(tl::unexpected<Error>(note.error()));
    if (!head) return report_.problem(fmt::format("{}: {}", what, head.error().text));
    const auto key = keys_.at(head->size);
    if (!key) return report_.problem(fmt::format("{}: no key of the log is known for it", what));
    if (auto ok = verify_note(*note, *key); !ok) return report_.problem(fmt::format("{}: {}", what, ok.error().text));
    if (head->size > reader_->size()) {
      return report_.problem(fmt::format("{} is over {} entries, and the log has {}: it was cut short", what, head->size, reader_->size()));
    }
    const auto root = tiles_->root_at(head->size);
    if (!root || *root != head->root)
      return report_.problem(fmt::format("{} over {} entries is of another history: the log was forked or rewritten", what, head->size));
    report_.checked.push_back(fmt::format("the log goes on from {} over {} entries", what, head->size));
  }

  // Each is on record, and no other is there.
  void check_stamps() {
    std::map<std::string, std::string> recorded;  // the newest of a size counts
    for (const StampClaim& s : contents_.stamps) recorded[fmt::format("{}.tsr", s.size)] = s.sha256;
    for (const std::string& name : files_.list(folder_ + "/timestamps").value_or(std::vector<std::string>())) {
      if (!recorded.contains(name)) report_.problem(fmt::format("timestamps/{} is in no entry", name));
    }
    for (const auto& [name, hash] : recorded) {
      const auto reply = files_.read(folder_ + "/timestamps/" + name, kMostSmallFile);
      const auto text = files_.read(folder_ + "/checkpoints/" + name.substr(0, name.size() - 4), kMostSmallFile);
      const auto note = text ? parse_note(*text) : Result<Note>(tl::unexpected<Error>(text.error()));
      if (!reply || !note || sha256_hex(*reply) != hash) {
        report_.problem(fmt::format("timestamps/{} or its checkpoint is missing, or not what was put on record", name));
        continue;
      }
      const std::uint64_t size = parse_tree_head(note->text).value_or(TreeHead{}).size;
      const VerifierKey key = keys_.at(size).value_or(VerifierKey{});
      if (auto ok = check_time_stamp(*reply, stamped_bytes(*note, key), options_.authorities, size, report_); !ok) {
        report_.problem(fmt::format("timestamps/{}: {}", name, ok.error().text));
      }
    }
    if (recorded.empty() && options_.authorities) report_.problem("there is no time stamp, and authorities were named (--tsa)");
    if (recorded.empty()) report_.not_checked.push_back("there is no time stamp: when things were sealed rests on the log's own clock");
  }

  void check_deletions() {
    if (unread_ > 0) return;  // whoever can't read all entries does not know all segments and holds
    for (const std::string& wrong : contents_.wrong_deletions) report_.problem(wrong);
    if (contents_.kinds.contains("deletion") && contents_.wrong_deletions.empty()) report_.checked.push_back("nothing was deleted that was held");
  }

  void check_scans() {
    for (const std::uint64_t scan : contents_.scans) {
      if (!contents_.ended.contains(scan)) report_.not_checked.push_back(fmt::format("the scan of entry {} never ended: what it read was not sealed", scan));
    }
    if (unread_ > 0) {
      report_.not_checked.push_back(fmt::format(
          "{} entries are encrypted: that they are what their hashes say, and what segments there must be, only a recipient can tell (--identity)", unread_));
    }
    if (!report_.key_vouched) report_.not_checked.push_back("nobody vouched for the log's key; give the one you were told with --key");
    if (options_.witnesses.empty())
      report_.not_checked.push_back("no witness was asked for (--witness): one signature alone can't show that everybody sees the same log");
  }

  // Each is on record; what is in it, only a recipient can tell.
  void check_epochs() {
    for (const auto& [number, hash] : contents_.epochs) {
      const auto bytes = files_.read(folder_ + "/" + epoch_path(number), kMostSmallFile);
      if (!bytes || sha256_hex(*bytes) != hash) report_.problem(epoch_path(number) + " is missing, or not what was put on record");
    }
    if (report_.holds() && !contents_.epochs.empty())
      report_.checked.push_back(fmt::format("the keys of {} epochs are those on record, still encrypted", contents_.epochs.size()));
  }

  void check_lock() {
    if (const auto bytes = files_.read(folder_ + "/lock", kMostSmallFile); files_.exists(folder_ + "/lock") && (!bytes || !bytes->empty()))
      report_.problem("lock is not empty");
  }

  FileSystem& files_;
  const std::string& folder_;
  const CheckOptions& options_;
  const Told& told_;
  CheckReport report_;
  std::unique_ptr<LogReader> reader_;
  Contents contents_;
  KeyChain keys_;
  std::uint64_t unread_ = 0;  // entries that are encrypted, and not for us
  std::optional<TileCheck> tiles_;
};

}  // namespace
}  // namespace checking_folders

Result<CheckReport> check_folder(FileSystem& files, const std::string& folder, const CheckOptions& options, const Told& told) {
  return checking_folders::FolderCheck(files, folder, options, told).run();
}

}  // namespace custos::evidence
