// custos hunt: looks again at all that was sealed into a case.
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/hunt_options.h"
#include "cli/views/hunt_view.h"
#include "cli/progress.h"

namespace custos::cli::hunt {
namespace {

constexpr std::size_t kMostQuery = 8'000;  // of it that is put on record, so that it fits into an entry

int failed(const Error& e) {
  fmt::print(stderr, "custos hunt: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text, 1000));
  return 2;
}

struct Document final : share::Output {
  std::unique_ptr<OutputFile> file;
  void write(std::string_view bytes) override { file->write(bytes); }
};

engine::CaseAccess access_of(const HuntArguments& a) { return {a.folder, a.log.access, a.identity}; }

// That somebody looked, for what. Where it was asked for, nothing is shown before it is there; else it is done where the key is at hand, and said where not.
Result<std::optional<std::uint64_t>> put_on_record(HuntArguments& a) {
  std::string about = a.what + " " + a.query;
  if (about.size() > kMostQuery) about = to_valid_utf8(about.substr(0, kMostQuery)) + "... " + sha256_hex(about);
  Result<void> ok;
  const bool at_hand = !a.log.passphrase_file.empty() || a.on_record;
  if (!at_hand) ok = fail(Code::Usage, "name the key's passphrase with --passphrase-file, or say --on-record to be asked");
  if (ok) ok = complete(a.log, false);
  auto entry = ok ? engine::put_view_on_record(a.log.access, "hunt", about) : Result<std::uint64_t>(tl::unexpected<Error>(ok.error()));
  if (entry) return std::optional(*entry);
  if (a.on_record) return tl::unexpected<Error>(entry.error());
  fmt::print(stderr, "custos hunt: this hunt is not on record: {}{}{}\n", printable(entry.error().where), entry.error().where.empty() ? "" : ": ",
             printable(entry.error().text, 1000));
  return std::optional<std::uint64_t>();
}

int rules(engine::OpenedHunt& hunt, HuntArguments& a, Document& document, const std::optional<std::uint64_t>& recorded) {
  ProgressLine line(stderr, isatty(STDERR_FILENO) != 0, a.quiet);
  const std::size_t shown = document.file ? static_cast<std::size_t>(-1) : a.most;
  const auto found = engine::hunt_rules(hunt, a.options, shown, [&](const engine::Progress& p) { line.show(p); });
  line.end();
  if (!found) return failed(found.error());
  const Coverage& coverage = found->result.coverage;
  if (coverage.rules.loaded == 0) {
    const std::string why = coverage.rules.refusals.empty() ? "there is no rule" : coverage.rules.refusals[0].reason;
    return failed({Code::Usage, "nothing to look for: " + why, a.what == "rule" ? a.query : ""});
  }
  bool written = true;
  if (document.file) {
    auto ok = engine::write_hunt(hunt, {a.what, a.query, recorded}, *found, document);
    if (auto done = document.file->commit(); !done && ok) ok = done;
    if (!ok) static_cast<void>(failed(ok.error()));
    written = ok.has_value();
  }
  if (!a.quiet && a.json != "-") {
    print_rule_hunt(hunt, *found, a.most);
    print_read(hunt, coverage);
    if (document.file) fmt::print("full results: {}\n", printable(a.json));
  }
  if (!written || !coverage.complete() || !hunt.whole) return 3;
  return found->result.findings.empty() ? 0 : 1;
}

int entity(FileSystem& files, engine::OpenedHunt& hunt, HuntArguments& a, Document& document, const std::optional<std::uint64_t>& recorded) {
  ProgressLine line(stderr, isatty(STDERR_FILENO) != 0, a.quiet);
  const auto found = engine::hunt_entity(files, {a.folder, a.identity}, hunt, a.entity, [&](const engine::Progress& p) { line.show(p); });
  line.end();
  if (!found) return failed(found.error());
  for (const std::string& s : found->said) fmt::print(stderr, "custos hunt: {}\n", printable(s, 1000));
  bool written = true;
  if (document.file) {
    auto ok = engine::write_entity_hunt(hunt, {a.what, a.query, recorded}, *found, document);
    if (auto done = document.file->commit(); !done && ok) ok = done;
    if (!ok) static_cast<void>(failed(ok.error()));
    written = ok.has_value();
  }
  if (!a.quiet && a.json != "-") {
    print_entity_hunt(hunt, *found);
    if (document.file) fmt::print("full results: {}\n", printable(a.json));
  }
  if (!written || !found->report.not_whole.empty() || !found->whole || !hunt.whole) return 3;
  return found->report.all.count == 0 ? 0 : 1;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  HuntArguments a;
  if (const auto status = parse_hunt(arguments, a)) return *status;
  const auto files = real_files();
  if (auto ok = engine::check_is_case(*files, a.folder); !ok) return failed(ok.error());
  name_who(a.log);
  a.log.access = engine::evidence_of(a.folder, a.log.access);
  Document document;
  if (!a.json.empty()) {
    auto file = OutputFile::create(a.json);
    if (!file) return failed(file.error());
    document.file = std::move(*file);
  }
  auto hunt = engine::open_hunt(*files, access_of(a));
  if (!hunt) return failed(hunt.error());
  for (const std::string& s : hunt->said) fmt::print(stderr, "custos hunt: {}\n", printable(s, 1000));
  if (!hunt->refused.empty()) {
    fmt::print(stderr, "custos hunt: refused: {}\n", printable(hunt->refused, 1000));
    return 1;
  }
  const auto recorded = put_on_record(a);
  if (!recorded) return failed(recorded.error());
  if (*recorded && !a.quiet && a.json != "-") fmt::print("on record as entry {}\n", **recorded);
  if (a.what == "entity") return entity(*files, *hunt, a, document, *recorded);
  a.options.now = wall_clock();
  return rules(*hunt, a, document, *recorded);
}

extern const Command command;
const Command command{"hunt", "look again at all that was sealed into a case, with new rules or questions", run};

}  // namespace custos::cli::hunt
