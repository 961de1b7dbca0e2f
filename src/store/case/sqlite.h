// SQLite as custos uses it: a connection, a prepared statement, its errors as values.
// Called by the databases of this layer.
// A Statement lives no longer than its Connection; what a column gives is owned.
// One thread an object.
// Refuses what SQLite refuses, with the file and a sentence; Code::Malformed: damaged or no database, Code::Denied: locked or not to be written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace custos::store {

class Connection;

class Statement {
 public:
  Statement(Connection& on, sqlite3_stmt* statement) : on_(&on), statement_(statement, &finalize) {}

  // Places from 1 on, in order of calls; nothing binds NULL.
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(const std::optional<std::int64_t>& value);
  Result<bool> step();  // whether there is a row
  Result<void> run();   // to the end; may be bound and run again

  std::int64_t number(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;
  int columns() const;

 private:
  static void finalize(sqlite3_stmt* s);
  Connection* on_;
  std::unique_ptr<sqlite3_stmt, void (*)(sqlite3_stmt*)> statement_;
  int bound_ = 0;
  bool ill_ = false;
};

class Connection {
 public:
  enum class Mode : std::uint8_t { File, Memory };  // a file is there already; an empty one is a new database
  static Result<Connection> open(const std::string& path, Mode mode);

  Result<Statement> prepare(std::string_view sql);
  Result<void> run(const std::string& sql);  // statements without results
  Result<std::int64_t> ask(std::string_view sql);
  std::int64_t last_row() const;
  Error error(int code) const;  // of the last call

 private:
  Connection(sqlite3* db, std::string path);
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_;
  std::string path_;
  friend class Statement;
};

}  // namespace custos::store
