#include "cli/keeping.h"

#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::cli {
namespace keeping {
namespace {

constexpr std::size_t kMostListed = 50;

std::string counted(std::uint64_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string joined(const std::vector<std::uint64_t>& numbers, const char* between) {
  std::string all;
  for (const std::uint64_t n : numbers) all += (all.empty() ? "" : between) + std::to_string(n);
  return all;
}

// "entry 5", "entries 5, 6"
std::string entries(const std::vector<std::uint64_t>& numbers) { return (numbers.size() == 1 ? "entry " : "entries ") + joined(numbers, ", "); }

int copy(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.copy.log = a.log.access;
  a.copy.identity = a.identity;
  const auto copied = engine::copy_evidence(a.copy);
  if (!copied) return evidence_failed(copied.error());
  const auto& d = copied->done;
  fmt::print("{}: {}, the log with {} entries\n", d.is_new ? "copied" : "brought up to date", printable(a.copy.to), d.size + (copied->lags ? 0 : 1));
  fmt::print("written: {}, {} bytes, each read back and compared\n", counted(d.files, "file"), d.bytes);
  if (d.removed > 0) fmt::print("removed there: {} that entries say were deleted\n", counted(d.removed, "segment"));
  if (!copied->read) fmt::print("its entries can't be read without an --identity: nothing was removed from the copy\n");
  for (const std::string& path : d.skipped) fmt::print(stderr, "not copied: {} is not what its name says, and no entry is known to name it\n", printable(path));
  if (copied->lags) {
    fmt::print(stderr, "the copy lags behind by entry {}, which says that it was made: {}: {}\n", copied->entry, printable(copied->lags->where),
               printable(copied->lags->text));
    return 3;
  }
  fmt::print("on record as entry {}, which the copy has, too; whatever is put on record from now on it has not, until it is brought up to date again\n",
             copied->entry);
  return 0;
}

void list(const char* title, const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  fmt::print("{}: {}\n", title, paths.size());
  for (std::size_t i = 0; i < paths.size() && i < kMostListed; ++i) fmt::print("  {}\n", printable(paths[i]));
  if (paths.size() > kMostListed) fmt::print("  and {} more\n", paths.size() - kMostListed);
}

int sweep(EvidenceArguments& a) {
  if (!a.sweep.look) {
    // The log may be damaged: nobody looks into it before the sweep does.
    name_who(a.log);
    if (auto ok = ask_passphrase(a.log, false); !ok) return evidence_failed(ok.error());
  }
  a.sweep.log = a.log.access;
  a.sweep.identity = a.identity;
  const auto swept = engine::sweep_evidence(a.sweep);
  if (!swept) return evidence_failed(swept.error());
  const auto& r = swept->report;
  fmt::print("read: {}, {} bytes; {} of the log with {} entries\n", counted(r.files, "file"), r.bytes, counted(r.segments, "segment"), r.size);
  list("damaged or missing", r.damaged);
  list(a.sweep.look ? "can be restored" : "restored, read back and compared", r.restored);
  list("deleted on record before, and gone only now", r.finished);
  for (const auto& left : r.left) fmt::print("left as it is: {}: {}\n", printable(left.path), printable(left.why, 1000));
  for (const std::string& s : r.not_checked) fmt::print("not checked: {}\n", printable(s, 400));
  if (swept->entry) fmt::print("on record as entry {}\n", *swept->entry);
  if (swept->unrecorded) {
    fmt::print(stderr, "custos evidence: this could not be put on record: {}: {}\n", printable(swept->unrecorded->where),
               printable(swept->unrecorded->text, 1000));
  }
  const bool damage = !r.whole() || (a.sweep.look && !r.damaged.empty());
  fmt::print("{}\n", !damage ? "WHOLE" : "DAMAGED");
  return damage || swept->unrecorded ? 1 : 0;
}

int hold(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.hold.log = a.log.access;
  a.hold.identity = a.identity;
  const auto held = engine::hold_evidence(a.hold);
  if (!held) return evidence_failed(held.error());
  fmt::print("held {}: {}, {} bytes\n", a.hold.until.empty() ? "until it is released" : "until the end of " + a.hold.until + " (UTC)",
             counted(held->segments, "segment"), held->bytes);
  fmt::print("on record as {}\n", entries(held->entries));
  fmt::print("next: custos evidence release {} --hold {} --reason ...\n", printable(a.log.access.folder), joined(held->entries, " "));
  return 0;
}

int release(EvidenceArguments& a) {
  if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  a.release.log = a.log.access;
  a.release.identity = a.identity;
  const auto released = engine::release_evidence(a.release);
  if (!released) return evidence_failed(released.error());
  fmt::print("released: the hold of {}; on record as {}\n", entries(a.release.holds), entries(*released));
  return 0;
}

int refuse_held(const std::vector<engine::Deleted::Covered>& held) {
  for (std::size_t i = 0; i < held.size() && i < kMostListed; ++i) fmt::print(stderr, "held by entry {}: segment {}\n", held[i].hold, printable(held[i].file));
  if (held.size() > kMostListed) fmt::print(stderr, "and {} more\n", held.size() - kMostListed);
  fmt::print(stderr, "custos evidence: nothing was deleted: {} of these held\n", held.size() == 1 ? "one is" : fmt::format("{} are", held.size()));
  return 2;
}

int remove(EvidenceArguments& a) {
  if (!a.deletion.dry_run) {
    if (auto ok = complete(a.log, false); !ok) return evidence_failed(ok.error());
  }
  a.deletion.log = a.log.access;
  a.deletion.identity = a.identity;
  const auto done = engine::delete_evidence(a.deletion);
  if (!done) return evidence_failed(done.error());
  if (!done->held.empty()) return refuse_held(done->held);
  const bool dry = a.deletion.dry_run;
  if (done->finished > 0) fmt::print("{}: {} of a deletion that had been cut off\n", dry ? "would be finished" : "finished", counted(done->finished, "file"));
  if (done->segments == 0) fmt::print("nothing to delete\n");
  if (done->segments > 0) {
    fmt::print("{}: {}, {}, {} bytes, of {}\n", dry ? "would be deleted" : "deleted", counted(done->segments, "segment"), counted(done->records, "record"),
               done->bytes, counted(done->scans, "scan"));
  }
  if (done->kept > 0) fmt::print("kept: {} that findings refer to (--with-findings deletes their records, too)\n", counted(done->kept, "segment"));
  if (!done->entries.empty()) {
    fmt::print("on record as {}; copies have it all until they are brought up to date\n", entries(done->entries));
  }
  return 0;
}

}  // namespace
}  // namespace keeping

int evidence_failed(const Error& e) {
  fmt::print(stderr, "custos evidence: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

int keep_evidence(EvidenceArguments& a) {
  using Verb = EvidenceArguments::Verb;
  switch (a.verb) {
    case Verb::Copy: return keeping::copy(a);
    case Verb::Sweep: return keeping::sweep(a);
    case Verb::Hold: return keeping::hold(a);
    case Verb::Release: return keeping::release(a);
    default: return keeping::remove(a);
  }
}

}  // namespace custos::cli
