// custos report: a case as one page, for those who may read it.
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/report_options.h"

namespace custos::cli::report {
namespace {

int failed(const Error& e) {
  fmt::print(stderr, "custos report: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text, 1000));
  return 2;
}

// Which kind of name, and where; never the name.
void say(const std::vector<share::Leak>& leaks) {
  fmt::print(stderr, "custos report: refused: names that this reader must not see would have left; nothing was written\n");
  for (const share::Leak& l : leaks) {
    if (l.in_a_text) fmt::print(stderr, "  a term of kind {}, in a text of the case, at its byte {}\n", share::protected_name(l.kind), l.offset);
    if (!l.in_a_text) {
      fmt::print(stderr, "  a term of kind {}, at byte {} of the page, in section '{}'\n", share::protected_name(l.kind), l.offset, printable(l.section, 60));
    }
  }
  fmt::print(stderr, "tell the makers of custos: masking should have replaced them\n");
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  ReportArguments a;
  if (const auto status = parse_report(arguments, a)) return *status;
  const auto files = real_files();
  while (a.folder.size() > 1 && a.folder.ends_with('/')) a.folder.pop_back();
  a.log.access = engine::evidence_of(a.folder, a.log.access);
  if (auto ok = engine::check_is_case(*files, a.folder); !ok) return failed(ok.error());
  if (auto ok = complete(a.log, false); !ok) return failed(ok.error());
  const auto done = engine::report_case(*files, {a.folder, a.log.access, a.identity}, a.request);
  if (!done) return failed(done.error());
  for (const std::string& s : done->said) fmt::print(stderr, "custos report: {}\n", printable(s, 1000));
  if (!done->refused.empty()) {
    fmt::print(stderr, "custos report: refused: {}\n", printable(done->refused, 1000));
    return 1;
  }
  if (!done->leaks.empty()) {
    say(done->leaks);
    return 1;
  }
  fmt::print("made {}: {} bytes, {} of {} incidents told in full\nsha256 {}\n", printable(a.request.out), done->bytes, done->told, done->incidents,
             done->sha256);
  fmt::print("on record as entry {}, which the report does not have\n", done->entry);
  return done->said.empty() ? 0 : 3;
}

extern const Command command;
const Command command{"report", "a case as one page, for those who may read it", run};

}  // namespace custos::cli::report
