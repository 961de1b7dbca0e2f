// custos institution: init, check, show, who.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/views/institution_view.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "engine/engine.h"
#include "institution/institution.h"

namespace custos::cli::institution {
namespace {

namespace layer = ::custos::institution;

int fail_with(std::string_view verb, const Error& e) {
  fmt::print(stderr, "custos institution {}: {}{}{}\n", verb, printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

// main() sees whether it arrived.
int write_out(const std::string& text, int status) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return status;
}

std::string remark_text(const layer::Remark& r) {
  std::string where = printable(r.file);
  if (r.line > 0) where += fmt::format(":{}", r.line);
  if (!where.empty()) where += ": ";
  return fmt::format("{}{}: {}\n", where, r.severity == layer::Severity::Error ? "error" : "warning", printable(r.text));
}

std::string remarks_text(const layer::Remarks& remarks) {
  std::string out;
  for (const auto& r : remarks.list()) out += remark_text(r);
  if (remarks.unlisted() > 0) out += fmt::format("and {} more\n", remarks.unlisted());
  return out;
}

std::string number(std::size_t n, std::string_view one, std::string_view many = {}) {
  return fmt::format("{} {}", n, n == 1 ? std::string(one) : many.empty() ? fmt::format("{}s", one) : std::string(many));
}

std::string counts(const Institution& i) {
  return fmt::format("{}, {}, {}, {}, {}, {}, {}", number(i.people.size(), "person", "people"),
                     number(i.accounts.size(), "account of nobody", "accounts of nobody"), number(i.hosts.size(), "host"), number(i.networks.size(), "network"),
                     number(i.services.size(), "service"), number(i.cases.size(), "case"), number(i.items.size(), "protected item"));
}

int check(const InstitutionArguments& a) {
  const auto f = layer::load_institution(a.file);
  if (!f) return fail_with("check", f.error());
  const int status = f->remarks.errors() > 0 ? 1 : 0;
  if (!a.json) {
    return write_out(remarks_text(f->remarks) +
                         fmt::format("{}: {}, {}\n", counts(f->institution), number(f->remarks.errors(), "error"), number(f->remarks.warnings(), "warning")),
                     status);
  }
  std::string out = fmt::format("{{\"type\":\"check\",\"file\":{},\"errors\":{},\"warnings\":{},\"remarks\":[", json_quoted(a.file), f->remarks.errors(),
                                f->remarks.warnings());
  bool first = true;
  for (const auto& r : f->remarks.list()) {
    out += fmt::format("{}{{\"line\":{},\"severity\":\"{}\",\"text\":{}}}", first ? "" : ",", r.line,
                       r.severity == layer::Severity::Error ? "error" : "warning", json_quoted(r.text));
    first = false;
  }
  return write_out(out + "]}\n", status);
}

int show(const InstitutionArguments& a) {
  const auto f = layer::load_institution(a.file);
  if (!f) return fail_with("show", f.error());
  if (f->remarks.errors() > 0) {
    fmt::print(stderr, "custos institution show: {}: {}; `custos institution check` names them\n", printable(a.file), number(f->remarks.errors(), "error"));
  }
  if (a.name.empty()) return write_out(a.json ? layer::institution_json(f->institution) + "\n" : institution_screen(f->institution), 0);
  const auto sheets = layer::about(f->institution, a.name);
  if (a.json) return write_out(sheets_json(sheets, a.name), sheets.empty() ? 1 : 0);
  if (!sheets.empty()) return write_out(sheets_text(sheets), 0);
  fmt::print(stderr, "custos institution show: {} knows nothing called '{}'\n", printable(a.file), printable(a.name, 200));
  return 1;
}

int init(InstitutionArguments& a) {
  struct stat st {};
  const bool regular = a.out != "-" && stat(a.out.c_str(), &st) == 0 && S_ISREG(st.st_mode);
  if (regular && !a.force) return fail_with("init", {Code::Usage, "is there already; --force writes over it", a.out});
  auto out = OutputFile::create(a.out);
  if (!out) return fail_with("init", out.error());
  a.propose.now = wall_clock();
  a.propose.output = a.out;
  a.propose.temporary = (*out)->temporary();
  ProgressLine line(stderr, isatty(STDERR_FILENO) != 0, a.quiet || a.propose.logs.empty());
  auto p = engine::propose(a.propose, [&](const engine::Progress& at) { line.show(at); });
  line.end();
  if (!p) return fail_with("init", p.error());
  (*out)->write(layer::write_institution(p->institution, p->comments));
  if (const auto ok = (*out)->commit(); !ok) {
    fail_with("init", ok.error());
    return 3;
  }
  fmt::print(stderr, "{}", remarks_text(p->remarks));
  if (!a.quiet) {
    fmt::print(stderr, "proposed: {}", counts(p->institution));
    if (!a.propose.logs.empty()) fmt::print(stderr, "; from {} in {}", number(p->events, "event"), number(p->files, "file"));
    fmt::print(stderr, "\n{}", a.out == "-" ? "" : fmt::format("written to {}: read it, correct it, then run `custos institution check`\n", printable(a.out)));
  }
  return p->whole ? 0 : 3;
}

int who(InstitutionArguments& a) {
  const auto report = engine::who(a.who);
  if (!report) return fail_with("who", report.error());
  const int status = report->not_whole > 0 ? 3 : report->known() ? 0 : 1;
  return write_out(a.json ? engine::to_json(*report, a.who.name) : engine::to_text(*report, a.who.name), status);
}

int run(const std::vector<std::string>& arguments) {
  InstitutionArguments a;
  if (const auto status = parse_institution(arguments, a)) return *status;
  switch (a.verb) {
    case InstitutionArguments::Verb::Init: return init(a);
    case InstitutionArguments::Verb::Show: return show(a);
    case InstitutionArguments::Verb::Who: return who(a);
    default: return check(a);
  }
}

}  // namespace

extern const Command command;
const Command command{"institution", "describe the institution: propose, check and show its file", run};

}  // namespace custos::cli::institution
