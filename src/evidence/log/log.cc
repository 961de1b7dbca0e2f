#include "evidence/log/log.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "evidence/log/folder.h"
#include "evidence/log/journal.h"
#include "evidence/merkle/tree_hash.h"

namespace custos::evidence {

Log::Log(FileSystem& files, Options options, Signer& signer, LogSettings settings)
    : files_(files), options_(std::move(options)), store_(files_, options_.folder), signer_(&signer), settings_(std::move(settings)) {
  if (options_.torn_name.empty()) options_.torn_name = options_.folder + ".torn";
}

Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::create(FileSystem& files, Options options, Signer& signer, const std::string& settings_entry) {
  auto settings = parse_settings(settings_entry);
  if (!settings) return tl::unexpected<Error>(settings.error());
  if (auto ok = make_log_folder(files, options.folder); !ok) return tl::unexpected<Error>(ok.error());
  std::unique_ptr<Log> log(new Log(files, std::move(options), signer, std::move(*settings)));
  auto lock = files.lock(log->path("lock"));
  if (!lock) return tl::unexpected<Error>(lock.error());
  log->lock_ = std::move(*lock);
  if (auto ok = log->store_.seal_to(log->origin(), log->settings_.recipients); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = replace_file(files, log->options_.folder, "log.json", settings_entry); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = log->begin(settings_entry); !ok) return tl::unexpected<Error>(ok.error());
  return log;
}

Result<std::unique_ptr<Log>> Log::open(FileSystem& files, Options options, Signer& signer) {
  auto settings = read_settings(files, options.folder);
  if (!settings) return tl::unexpected<Error>(settings.error());
  std::unique_ptr<Log> log(new Log(files, std::move(options), signer, std::move(*settings)));
  auto lock = files.lock(log->path("lock"));
  if (!lock) return tl::unexpected<Error>(lock.error());
  log->lock_ = std::move(*lock);
  if (auto ok = log->recover(); !ok) return tl::unexpected<Error>(ok.error());
  return log;
}

// The first journal, the first entry, the first checkpoint.
Result<void> Log::begin(const std::string& settings_entry) {
  if (!journal_) {
    if (auto ok = start_journal(); !ok) return ok;
  }
  if (auto ok = append(settings_entry); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = checkpoint(); !ok) return tl::unexpected<Error>(ok.error());
  return {};
}

std::uint64_t Log::size() const {
  const std::lock_guard held(mutex_);
  return tree_.size();
}

// An entry becomes part of the tree; the caller sees to it that it reaches the journal.
void Log::take(const std::string& stored, const Hash32& leaf) {
  tree_.add(leaf, [this](const TileAddress& a, const std::string& hashes) { full_tiles_.emplace_back(a, hashes); });
  recent_.push_back(stored);
}

Result<std::uint64_t> Log::add_locked(std::string_view entry) {
  if (broken_) return tl::unexpected<Error>(*broken_);
  if (options_.key_lost) return fail(Code::Denied, "its key is lost: give it a new one first", options_.folder);
  if (entry.empty() || entry.size() > kMostEntry) return fail(Code::Limit, fmt::format("an entry has 1 to {} bytes", kMostEntry));
  const std::uint64_t index = tree_.size();
  auto stored = store_.store(index, entry);
  if (!stored) return tl::unexpected<Error>(stored.error());
  const Frame frame{leaf_hash(entry), std::move(*stored)};
  append_frame(waiting_, index, acknowledged_, frame);
  take(frame.stored, frame.leaf);
  return index;
}

// Before any entry that is encrypted, and on record before it: whoever has no identity can check the epochs' files as well.
Result<void> Log::begin_epoch() {
  if (!store_.needs_epoch() || options_.key_lost) return {};
  auto epoch = store_.begin_epoch();
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  auto entry = make_entry("epoch", wall_clock(), {}, {{"number", epoch->number}, {"sha256", epoch->sha256}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  return add_locked(*entry).map([](std::uint64_t) {});
}

// Writes and syncs what waits; `held` is given up meanwhile where it may be.
Result<void> Log::sync_waiting(std::unique_lock<std::mutex>* held) {
  const std::string frames = std::exchange(waiting_, {});
  const std::uint64_t until = tree_.size();
  AppendFile& journal = *journal_;
  syncing_ = true;
  if (held != nullptr) held->unlock();
  auto done = journal.append(frames);
  if (done) done = journal.sync();
  if (held != nullptr) held->lock();
  syncing_ = false;
  if (done) {
    acknowledged_ = until;
  } else {
    // After a failed sync nobody knows what is on the disk, and syncing again would not tell.
    broken_ = done.error();
    broken_->text += "; the log takes nothing more, what was acknowledged is safe";
  }
  synced_.notify_all();
  return done;
}

// Whoever waits first writes and syncs for all who came until then; those who come meanwhile share the next round.
Result<void> Log::wait_locked(std::unique_lock<std::mutex>& held, std::uint64_t index) {
  while (acknowledged_ <= index) {
    if (broken_) return tl::unexpected<Error>(*broken_);
    if (syncing_) {
      synced_.wait(held);
    } else {
      static_cast<void>(sync_waiting(&held));  // how it went is in broken_
    }
  }
  return {};
}

Result<std::uint64_t> Log::add(std::string_view entry) {
  const std::lock_guard held(mutex_);
  if (!lies_open(entry)) {
    if (auto ok = begin_epoch(); !ok) return tl::unexpected<Error>(ok.error());
  }
  return add_locked(entry);
}

Result<void> Log::wait(std::uint64_t index) {
  {
    std::unique_lock held(mutex_);
    if (index >= tree_.size()) return fail(Code::Internal, "nobody added an entry of this index");
    if (auto ok = wait_locked(held, index); !ok) return ok;
  }
  keep_journal_short();
  return {};
}

Result<std::uint64_t> Log::append(const Make& make) {
  std::unique_lock held(mutex_);
  if (auto ok = begin_epoch(); !ok) return tl::unexpected<Error>(ok.error());
  const std::uint64_t first = tree_.size();
  auto entries = make(first);
  if (!entries) return tl::unexpected<Error>(entries.error());
  if (entries->empty()) return fail(Code::Internal, "there is nothing to append");
  for (const std::string& e : *entries) {
    if (auto ok = add_locked(e); !ok) return ok;
  }
  if (auto ok = wait_locked(held, first + entries->size() - 1); !ok) return tl::unexpected<Error>(ok.error());
  held.unlock();
  keep_journal_short();
  return first;
}

Result<std::uint64_t> Log::append(std::string_view entry) {
  auto index = add(entry);
  if (!index) return index;
  if (auto ok = wait(*index); !ok) return tl::unexpected<Error>(ok.error());
  return index;
}

Result<void> Log::start_journal() {
  const std::string name = fmt::format("journal/{}", tree_.size());
  if (auto ok = replace_file(files_, options_.folder, name, journal_head(tree_.size(), origin())); !ok) return ok;
  auto journal = files_.append_to(path(name));
  if (!journal) return tl::unexpected<Error>(journal.error());
  journal_ = std::move(*journal);
  return {};
}

Result<Log::Snapshot> Log::rotate() {
  std::unique_lock held(mutex_);
  while (syncing_) synced_.wait(held);
  if (options_.key_lost) return fail(Code::Denied, "its key is lost: give it a new one first", options_.folder);
  if (broken_) return tl::unexpected<Error>(*broken_);
  // With the lock held, for whoever adds while it is given up would be in a journal that ends before him.
  if (acknowledged_ < tree_.size()) {
    if (auto ok = sync_waiting(nullptr); !ok) return tl::unexpected<Error>(*broken_);
  }
  if (tree_.size() > published_) {
    if (auto ok = start_journal(); !ok) {
      broken_ = ok.error();
      return tl::unexpected<Error>(ok.error());
    }
  }
  Snapshot s{tree_, std::exchange(full_tiles_, {}), recent_, recent_first_, published_, signer_, std::exchange(new_settings_, {})};
  const std::uint64_t whole = tree_.size() / kTileWidth * kTileWidth;
  if (whole > recent_first_) {
    recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(whole - recent_first_));
    recent_first_ = whole;
  }
  return s;
}

Result<Note> Log::checkpoint() {
  const std::lock_guard one(checkpointing_);
  return checkpoint_alone();
}

// Nobody asked for it: where it fails the log is broken, and the next one who does is told.
void Log::keep_journal_short() {
  const std::unique_lock one(checkpointing_, std::try_to_lock);
  if (!one) return;
  {
    const std::lock_guard held(mutex_);
    if (broken_ || tree_.size() - published_ <= kMostBehind) return;
  }
  static_cast<void>(checkpoint_alone());
}

Result<Note> Log::checkpoint_alone() {
  auto s = rotate();
  if (!s) return tl::unexpected<Error>(s.error());
  auto note = sign_note(to_text(TreeHead{origin(), s->tree.size(), s->tree.root()}), origin(), *s->signer);
  auto ok = note ? publish(*s) : Result<void>(tl::unexpected<Error>(note.error()));
  if (ok && !s->settings.empty()) ok = replace_file(files_, options_.folder, "log.json", s->settings);
  if (ok) ok = replace_file(files_, options_.folder, "checkpoint", to_text(*note));
  if (!ok) {
    // The tiles of this round are not in memory any more; opening again makes them from the journal.
    const std::lock_guard held(mutex_);
    broken_ = ok.error();
    return tl::unexpected<Error>(ok.error());
  }
  {
    const std::lock_guard held(mutex_);
    published_ = s->tree.size();
  }
  if (ok = clean_up(*s); !ok) return tl::unexpected<Error>(ok.error());
  return note;
}

}  // namespace custos::evidence
