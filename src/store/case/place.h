// Where case.db lies: who may put another file in its place, and how an old one is kept.
// Called by engine/casework.
// A PlaceLock is held until its end.
// Any thread.
// Refuses to wait longer than ten seconds for another process.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace custos::store {

enum class Hold : std::uint8_t { Shared, Alone };

class PlaceLock {
 public:
  explicit PlaceLock(int fd) : fd_(fd) {}
  ~PlaceLock();
  PlaceLock(const PlaceLock&) = delete;
  PlaceLock& operator=(const PlaceLock&) = delete;

 private:
  int fd_;
};

// Shared by all who have the database open; alone, none of them has.
Result<std::unique_ptr<PlaceLock>> hold_place(const std::string& folder, Hold how);

std::string database_path(const std::string& folder);
std::string unfinished_path(const std::string& folder);  // of one that is being made

// These need the place alone.
Result<std::string> set_aside(const std::string& folder);  // where it lies now, with what belongs to it
Result<void> remove_database(const std::string& folder);   // with what belongs to it; not there: fine
Result<void> remove_unfinished_database(const std::string& folder);
// The unfinished one becomes case.db; nobody sees a part of it.
Result<void> put_in_place(const std::string& folder);

}  // namespace custos::store
