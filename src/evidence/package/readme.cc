#include "evidence/package/readme.h"

#include <fmt/format.h>

#include "base/text.h"

namespace custos::evidence {
namespace readmes {
namespace {

constexpr std::size_t kMostText = 400;

std::string said(const std::string& s) { return s.empty() ? "not said" : printable(s, kMostText); }

void add_finding(std::string& out, std::size_t number, const PackedFinding& f) {
  const FindingDocument& d = f.document;
  out += fmt::format("\n{}. {} ({})\n   finding {}, {}, {} record{}\n", number, printable(d.title, kMostText), d.level, d.id,
                     d.time.empty() ? "without a time" : d.time, d.count, d.count == 1 ? "" : "s");
  for (std::size_t i = 0; i < d.holds.size(); ++i) {
    const Held& h = d.holds[i];
    if (h.what == "part" || h.what == "behavior") continue;
    const std::string name = h.name.empty() ? h.what : h.what + " " + h.name;
    out += fmt::format("   {}: {}\n", printable(name, kMostText), f.why[i] != nullptr ? "[withheld]" : printable(f.values[i], kMostText));
  }
  out += "   the record: ";
  for (std::size_t i = 0; i < d.holds.size(); ++i) {
    if (d.holds[i].what == "part") out += f.why[i] != nullptr ? "[withheld]" : printable(f.values[i], kMostText);
  }
  out += "\n";
}

}  // namespace
}  // namespace readmes

std::string package_readme(const LogReader& log, const PackageRequest& r, const std::vector<PackedFinding>& findings, const Package& package) {
  using readmes::said;
  std::string out = "EVIDENCE PACKAGE\n================\n\n";
  out += fmt::format("Made {} by {}, role: {}.\nFor: {}. Reason: {}. Authority: {}.\n", to_rfc3339(r.created), said(r.custody.who), said(r.custody.role),
                     said(r.to), said(r.custody.reason), said(r.custody.authority));
  out += fmt::format("Out of the log {}, which had {} entries then.\nThe log's key: {}\n", printable(log.settings().key.name, 400), log.size(),
                     to_text(log.settings().key));
  out += fmt::format(
      "\nIt holds {} finding{} with their proofs. {} record{} whole, {} value{} withheld.\nA withheld value is in the evidence as a hash that nobody can guess "
      "it from; it can be shown later, and will match.\n",
      findings.size(), findings.size() == 1 ? "" : "s", package.records, package.records == 1 ? " is" : "s are", package.withheld.size(),
      package.withheld.size() == 1 ? " is" : "s are");
  out += "\nTO CHECK IT\n\n";
  out +=
      "    custos verify PACKAGE --key KEY        or, with Python alone:\n    tools/verify.py PACKAGE --key KEY\n\n"
      "KEY is the log's key as its owner told you by another way: a package can't vouch for itself. What is proved: these records and findings\n"
      "were in the log when its checkpoint was signed, and none of them was changed since. What is not: that the systems which wrote the logs told\n"
      "the truth. The visible part of a record that is withheld in part was fixed when it was sealed; that it is the record's shows when all is shown.\n";
  out += "\nFINDINGS\n";
  for (std::size_t i = 0; i < findings.size(); ++i) readmes::add_finding(out, i + 1, findings[i]);
  return out;
}

}  // namespace custos::evidence
