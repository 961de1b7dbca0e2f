#include "engine/keeping/retention.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "engine/evidence/age_keys.h"
#include "engine/keeping/settled_log.h"

namespace custos::engine {
namespace retaining {
namespace {

std::string today() { return to_rfc3339(wall_clock()).substr(0, 10); }

Result<std::string> date_of(const std::string& text, const char* option) {
  if (text.size() != 10 || !parse_time(text)) return fail(Code::Usage, fmt::format("{} takes a date as 2027-03-31", option), text);
  return text;
}

// What acts on segments must know them all.
Result<SettledLog> open_readable(FileSystem& files, const LogAccess& access, const evidence::Keyring& keyring) {
  auto log = open_settled(files, access, keyring);
  if (log && !log->contents) return tl::unexpected<Error>(log->unreadable);
  return log;
}

std::vector<std::uint64_t> numbers(std::uint64_t first, std::size_t count) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(first + i);
  return all;
}

Result<evidence::Segments> chosen(FileSystem& files, const HoldOptions& o, const evidence::Contents& contents, const evidence::Keyring& keyring) {
  if (!o.scans.empty()) return evidence::segments_of_scans(contents, o.scans);
  std::set<std::string> names;
  if (!o.all) {
    auto of = evidence::segments_of_findings(files, o.log.folder, contents, o.findings, keyring);
    if (!of) return tl::unexpected<Error>(of.error());
    names = std::move(*of);
  }
  evidence::Segments all;
  for (const evidence::SegmentClaim& s : contents.segments) {
    if (!contents.deleted.contains(s.file) && (o.all || names.contains(s.file))) all.push_back(&s);
  }
  return all;
}

}  // namespace
}  // namespace retaining

Result<Held> hold_evidence(const HoldOptions& o) {
  using namespace retaining;
  if (!o.until.empty()) {
    if (auto date = date_of(o.until, "--until"); !date) return tl::unexpected<Error>(date.error());
    if (o.until < today()) return fail(Code::Usage, "is over: a hold until then keeps nothing", o.until);
  }
  const auto files = real_files();
  const auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  auto log = open_readable(*files, o.log, *keyring);
  if (!log) return tl::unexpected<Error>(log.error());
  const auto segments = chosen(*files, o, *log->contents, *keyring);
  if (!segments) return tl::unexpected<Error>(segments.error());
  if (segments->empty()) return fail(Code::NotFound, "there is nothing to hold: no segment of these is left", o.log.folder);
  auto entries = evidence::hold_entries(o.log.custody, wall_clock(), *segments, o.until);
  if (!entries) return tl::unexpected<Error>(entries.error());
  auto first = log->put_on_record(*entries);
  if (!first) return tl::unexpected<Error>(first.error());
  Held held{numbers(*first, entries->size()), segments->size(), 0};
  for (const auto* s : *segments) held.bytes += s->size;
  return held;
}

Result<std::vector<std::uint64_t>> release_evidence(const ReleaseOptions& o) {
  const auto files = real_files();
  const auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  auto log = retaining::open_readable(*files, o.log, *keyring);
  if (!log) return tl::unexpected<Error>(log.error());
  std::vector<std::string> entries;
  for (const std::uint64_t hold : o.holds) {
    if (log->contents->released.contains(hold))
      return fail(Code::Usage, fmt::format("the hold of entry {} was released before; nothing was changed", hold), o.log.folder);
    if (!log->contents->holds.contains(hold)) {
      return fail(Code::NotFound, fmt::format("entry {} is no hold; `custos evidence log` lists them. Nothing was changed", hold), o.log.folder);
    }
    auto entry = evidence::make_entry("release", wall_clock(), o.log.custody, {{"hold", hold}});
    if (!entry) return tl::unexpected<Error>(entry.error());
    entries.push_back(std::move(*entry));
  }
  auto first = log->put_on_record(entries);
  if (!first) return tl::unexpected<Error>(first.error());
  return retaining::numbers(*first, entries.size());
}

namespace retaining {
namespace {

// What would go, and what of it is held on this date.
Result<evidence::Segments> choose(FileSystem& files, const DeleteOptions& o, const evidence::Contents& contents, std::string_view date,
                                  const evidence::Keyring& keyring, Deleted& into) {
  auto of_scans = evidence::segments_of_scans(contents, o.before.empty() ? o.scans : evidence::scans_before(contents, o.before));
  if (!of_scans) return of_scans;
  std::set<std::string> referred;
  if (!o.with_findings) {
    auto of = evidence::segments_of_findings(files, o.log.folder, contents, {}, keyring);
    if (!of) return tl::unexpected<Error>(of.error());
    referred = std::move(*of);
  }
  evidence::Segments goes;
  for (const evidence::SegmentClaim* s : *of_scans) {
    if (s->holds != "records") continue;  // findings, incidents and coverage stay for ever
    if (referred.contains(s->file)) {
      ++into.kept;
      continue;
    }
    if (const auto* hold = contents.held(s->file, date)) into.held.push_back({s->file, *hold});
    goes.push_back(s);
    into.records += s->records;
    into.bytes += s->size;
  }
  into.segments = goes.size();
  std::set<std::uint64_t> scans;
  for (const evidence::SegmentClaim* s : goes) scans.insert(s->scan);
  into.scans = scans.size();
  return goes;
}

}  // namespace
}  // namespace retaining

Result<Deleted> delete_evidence(const DeleteOptions& o) {
  using namespace retaining;
  Deleted done;
  if (!o.before.empty()) {
    if (auto date = date_of(o.before, "--before"); !date) return tl::unexpected<Error>(date.error());
  }
  const auto files = real_files();
  const auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  // The day of the entry is the day that holds are measured by.
  const Micros now = wall_clock();
  const std::string date = to_rfc3339(now).substr(0, 10);
  if (o.dry_run) {
    const auto contents = look_into(*files, o.log, *keyring);
    if (!contents) return tl::unexpected<Error>(contents.error());
    if (auto goes = choose(*files, o, *contents, date, *keyring, done); !goes) return tl::unexpected<Error>(goes.error());
    done.finished = evidence::still_there(*files, o.log.folder, contents->deleted).size();
    return done;
  }
  auto log = open_readable(*files, o.log, *keyring);
  if (!log) return tl::unexpected<Error>(log.error());
  auto goes = choose(*files, o, *log->contents, date, *keyring, done);
  if (!goes) return tl::unexpected<Error>(goes.error());
  if (!done.held.empty()) return done;
  auto finished = evidence::remove_deleted(*files, o.log.folder, log->contents->deleted);
  if (!finished) return tl::unexpected<Error>(finished.error());
  done.finished = finished->size();
  if (goes->empty()) return done;
  auto entries = evidence::deletion_entries(o.log.custody, now, *goes);
  if (!entries) return tl::unexpected<Error>(entries.error());
  const auto first = evidence::delete_on_record(*files, o.log.folder, *log->opened.log, *entries, *goes);
  if (!first) return tl::unexpected<Error>(first.error());
  done.entries = numbers(*first, entries->size());
  return done;
}

}  // namespace custos::engine
