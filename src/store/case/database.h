// case.db: the working view of a case. Acts are applied in order, each log up to a size; whole batches, or nothing.
// Made and asked by engine/casework, which knows the logs; feeds CaseView.
// Owns its connection; the file can be shared with other processes.
// One thread an object.
// Refuses a file that is damaged (Code::Malformed) or not of this version (Code::Unsupported): then it is made anew.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/case/act.h"
#include "store/case/sqlite.h"
#include "store/case/view.h"

namespace custos::store {

// How far a log was applied.
struct LogMark {
  std::string number, origin;
  std::uint64_t applied = 0;
  std::string root;  // of the tree of that size, in base64
};

// An act that is there.
struct ActState {
  std::string name, in_the_end;  // in_the_end: of an undo, what it took back, or brought back, at last
  bool can_be_undone = false, undone = false;
};

class CaseDatabase {
 public:
  static Result<std::unique_ptr<CaseDatabase>> open(const std::string& path);    // an old one
  static Result<std::unique_ptr<CaseDatabase>> create(const std::string& path);  // a new file
  static Result<std::unique_ptr<CaseDatabase>> in_memory();

  // By the number of a merged case; of the own log by the empty one.
  Result<std::map<std::string, LogMark>> marks();

  // Between begin() and commit() nobody else writes; what was not committed was not.
  Result<void> begin();
  Result<void> apply(const std::string& log, const Act& act);
  // An entry of the own log that is no act: how many of each kind there are, and what they hold.
  Result<void> count(const std::string& kind, std::uint64_t records, std::uint64_t bytes);
  Result<void> set_mark(const std::string& log, const LogMark& mark);
  Result<void> commit();
  void roll_back();

  Result<CaseView> view();
  // The view as it would be with one more act of the own log; nothing is changed.
  Result<CaseView> view_with(const nlohmann::ordered_json& keys);
  Result<std::optional<ActState>> act(const Ref& ref);
  // Every row of every table, and what the views say: equal texts are equal databases.
  Result<std::string> dump();
  // What is read until end_reading() is of one moment.
  Result<void> begin_reading() { return connection_.run("BEGIN"); }
  void end_reading() { roll_back(); }
  // Everything into the one file; before it is moved.
  static Result<void> settle(std::unique_ptr<CaseDatabase> database);

 private:
  explicit CaseDatabase(Connection connection) : connection_(std::move(connection)) {}
  Result<void> make_tables();
  Result<void> check_schema();
  Result<std::string> number();  // of the case; empty before its first act

  Connection connection_;
};

}  // namespace custos::store
