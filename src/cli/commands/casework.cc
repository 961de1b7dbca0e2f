// custos case: what was found, what was said and done about it, by whom.
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/case_options.h"
#include "cli/views/case_view.h"
#include "cli/command.h"

namespace custos::cli::casework {
namespace {

int failed(const Error& e) {
  fmt::print(stderr, "custos case: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text, 1000));
  return 2;
}

int refused(const std::string& why) {
  fmt::print(stderr, "custos case: refused: {}\n", printable(why, 1000));
  return 1;
}

void say(const std::vector<std::string>& sentences) {
  for (const std::string& s : sentences) fmt::print(stderr, "custos case: {}\n", printable(s, 1000));
}

engine::CaseAccess access_of(const CaseArguments& a) { return {a.folder, a.log.access, a.identity}; }

std::string json_line(const nlohmann::ordered_json& j) { return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace); }

// The log of the case, its key and passphrase.
Result<void> complete_case(FileSystem& files, CaseArguments& a) {
  a.log.access = engine::evidence_of(a.folder, a.log.access);
  if (auto ok = engine::check_is_case(files, a.folder); !ok) return ok;
  return complete(a.log, false);
}

int make(FileSystem& files, CaseArguments& a) {
  a.log.access = engine::evidence_of(a.folder, a.log.access);
  if (!files.exists(a.log.access.folder + "/log.json")) engine::name_log(a.folder, a.log.access);
  if (auto ok = engine::is_free_for_case(files, a.folder); !ok) return failed(ok.error());
  if (auto ok = complete(a.log, true); !ok) return failed(ok.error());
  const auto made = engine::make_case(files, access_of(a), a.title);
  if (!made) return failed(made.error());
  fmt::print("case {}, on record as entry {}\n", made->number, made->entry);
  if (made->new_log) {
    fmt::print("key {}\ngive this line to those who shall check, by another way; the private key is {}: keep it apart\n", printable(made->key),
               printable(engine::key_file_of(a.log.access)));
  }
  fmt::print("next: custos case show {}\n", printable(a.folder));
  return 0;
}

int list(FileSystem& files, CaseArguments& a) {
  name_who(a.log);
  const std::string& who = a.log.access.custody.who;
  const auto found = engine::list_cases(files, a.folders, a.identity);
  if (!found) return failed(found.error());
  bool all = found->not_looked_into.empty();
  for (const Error& e : found->not_looked_into) static_cast<void>(failed(e));
  for (const auto& c : found->cases) {
    if (!c.view) {
      all = false;
      static_cast<void>(failed({c.unreadable.code, c.unreadable.text, c.unreadable.where.empty() ? c.folder : c.unreadable.where}));
      continue;
    }
    say(c.said);
    const bool theirs = engine::refusal(*c.view, c.folder, who, engine::Need::Look).empty();
    if (a.json && theirs) fmt::print("{}\n", json_line(case_json(c.folder, *c.view)));
    if (a.json && !theirs) fmt::print("{}\n", json_line({{"type", "case"}, {"folder", c.folder}, {"number", c.view->number}, {"state", c.view->state}}));
    if (!a.json) print_listed(c.folder, *c.view, theirs);
  }
  if (found->cases.empty() && !a.json) fmt::print("no cases there\n");
  return all ? 0 : 3;
}

int show(FileSystem& files, CaseArguments& a) {
  name_who(a.log);
  auto state = engine::read_case(files, {a.folder, a.identity});
  if (!state) return failed(state.error());
  say(state->said);
  if (state->view.number.empty()) return failed({Code::NotFound, "is evidence without a case; `custos case new` makes one of it", a.folder});
  if (const auto why = engine::refusal(state->view, a.folder, a.log.access.custody.who, engine::Need::Look); !why.empty()) return refused(why);
  if (a.on_record) {
    if (auto ok = complete_case(files, a); !ok) return failed(ok.error());
    const auto entry = engine::put_view_on_record(a.log.access, "case", state->view.number);
    if (!entry) return failed(entry.error());
    if (!a.json) fmt::print("on record as entry {}\n", *entry);
  }
  if (a.json) {
    fmt::print("{}\n", json_line(case_json(a.folder, state->view)));
  } else {
    print_case(a.folder, state->view);
  }
  return 0;
}

int act(FileSystem& files, CaseArguments& a) {
  if (auto ok = complete_case(files, a); !ok) return failed(ok.error());
  const auto done = engine::do_in_case(files, access_of(a), a.act);
  if (!done) return failed(done.error());
  say(done->said);
  if (!done->refused.empty()) return refused(done->refused);
  fmt::print("on record as entry {}\n", done->entry);
  return 0;
}

int merge(FileSystem& files, CaseArguments& a) {
  if (auto ok = complete_case(files, a); !ok) return failed(ok.error());
  a.other_log.access = engine::evidence_of(a.other, a.other_log.access);
  a.other_log.access.custody = a.log.access.custody;
  if (a.other_log.passphrase_file.empty()) a.other_log.passphrase_file = a.log.passphrase_file;
  if (auto ok = engine::check_is_case(files, a.other); !ok) return failed(ok.error());
  if (auto ok = complete(a.other_log, false); !ok) return failed(ok.error());
  const bool shown = isatty(STDERR_FILENO) != 0;
  const auto done = engine::merge_cases(files, access_of(a), {a.other, a.other_log.access, a.identity}, [&](std::uint64_t at, std::uint64_t all) {
    if (shown && all > 0) fmt::print(stderr, "\r{:3} % of {} bytes verified", 100 * at / all, all);
  });
  if (shown) fmt::print(stderr, "\r{:50}\r", "");
  if (!done) {
    fmt::print(stderr, "the same command again ends what was begun\n");
    return failed(done.error());
  }
  say(done->said);
  if (!done->refused.empty()) return refused(done->refused);
  if (done->entry == 0) {
    fmt::print("case {} was merged before, and has nothing new\n", done->number);
    return 0;
  }
  fmt::print("verified, closed and copied: case {}, {} entries, {} files, {} bytes, each read back and compared\n", done->number, done->size, done->files,
             done->bytes);
  fmt::print("on record as entry {}\n", done->entry);
  return 0;
}

int hand_out(FileSystem& files, CaseArguments& a) {
  if (auto ok = complete_case(files, a); !ok) return failed(ok.error());
  const auto done = engine::export_case(files, access_of(a), a.out);
  if (!done) return failed(done.error());
  say(done->said);
  if (!done->refused.empty()) return refused(done->refused);
  fmt::print("made {}: {} files, {} bytes\nsha256 {}\n", printable(a.out), done->files, done->bytes, done->sha256);
  fmt::print("on record as entry {}, which the export does not have\n", done->entry);
  return 0;
}

int rebuild(FileSystem& files, CaseArguments& a) {
  const auto done = engine::rebuild_case(files, {a.folder, a.identity});
  if (!done) return failed(done.error());
  say(done->state.said);
  const auto& v = done->state.view;
  fmt::print("{} from {} entries, {} acts\n", done->state.in_memory ? "read, and kept in memory alone," : "case.db made anew", v.applied, v.acts);
  bool whole = true;
  for (const auto& m : v.merged) whole = whole && m.in_view;
  if (done->old == "equal") fmt::print("it equals the one that was there, row by row\n");
  if (done->old == "different") {
    fmt::print("the one that was there was DIFFERENT, or could not be read: it is kept as {}\n", printable(done->kept_as));
    return 1;
  }
  return whole ? 0 : 3;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  CaseArguments a;
  if (const auto status = parse_case(arguments, a)) return *status;
  const auto files = real_files();
  using Verb = CaseArguments::Verb;
  while (a.folder.size() > 1 && a.folder.ends_with('/')) a.folder.pop_back();
  switch (a.verb) {
    case Verb::New: return make(*files, a);
    case Verb::List: return list(*files, a);
    case Verb::Show: return show(*files, a);
    case Verb::Act: return act(*files, a);
    case Verb::Merge: return merge(*files, a);
    case Verb::Export: return hand_out(*files, a);
    case Verb::Rebuild: return rebuild(*files, a);
  }
  return 2;
}

extern const Command command;
const Command command{"case", "cases: what was found, said and done, by whom", run};

}  // namespace custos::cli::casework
