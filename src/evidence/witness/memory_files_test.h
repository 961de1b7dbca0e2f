// Files in memory that forget at a crash what was not synced, and that break at a chosen step; for tests of what must outlive a crash.
// Called by tests alone.
// Lives as long as what uses it.
// Any thread.
// Refuses what the system would.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files/file_system.h"

namespace custos::evidence {

class MemoryFiles final : public FileSystem {
 public:
  enum class Crash {
    LosesNames,  // names made, renamed and removed are lost where their folder was not synced
    KeepsNames,  // names are there, what is behind them is not where it was not synced
  };

  // Steps until everything fails; -1: never.
  void break_after(int steps) { left_ = steps; }
  // The machine goes down and comes back.
  void crash(Crash how) {
    left_ = -1;
    locked_.clear();
    root_->crash(how);
  }

  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    if (auto ok = step(); !ok) return tl::unexpected<Error>(ok.error());
    auto [above, name] = place(path);
    if (!above) return fail(Code::NotFound, "no such folder", path);
    if (above->names.count(name) != 0) return fail(Code::Usage, "is there already", path);
    return std::make_unique<File>(*this, above->names[name] = std::make_shared<Node>());
  }

  Result<std::string> read(const std::string& path, std::uint64_t most_bytes) override {
    const std::lock_guard lock(mutex_);
    const auto node = find(path);
    if (!node || node->folder) return fail(Code::NotFound, "no such file", path);
    if (node->bytes.size() > most_bytes) return fail(Code::Limit, "is too large", path);
    return node->bytes;
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    if (auto ok = step(); !ok) return ok;
    auto [above, name] = place(from);
    auto [to_above, to_name] = place(to);
    if (!above || !to_above || above->names.count(name) == 0) return fail(Code::NotFound, "no such file", from);
    to_above->names[to_name] = above->names[name];
    above->names.erase(name);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    if (auto ok = step(); !ok) return ok;
    auto [above, name] = place(path);
    if (!above || above->names.erase(name) == 0) return fail(Code::NotFound, "no such file", path);
    return {};
  }

  Result<void> make_folder(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    if (auto ok = step(); !ok) return ok;
    Node* at = root_.get();
    for (const std::string& part : parts(path)) {
      auto& next = at->names[part];
      if (!next) next = std::make_shared<Node>(true);
      if (!next->folder) return fail(Code::Usage, "is a file, and a folder was wanted", path);
      at = next.get();
    }
    return {};
  }

  Result<void> sync_folder(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    if (auto ok = step(); !ok) return ok;
    const auto node = find(path);
    if (!node || !node->folder) return fail(Code::NotFound, "no such folder", path);
    node->synced_names = node->names;
    return {};
  }

  Result<void> sync_all(const std::string& path) override { return sync_folder(path); }

  bool exists(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    return find(path) != nullptr;
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    const auto node = find(path);
    if (!node || !node->folder) return fail(Code::NotFound, "no such folder", path);
    std::vector<std::string> names;
    for (const auto& [name, child] : node->names) names.push_back(child->folder ? name + "/" : name);
    return names;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    auto& holder = locked_[path];
    if (holder.lock()) return fail(Code::Denied, "another process writes to it", path);
    auto held = std::make_unique<Lock>(std::make_shared<int>(0));
    holder = held->held;
    return held;
  }

  void put(const std::string& path, std::string bytes) {
    auto [above, name] = place(path);
    const auto node = above->names[name] = above->synced_names[name] = std::make_shared<Node>();
    node->bytes = node->synced_bytes = std::move(bytes);
  }

 private:
  struct Node {
    explicit Node(bool is_folder = false) : folder(is_folder) {}
    bool folder;
    std::string bytes, synced_bytes;
    std::map<std::string, std::shared_ptr<Node>> names, synced_names;
    void crash(Crash how) {
      if (how == Crash::LosesNames) names = synced_names;
      synced_names = names;
      bytes = synced_bytes;
      for (auto& [name, node] : names) node->crash(how);
    }
  };

  class File final : public AppendFile {
   public:
    File(MemoryFiles& files, std::shared_ptr<Node> node) : files_(files), node_(std::move(node)) {}
    Result<void> append(std::string_view bytes) override {
      const std::lock_guard lock(files_.mutex_);
      const auto ok = files_.step();
      node_->bytes += ok ? bytes : bytes.substr(0, bytes.size() / 2);
      return ok;
    }
    Result<void> sync() override {
      const std::lock_guard lock(files_.mutex_);
      if (auto ok = files_.step(); !ok) return ok;
      node_->synced_bytes = node_->bytes;
      return {};
    }

   private:
    MemoryFiles& files_;
    std::shared_ptr<Node> node_;
  };
  struct Lock final : FileLock {
    explicit Lock(std::shared_ptr<int> holder) : held(std::move(holder)) {}
    std::shared_ptr<int> held;
  };

  Result<void> step() {
    if (left_ == 0) return fail(Code::Full, "no space left on the device");
    if (left_ > 0) --left_;
    return {};
  }

  static std::vector<std::string> parts(const std::string& path) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      if (end > at && path.substr(at, end - at) != ".") out.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    return out;
  }

  std::shared_ptr<Node> find(const std::string& path) {
    std::shared_ptr<Node> at = root_;
    for (const std::string& part : parts(path)) {
      if (at->names.count(part) == 0) return nullptr;
      at = at->names[part];
    }
    return at;
  }

  std::pair<Node*, std::string> place(const std::string& path) {
    const std::size_t slash = path.find_last_of('/');
    const auto above = slash == std::string::npos ? root_ : find(path.substr(0, slash));
    return {above.get(), slash == std::string::npos ? path : path.substr(slash + 1)};
  }

  std::mutex mutex_;
  std::shared_ptr<Node> root_ = std::make_shared<Node>(true);
  std::map<std::string, std::weak_ptr<int>> locked_;
  int left_ = -1;
};

}  // namespace custos::evidence
