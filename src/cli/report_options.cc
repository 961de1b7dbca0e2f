#include "cli/report_options.h"

#include "cli/parsing.h"

namespace custos::cli {
namespace report_options {
namespace {

const char* const kExamples =
    "examples:\n"
    "  custos report cases/registry --out registry.html\n"
    "  custos report cases/registry --for leadership --institution institution.yaml --out for-the-registrar.html\n"
    "  custos report cases/registry --for authority --institution institution.yaml --lang fr --tlp AMBER --out rapport.html\n"
    "\nOne HTML file without scripts; print it from a browser. What it says to whom: docs/formats/report.md. That it was made is put on record in the case.\n"
    "\nexit status: 0 done, 1 refused by a rule of the case, or because a protected name would have left, 2 unusable, 3 done, but some of the case could not "
    "be read\n";

}  // namespace
}  // namespace report_options

std::optional<int> parse_report(const std::vector<std::string>& arguments, ReportArguments& a) {
  using option_parsing::not_empty;
  CLI::App app("A case as one page, for those who work on it, for leadership or for an authority.", "custos report");
  app.footer(report_options::kExamples);
  std::string audience = "technical", lang = "en";
  app.add_option("CASE", a.folder, "folder of the case")->required()->type_name("CASE")->check(not_empty);
  app.add_option("--for", audience, "technical (default), leadership or authority: what it says, and which names")
      ->type_name("AUDIENCE")
      ->check(CLI::IsMember({"technical", "leadership", "authority"}));
  app.add_option("--lang", lang, "en (default) or fr")->type_name("LANG")->check(CLI::IsMember({"en", "fr"}));
  app.add_option("--institution", a.request.institution, "what is protected, and who must not be named")->type_name("FILE")->check(not_empty);
  app.add_option("--tlp", a.request.view.tlp, "RED, AMBER+STRICT (default), AMBER, GREEN or CLEAR: how far it may go")
      ->type_name("LABEL")
      ->check(CLI::IsMember({"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"}));
  app.add_option("--out", a.request.out, "file to write")->required()->type_name("FILE")->check(not_empty);
  app.add_option("--identity", a.identity, "file with an age identity that opens an encrypted case")->type_name("FILE")->check(not_empty);
  option_parsing::add_log_options(app, a.log);
  if (const auto status = option_parsing::parse(app, arguments)) return status;
  a.request.view.audience = audience == "leadership"  ? share::Audience::Leadership
                            : audience == "authority" ? share::Audience::Authority
                                                      : share::Audience::Technical;
  a.request.view.lang = lang == "fr" ? share::Lang::Fr : share::Lang::En;
  return std::nullopt;
}

}  // namespace custos::cli
