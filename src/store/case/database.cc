#include "store/case/database.h"

#include <fmt/format.h>

#include "base/files/file_system.h"
#include "store/case/schema.h"

namespace custos::store {
namespace case_database {
namespace {

// The schema as a database keeps it: a text a table, index or view, in the order they were made.
Result<std::string> schema_of(Connection& c) {
  auto rows = c.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::string all;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return all;
    all += rows->text(0) + ";\n";
  }
}

}  // namespace
}  // namespace case_database

Result<std::unique_ptr<CaseDatabase>> CaseDatabase::open(const std::string& path) {
  auto connection = Connection::open(path, Connection::Mode::File);
  if (!connection) return tl::unexpected<Error>(connection.error());
  std::unique_ptr<CaseDatabase> database(new CaseDatabase(std::move(*connection)));
  if (auto ok = database->check_schema(); !ok) return tl::unexpected<Error>(ok.error());
  return database;
}

Result<std::unique_ptr<CaseDatabase>> CaseDatabase::create(const std::string& path) {
  // SQLite would let everybody read it; what it keeps beside it has the same rights.
  if (auto file = real_files()->create(path); !file) return tl::unexpected<Error>(file.error());
  auto connection = Connection::open(path, Connection::Mode::File);
  if (!connection) return tl::unexpected<Error>(connection.error());
  std::unique_ptr<CaseDatabase> database(new CaseDatabase(std::move(*connection)));
  if (auto ok = database->connection_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = database->make_tables(); !ok) return tl::unexpected<Error>(ok.error());
  return database;
}

Result<std::unique_ptr<CaseDatabase>> CaseDatabase::in_memory() {
  auto connection = Connection::open("a database in memory", Connection::Mode::Memory);
  if (!connection) return tl::unexpected<Error>(connection.error());
  std::unique_ptr<CaseDatabase> database(new CaseDatabase(std::move(*connection)));
  if (auto ok = database->make_tables(); !ok) return tl::unexpected<Error>(ok.error());
  return database;
}

Result<void> CaseDatabase::make_tables() {
  return connection_.run(
      fmt::format("BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {};{}COMMIT", kCaseApplication, kCaseSchema, case_schema()));
}

// Whoever can write the file can write a schema of his own: only ours is asked.
Result<void> CaseDatabase::check_schema() {
  if (auto ok = connection_.run("PRAGMA synchronous = NORMAL"); !ok) return ok;
  const auto version = connection_.ask("PRAGMA user_version"), application = connection_.ask("PRAGMA application_id");
  if (!version) return tl::unexpected<Error>(version.error());
  if (!application) return tl::unexpected<Error>(application.error());
  const auto there = case_database::schema_of(connection_);
  if (!there) return tl::unexpected<Error>(there.error());
  auto ours = in_memory();
  if (!ours) return tl::unexpected<Error>(ours.error());
  const auto wanted = case_database::schema_of((*ours)->connection_);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  if (*version == kCaseSchema && *application == kCaseApplication && *there == *wanted) return {};
  return fail(Code::Unsupported, fmt::format("is a database of version {}, or none of a case at all; this custos has version {}", *version, kCaseSchema));
}

Result<std::map<std::string, LogMark>> CaseDatabase::marks() {
  auto rows = connection_.prepare("SELECT log, number, origin, applied, root FROM logs");
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::map<std::string, LogMark> all;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return all;
    all[rows->text(0)] = {rows->text(1), rows->text(2), static_cast<std::uint64_t>(rows->number(3)), rows->text(4)};
  }
}

Result<std::string> CaseDatabase::number() {
  return marks().map([](const auto& all) { return all.contains("") ? all.at("").number : std::string(); });
}

Result<void> CaseDatabase::begin() { return connection_.run("BEGIN IMMEDIATE"); }
Result<void> CaseDatabase::commit() { return connection_.run("COMMIT"); }
void CaseDatabase::roll_back() { static_cast<void>(connection_.run("ROLLBACK")); }

Result<void> CaseDatabase::count(const std::string& kind, std::uint64_t records, std::uint64_t bytes) {
  auto put = connection_.prepare(
      "INSERT INTO kinds VALUES(?1, 1, ?2, ?3) ON CONFLICT(kind) DO UPDATE SET entries = entries + 1, records = records + ?2, bytes = bytes + ?3");
  if (!put) return tl::unexpected<Error>(put.error());
  return put->bind(kind).bind(static_cast<std::int64_t>(records)).bind(static_cast<std::int64_t>(bytes)).run();
}

Result<void> CaseDatabase::set_mark(const std::string& log, const LogMark& mark) {
  auto put = connection_.prepare("INSERT OR REPLACE INTO logs VALUES(?, ?, ?, ?, ?)");
  if (!put) return tl::unexpected<Error>(put.error());
  return put->bind(log).bind(mark.number).bind(mark.origin).bind(static_cast<std::int64_t>(mark.applied)).bind(mark.root).run();
}

Result<void> CaseDatabase::settle(std::unique_ptr<CaseDatabase> database) {
  const auto busy = database->connection_.ask("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return tl::unexpected<Error>(busy.error());
  return *busy == 0 ? Result<void>() : fail(Code::Internal, "a new database could not be written to one file");
}

Result<std::string> CaseDatabase::dump() {
  auto names = connection_.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name");
  if (!names) return tl::unexpected<Error>(names.error());
  std::string all;
  for (;;) {
    auto more = names->step();
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return all;
    const std::string name = names->text(0);
    all += "== " + name + "\n";
    auto rows = connection_.prepare(fmt::format("SELECT * FROM \"{}\"", name));
    if (!rows) return tl::unexpected<Error>(rows.error());
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) break;
      for (int i = 0; i < rows->columns(); ++i) all += (i > 0 ? "|" : "") + (rows->is_null(i) ? "NULL" : nlohmann::json(rows->text(i)).dump());
      all += "\n";
    }
  }
}

}  // namespace custos::store
