// A case, open for writing: acts go on the log first, under a checkpoint, then into the view.
// Called by the verbs of `custos case`, and by scans whose incidents belong to a case.
// Holds the log's lock until its end; the FileSystem must outlive it.
// One thread.
// Refuses what open_log() refuses. Rules among colleagues (rules.h) are for its callers to ask.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/casework/case_state.h"

namespace custos::engine {

class CaseWriter {
 public:
  static Result<std::unique_ptr<CaseWriter>> open(FileSystem& files, const CaseAccess& access);
  // Of a folder that may be no case yet: the log is made where there is none.
  static Result<std::unique_ptr<CaseWriter>> open_or_create(FileSystem& files, const CaseAccess& access);

  // Entries of the kind "case" with these keys, `act` first; acknowledged and under a checkpoint when it returns. The index of the first.
  Result<std::uint64_t> put(const std::vector<nlohmann::ordered_json>& acts);

  // The case as it is now; null where it is encrypted and no identity was named: then unreadable() says so.
  CaseState* state() { return state_ ? &*state_ : nullptr; }
  const Error& unreadable() const { return unreadable_; }
  OpenedLog& log() { return opened_; }
  const CaseAccess& access() const { return access_; }

 private:
  CaseWriter(FileSystem& files, CaseAccess access, OpenedLog opened) : files_(files), access_(std::move(access)), opened_(std::move(opened)) {}
  static Result<std::unique_ptr<CaseWriter>> begin(FileSystem& files, const CaseAccess& access, Result<OpenedLog> opened);
  void look();

  FileSystem& files_;
  CaseAccess access_;
  OpenedLog opened_;
  std::optional<CaseState> state_;
  Error unreadable_;
};

// For whoever has acts and no more to do with the case: opened, put, closed.
Result<std::uint64_t> put_acts(FileSystem& files, const CaseAccess& access, const std::vector<nlohmann::ordered_json>& acts);

}  // namespace custos::engine
