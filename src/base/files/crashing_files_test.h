// A file system in memory that can crash: at a chosen operation everything fails from then on, and what was not synced is lost, whole or in part.
// Called by tests of stores alone.
// Lives as long as the test; revive() is the machine after its restart.
// Any thread (one lock for all).
// Refuses everything after the crash; with `room` set, writes beyond that many bytes ("no space left").
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/files/file_system.h"

namespace custos {

class CrashingFiles final : public FileSystem {
 public:
  static constexpr std::uint64_t kNever = ~0ull;

  std::uint64_t crash_at = kNever;  // number of the operation that does not happen any more
  std::uint64_t room = kNever;      // bytes that may still be written
  std::uint64_t operations() const { return operations_; }
  bool crashed() const { return operations_ >= crash_at; }

  // The two ends of what a crash can do, for tests that need no chance.
  enum class Crash {
    LosesNames,  // names made, renamed and removed are lost where their folder was not synced
    KeepsNames,  // names are there, what is behind them is not where it was not synced
  };
  void crash(Crash how) {
    if (how == Crash::KeepsNames) durable_ = names_;
    if (how == Crash::LosesNames) std::erase_if(folders_, [this](const std::string& f) { return !holds_durable(f); });
    for (auto& [path, inode] : durable_) inode->bytes.resize(inode->synced);
    come_back();
  }
  // Operations until everything fails; -1: never.
  void break_after(int n) { crash_at = n < 0 ? kNever : operations_ + static_cast<std::uint64_t>(n) + 1; }

  // After the crash: of what was not synced, chance decides how much is there. Names are lost in the order they were made, last first.
  void revive(std::uint64_t seed) {
    std::mt19937_64 chance(seed);
    for (auto& [folder, changes] : changes_) {
      changes.resize(chance() % (changes.size() + 1));
      for (const Change& c : changes) make_durable(c);
    }
    for (auto& [path, inode] : durable_) {
      const std::size_t open = inode->bytes.size() - inode->synced, kept = open == 0 ? 0 : chance() % (open + 1);
      inode->bytes.resize(inode->synced + kept);
      // Pages reach the disk in any order: one that did not is a hole of zeros.
      if (kept > 0 && chance() % 2 == 0) {
        const std::size_t from = inode->synced + chance() % kept, n = std::min<std::size_t>(chance() % 4096, inode->bytes.size() - from);
        std::fill_n(inode->bytes.begin() + static_cast<std::ptrdiff_t>(from), n, '\0');
      }
      inode->synced = inode->bytes.size();
    }
    come_back();
  }

  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return tl::unexpected<Error>(ok.error());
    if (names_.contains(path)) return fail(Code::Usage, "File exists", path);
    auto inode = std::make_shared<Inode>();
    change(path, inode);
    return std::make_unique<File>(*this, inode);
  }
  Result<std::unique_ptr<AppendFile>> append_to(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return tl::unexpected<Error>(ok.error());
    if (!names_.contains(path)) return fail(Code::NotFound, "No such file", path);
    return std::make_unique<File>(*this, names_[path]);
  }
  Result<std::string> read(const std::string& path, std::uint64_t) override {
    const std::lock_guard held(mutex_);
    if (crashed()) return fail(Code::Unreadable, "the machine crashed", path);
    if (!names_.contains(path)) return fail(Code::NotFound, "No such file", path);
    return names_[path]->bytes;
  }
  Result<std::string> read_from_disk(const std::string& path, std::uint64_t most_bytes) override { return read(path, most_bytes); }
  Result<std::uint64_t> size(const std::string& path) override {
    return read(path, kNever).map([](const std::string& bytes) { return static_cast<std::uint64_t>(bytes.size()); });
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(to); !ok) return ok;
    if (names_.contains(from)) {
      move(from, to, to);
      return {};
    }
    std::vector<std::string> below;  // of a folder: its name stands for all that is in it
    for (auto it = names_.lower_bound(from + "/"); it != names_.end() && it->first.starts_with(from + "/"); ++it) below.push_back(it->first);
    if (below.empty() && folders_.erase(from) == 0) return fail(Code::NotFound, "No such file", from);
    folders_.erase(from);
    folders_.insert(to);
    for (const std::string& path : below) move(path, to + path.substr(from.size()), to);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return ok;
    if (!names_.contains(path)) return fail(Code::NotFound, "No such file", path);
    change(path, nullptr);
    return {};
  }
  Result<void> make_folder(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return ok;
    for (std::string p = path; !p.empty(); p = folder_of(p)) folders_.insert(p);
    return {};
  }
  Result<void> sync_folder(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return ok;
    for (const Change& c : changes_[path]) make_durable(c);
    changes_[path].clear();
    return {};
  }
  Result<void> sync_all(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return ok;
    for (auto& [name, inode] : names_) inode->synced = inode->bytes.size();
    durable_ = names_;
    changes_.clear();
    return {};
  }
  bool exists(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (names_.contains(path) || folders_.contains(path)) return true;
    const auto next = names_.lower_bound(path + "/");
    return next != names_.end() && next->first.starts_with(path + "/");
  }
  PathKind kind(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (const auto odd = odd_.find(path); odd != odd_.end() && names_.contains(path)) return odd->second;
    return names_.contains(path) ? PathKind::File : folders_.contains(path) ? PathKind::Folder : PathKind::Nothing;
  }
  Result<std::vector<std::string>> list(const std::string& path) override {
    const std::lock_guard held(mutex_);
    std::set<std::string> names;
    const std::string below = path + "/";
    for (auto it = names_.lower_bound(below); it != names_.end() && it->first.starts_with(below); ++it) {
      const std::string rest = it->first.substr(below.size());
      names.insert(rest.substr(0, std::min(rest.find('/'), rest.size() - 1) + 1));
    }
    for (auto it = folders_.lower_bound(below); it != folders_.end() && it->starts_with(below); ++it) {
      const std::string rest = it->substr(below.size());
      names.insert(rest.substr(0, rest.find('/')) + "/");
    }
    return std::vector<std::string>(names.begin(), names.end());
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const std::lock_guard held(mutex_);
    if (auto ok = step(path); !ok) return tl::unexpected<Error>(ok.error());
    if (!locked_.insert(path).second) return fail(Code::Denied, "another process writes to it", path);
    if (!names_.contains(path)) change(path, std::make_shared<Inode>());
    return std::make_unique<Lock>(*this, path);
  }

  // For tests that look at or damage what lies there.
  std::map<std::string, std::string> content() {
    const std::lock_guard held(mutex_);
    std::map<std::string, std::string> all;
    for (const auto& [path, inode] : names_) all[path] = inode->bytes;
    return all;
  }
  void put(const std::string& path, const std::string& bytes) {
    const std::lock_guard held(mutex_);
    auto inode = std::make_shared<Inode>();
    inode->bytes = bytes;
    inode->synced = bytes.size();
    names_[path] = durable_[path] = inode;
  }
  // A link that leads to these bytes, or whatever else is no plain file.
  void put(const std::string& path, const std::string& bytes, PathKind kind) {
    put(path, bytes);
    const std::lock_guard held(mutex_);
    odd_[path] = kind;
  }

 private:
  struct Inode {
    std::string bytes;
    std::size_t synced = 0;
  };
  struct Change {
    std::string path;
    std::shared_ptr<Inode> inode;  // none: removed
  };
  class File final : public AppendFile {
   public:
    File(CrashingFiles& files, std::shared_ptr<Inode> inode) : files_(files), inode_(std::move(inode)) {}
    Result<void> append(std::string_view bytes) override {
      const std::lock_guard held(files_.mutex_);
      const bool dies = !files_.crashed() && files_.operations_ + 1 == files_.crash_at;
      const auto alive = files_.step("a file");
      if (!alive && !dies) return alive;
      const std::size_t n = std::min<std::uint64_t>(dies ? bytes.size() / 2 : bytes.size(), files_.room);
      inode_->bytes += bytes.substr(0, n);
      if (files_.room != kNever) files_.room -= n;
      if (dies) return alive;
      return n == bytes.size() ? Result<void>() : fail(Code::Full, "no space left on the device", "a file");
    }
    Result<void> sync() override {
      const std::lock_guard held(files_.mutex_);
      if (auto ok = files_.step("a file"); !ok) return ok;
      inode_->synced = inode_->bytes.size();
      return {};
    }

   private:
    CrashingFiles& files_;
    std::shared_ptr<Inode> inode_;
  };
  class Lock final : public FileLock {
   public:
    Lock(CrashingFiles& files, std::string path) : files_(files), path_(std::move(path)) {}
    ~Lock() override {
      const std::lock_guard held(files_.mutex_);
      files_.locked_.erase(path_);
    }

   private:
    CrashingFiles& files_;
    std::string path_;
  };

  static std::string folder_of(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
  }
  bool holds_durable(const std::string& folder) const {
    const auto next = durable_.lower_bound(folder + "/");
    return next != durable_.end() && next->first.starts_with(folder + "/");
  }
  void come_back() {
    names_ = durable_;
    changes_.clear();
    operations_ = 0;
    crash_at = kNever;
    locked_.clear();
  }
  Result<void> step(const std::string& path) {
    if (crashed()) return fail(Code::Unreadable, "the machine crashed", path);
    ++operations_;
    if (crashed()) return fail(Code::Unreadable, "the machine crashed", path);
    return {};
  }
  void make_durable(const Change& c) {
    if (c.inode) {
      durable_[c.path] = c.inode;
    } else {
      durable_.erase(c.path);
    }
  }
  // What makes it last is the syncing of the folder that `known_by` is in.
  void move(const std::string& from, const std::string& to, const std::string& known_by) {
    const auto inode = names_[from];
    names_[to] = inode;
    names_.erase(from);
    changes_[folder_of(known_by)].push_back({to, inode});
    changes_[folder_of(known_by)].push_back({from, nullptr});
  }
  void change(const std::string& path, std::shared_ptr<Inode> inode) {
    changes_[folder_of(path)].push_back({path, inode});
    if (inode) {
      names_[path] = std::move(inode);
    } else {
      names_.erase(path);
    }
  }

  std::mutex mutex_;
  std::uint64_t operations_ = 0;
  std::map<std::string, std::shared_ptr<Inode>> names_, durable_;
  std::map<std::string, std::vector<Change>> changes_;
  std::set<std::string> folders_, locked_;
  std::map<std::string, PathKind> odd_;
};

}  // namespace custos
