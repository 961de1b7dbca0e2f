#include "store/case/sqlite.h"

#include <sqlite3.h>

#include <fmt/format.h>

namespace custos::store {
namespace sqlite_calls {
namespace {

constexpr int kPatience = 10'000;  // milliseconds, until another process is done writing

Code code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_MISMATCH: return Code::Malformed;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return Code::Denied;
    case SQLITE_FULL: return Code::Full;
    case SQLITE_IOERR: return Code::Unreadable;
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM: return Code::Limit;
    default: return Code::Internal;
  }
}

std::string say(int code, const char* message) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another process writes to it; wait until it is done";
    case SQLITE_FULL: return "no space left on the device";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return fmt::format("can't be opened for writing ({})", message);
    default: return fmt::format("the database says: {}", message);
  }
}

}  // namespace
}  // namespace sqlite_calls

Connection::Connection(sqlite3* db, std::string path) : db_(db, &sqlite3_close_v2), path_(std::move(path)) {}

Error Connection::error(int code) const { return {sqlite_calls::code_of(code), sqlite_calls::say(code, sqlite3_errmsg(db_.get())), path_}; }

Result<Connection> Connection::open(const std::string& path, Mode mode) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(mode == Mode::Memory ? ":memory:" : path.c_str(), &db, flags, nullptr);
  Connection c(db, path);
  if (db == nullptr) return fail(Code::Limit, "there is no memory for a database", path);
  if (code != SQLITE_OK) return tl::unexpected<Error>(c.error(code));
  sqlite3_busy_timeout(db, sqlite_calls::kPatience);
  // The file may be somebody else's work: nothing that stands in its schema runs by itself.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  return c;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected<Error>(error(code));
  return Statement(*this, statement);
}

Result<void> Connection::run(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected<Error>(error(code));
  return {};
}

Result<std::int64_t> Connection::ask(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected<Error>(statement.error());
  auto row = statement->step();
  if (!row) return tl::unexpected<Error>(row.error());
  return *row ? statement->number(0) : 0;
}

std::int64_t Connection::last_row() const { return sqlite3_last_insert_rowid(db_.get()); }

void Statement::finalize(sqlite3_stmt* s) { sqlite3_finalize(s); }

Statement& Statement::bind(std::int64_t value) {
  ill_ |= sqlite3_bind_int64(statement_.get(), ++bound_, value) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  ill_ |= sqlite3_bind_text64(statement_.get(), ++bound_, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(const std::optional<std::int64_t>& value) {
  if (value) return bind(*value);
  ill_ |= sqlite3_bind_null(statement_.get(), ++bound_) != SQLITE_OK;
  return *this;
}

Result<bool> Statement::step() {
  if (ill_) return fail(Code::Internal, "a value could not be given to the database", on_->path_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected<Error>(on_->error(code));
}

Result<void> Statement::run() {
  Result<bool> row = true;
  while (row && *row) row = step();
  sqlite3_reset(statement_.get());
  bound_ = 0;
  ill_ = false;
  if (!row) return tl::unexpected<Error>(row.error());
  return {};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

int Statement::columns() const { return sqlite3_column_count(statement_.get()); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

}  // namespace custos::store
