#include "store/case/place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include <fmt/format.h>

#include "base/files/errors.h"
#include "base/files/file_system.h"

namespace custos::store {
namespace places {
namespace {

constexpr int kTries = 200;
constexpr auto kBetween = std::chrono::milliseconds(50);
constexpr const char* kBelongs[] = {"", "-wal", "-shm"};  // names of what SQLite keeps beside a database begin with its own

Result<void> remove_all(const std::string& path) {
  const auto files = real_files();
  for (const char* more : {"", "-wal", "-shm", "-journal"}) {
    if (files->kind(path + more) == PathKind::Nothing) continue;
    if (auto ok = files->remove(path + more); !ok) return ok;
  }
  return {};
}

}  // namespace
}  // namespace places

PlaceLock::~PlaceLock() { close(fd_); }

std::string database_path(const std::string& folder) { return folder + "/case.db"; }
std::string unfinished_path(const std::string& folder) { return folder + "/case.db.new"; }

Result<std::unique_ptr<PlaceLock>> hold_place(const std::string& folder, Hold how) {
  const std::string path = folder + "/case.lock";
  // Whoever may only read the folder can hold a lock that is there.
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && how == Hold::Shared) fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return fail(file_access::code_of(errno), file_access::say(errno), path);
  auto lock = std::make_unique<PlaceLock>(fd);
  for (int i = 0; i < places::kTries; ++i) {
    if (flock(fd, (how == Hold::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) return fail(file_access::code_of(errno), file_access::say(errno), path);
    std::this_thread::sleep_for(places::kBetween);
  }
  return fail(Code::Denied, how == Hold::Shared ? "another process makes the case's database anew; wait until it is done"
                                                : "another process has the case's database open; wait until it is done", path);
}

Result<std::string> set_aside(const std::string& folder) {
  const auto files = real_files();
  std::string to;
  for (unsigned n = 1; to.empty() || files->kind(to) != PathKind::Nothing; ++n) to = fmt::format("{}.aside-{}", database_path(folder), n);
  // The database itself goes last: a crash before that leaves it in its place, without what was not yet in it.
  for (std::size_t i = std::size(places::kBelongs); i-- > 0;) {
    const std::string from = database_path(folder) + places::kBelongs[i];
    if (files->kind(from) == PathKind::Nothing) continue;
    if (auto ok = files->rename(from, to + places::kBelongs[i]); !ok) return tl::unexpected<Error>(ok.error());
  }
  if (auto ok = files->sync_folder(folder); !ok) return tl::unexpected<Error>(ok.error());
  return to;
}

Result<void> remove_database(const std::string& folder) { return places::remove_all(database_path(folder)); }

Result<void> remove_unfinished_database(const std::string& folder) { return places::remove_all(unfinished_path(folder)); }

Result<void> put_in_place(const std::string& folder) {
  const auto files = real_files();
  // The old one's changes must not be taken for the new one's.
  for (const char* more : {"-wal", "-shm"}) {
    const std::string path = database_path(folder) + more;
    if (files->kind(path) == PathKind::Nothing) continue;
    if (auto ok = files->remove(path); !ok) return ok;
  }
  if (auto ok = files->rename(unfinished_path(folder), database_path(folder)); !ok) return ok;
  return files->sync_folder(folder);
}

}  // namespace custos::store
