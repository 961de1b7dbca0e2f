#include "evidence/package/readme.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace custos::evidence {
namespace readmes {
namespace {

constexpr std::size_t kMostText = 400, kMostSentence = 2'000, kMostBars = 48;

std::string said(const std::string& s) { return s.empty() ? "not said" : printable(s, kMostText); }

std::string text_of(const nlohmann::json& object, const char* key, std::size_t most = kMostText) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? printable(it->get_ref<const std::string&>(), most) : std::string();
}

double figure_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->get<double>() : std::nan("");
}

const nlohmann::json& list_of(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::array();
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? *it : none;
}

// "about one in 12,000 ordinary windows"; two digits, for more would claim too much.
std::string how_often(double p) {
  if (!(p > 0 && p <= 1)) return "in a share of ordinary windows that is not known";
  const double n = 1 / p, unit = std::pow(10, std::max(0.0, std::floor(std::log10(n)) - 1));
  return n < 2 ? "in most ordinary windows" : fmt::format("in about one of {:.0f} ordinary windows", std::round(n / unit) * unit);
}

std::string figures(const nlohmann::json& chart) {
  std::string out;
  const nlohmann::json& bars = list_of(chart, "bars");
  for (std::size_t i = 0; i < std::min(bars.size(), kMostBars); ++i) {
    const double value = figure_of(bars[i], "value");
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", text_of(bars[i], "label"), std::isnan(value) ? "not known" : fmt::format("{:g}", value));
  }
  return bars.size() > kMostBars ? out + fmt::format(", and {} more", bars.size() - kMostBars) : out;
}

void add_reason(std::string& out, std::size_t number, const nlohmann::json& reason) {
  const std::string stage = text_of(reason, "stage"), begins = text_of(reason, "window");
  out += fmt::format("     ({}) {}{}{}: {}\n", number, text_of(reason, "title"), stage.empty() ? "" : ", a sign of ", stage,
                     text_of(reason, "sentence", kMostSentence));
  out += fmt::format("         As odd as this by itself: {}{}{}.\n", how_often(figure_of(reason, "p")), begins.empty() ? "" : "; the window began ", begins);
  const auto chart = reason.find("chart");
  if (chart != reason.end() && !list_of(*chart, "bars").empty()) out += fmt::format("         {}: {}\n", text_of(*chart, "title"), figures(*chart));
  const nlohmann::json& evidence = list_of(reason, "evidence");
  if (evidence.empty()) return;
  const auto at = evidence[0].find("offset");
  out +=
      fmt::format("         It rests on {} record{} here, the first in {}{}.\n", evidence.size(), evidence.size() == 1 ? "" : "s", text_of(evidence[0], "file"),
                  at != evidence[0].end() && at->is_number_unsigned() ? fmt::format(", byte {}", at->get<std::uint64_t>()) : std::string());
}

// What behaviour analytics says of an actor, in words: figures alone mean nothing to who has to judge it.
void add_behavior(std::string& out, const std::string& value) {
  const auto behavior = nlohmann::json::parse(value, nullptr, false);
  if (!behavior.is_object()) return;
  out += "   what was unusual; nobody wrote a rule for it, it was compared with ordinary times of such computers and accounts:\n";
  const nlohmann::json& reasons = list_of(behavior, "reasons");
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (reasons[i].is_object()) add_reason(out, i + 1, reasons[i]);
  }
  out += fmt::format("     All in all a window (mostly a day) is at least as odd {}.", how_often(figure_of(behavior, "p")));
  const double odds = figure_of(behavior, "odds"), threshold = figure_of(behavior, "threshold");
  if (!std::isnan(odds)) out += fmt::format(" All windows since its last finding together are {:.0f} times likelier than in ordinary times.", odds);
  if (!std::isnan(threshold)) out += fmt::format(" It is told from one in {0:.0f}, or from {0:.0f} times, on.", threshold);
  if (const std::string raised = text_of(behavior, "raised"); !raised.empty()) out += fmt::format(" It could be known at {}.", raised);
  out += "\n     Unusual is not forbidden: there may be a good reason for it that is in no log.\n";
}

void add_finding(std::string& out, std::size_t number, const PackedFinding& f) {
  const FindingDocument& d = f.document;
  out += fmt::format("\n{}. {} ({})\n   finding {}, {}, {} record{}\n", number, printable(d.title, kMostText), d.level, d.id,
                     d.time.empty() ? "without a time" : d.time, d.count, d.count == 1 ? "" : "s");
  for (std::size_t i = 0; i < d.holds.size(); ++i) {
    const Held& h = d.holds[i];
    if (h.what == "part") continue;
    if (h.what == "behavior" && f.why[i] == nullptr) {
      add_behavior(out, f.values[i]);
      continue;
    }
    const std::string name = h.what == "behavior" ? "what was unusual" : h.name.empty() ? h.what : h.what + " " + h.name;
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
