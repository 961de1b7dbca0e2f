#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/report/report.h"

namespace custos::evaluate {
namespace report_text {

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

// `text` on lines of at most `width`, behind an indent.
void wrapped(std::string& out, std::string_view text, std::size_t width, std::string_view first, std::string_view next) {
  std::string line(first);
  bool empty = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!empty && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = next;
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  out += line + "\n";
}

void main_table(std::string& out, const Report& r) {
  out += fmt::format("At {} alarm{} a day:\n", r.budget, r.budget == 1 ? "" : "s");
  out += fmt::format("  {:<14}{:>9}{:>8}{:>11}{:>11}{:>11}{:>11}{:>13}{:>14}{:>8}\n", "source", "phases", "recall", "95 %", "campaigns", "precision",
                     "false/day", "first alarm", "events/alarm", "attack");
  bool coarse = false;
  for (const SourceResult& s : r.results) {
    if (!s.not_run.empty()) continue;
    const Figures& f = s.at_budget;
    coarse = coarse || s.coarse;
    out += fmt::format("  {:<14}{:>9}{:>8}{:>11}{:>11}{:>11}{:>11}{:>13}{:>14.0f}{:>8}\n", s.source + (s.coarse ? "*" : ""),
                       fmt::format("{}/{}", f.phases_found, f.phases), recall_text(f),
                       fmt::format("{:.0f}-{:.0f} %", f.interval.low * 100, f.interval.high * 100), fmt::format("{}/{}", f.campaigns_found, f.campaigns),
                       number_text(f.precision, 2), number_text(f.false_per_day, 1), duration_text(f.seconds_to_first), f.events_per_alarm,
                       f.attack_share ? percent(*f.attack_share) : "-");
  }
  if (coarse) out += "  * alarms about an entity's whole day: compare with random_day, not with the others\n";
  for (const SourceResult& s : r.results) {
    if (!s.not_run.empty()) out += fmt::format("  {:<14}not run: {}\n", s.source, s.not_run);
  }
}

void budgets(std::string& out, const Report& r) {
  const auto run = std::find_if(r.results.begin(), r.results.end(), [](const SourceResult& s) { return s.not_run.empty() && !s.by_budget.empty(); });
  if (run == r.results.end()) return;
  out += "\nPhases found (false alarms a day) by alarms a day:\n  " + fmt::format("{:<14}", "source");
  for (const Figures& f : run->by_budget) out += fmt::format("{:>16}", f.budget);
  out += "\n";
  for (const SourceResult& s : r.results) {
    if (!s.not_run.empty()) continue;
    out += fmt::format("  {:<14}", s.source);
    for (const Figures& f : s.by_budget) out += fmt::format("{:>16}", fmt::format("{} ({})", recall_text(f), number_text(f.false_per_day, 1)));
    out += "\n";
  }
}

void calibrations(std::string& out, const Report& r) {
  bool any = false;
  for (const SourceResult& s : r.results) {
    if (!s.calibration || s.calibration->count == 0) continue;
    if (!any) {
      out += "\nCalibration on benign groups: observed share of p-values at or below the promise (! more than chance allows)\n";
      out += fmt::format("  {:<14}{:>10}{:>14}{:>14}{:>14}{:>14}{:>9}\n", "source", "p-values", "0.1", "0.01", "0.001", "0.0001", "KS");
      any = true;
    }
    out += fmt::format("  {:<14}{:>10}", s.source, s.calibration->count);
    for (const Promise& p : s.calibration->promises) {
      out += fmt::format("{:>14}",
                         fmt::format("{:.5f}{}", static_cast<double>(p.observed) / static_cast<double>(s.calibration->count), p.observed > p.high ? "!" : " "));
    }
    out += fmt::format("{:>9.3f}\n", s.calibration->ks);
  }
}

void one_table(std::string& out, const Table& t, std::string_view of) {
  out += fmt::format("\n{}{}{}\n", of, of.empty() ? "" : ": ", printable(t.title));
  std::vector<std::size_t> widths;
  const auto widen = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  };
  widen(t.columns);
  for (const auto& row : t.rows) widen(row);
  const auto put = [&](const std::vector<std::string>& row) {
    out += " ";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += i == 0 ? fmt::format(" {:<{}}", printable(row[i]), widths[i]) : fmt::format("  {:>{}}", printable(row[i]), widths[i]);
    out += "\n";
  };
  put(t.columns);
  for (const auto& row : t.rows) put(row);
}

}  // namespace report_text

std::string to_text(const Report& r, std::size_t width) {
  using namespace report_text;
  std::string out = fmt::format("custos evaluate {}: {}\n", r.set, printable(r.title));
  wrapped(out, fmt::format("Data {}. An alarm is about {}; a phase is {}.", printable(r.data), r.unit, r.phase), width, "", "");
  std::string labels;
  std::uint64_t events = 0;
  for (const auto& [label, n] : r.counts) events += n;
  for (const auto& [label, n] : r.counts) labels += fmt::format("{}{} {}", labels.empty() ? "" : ", ", printable(label), n);
  wrapped(out, fmt::format("{} events: {}", events, labels), width, "", "  ");
  for (std::size_t i = 0; i < r.splits.size() && i < 6; ++i) wrapped(out, printable(r.splits[i]), width, "", "  ");
  if (r.splits.size() > 6) out += fmt::format("and {} more splits (--json lists them)\n", r.splits.size() - 6);
  out += "\n";
  main_table(out, r);
  budgets(out, r);
  calibrations(out, r);
  for (const Table& t : r.tables) one_table(out, t, "");
  if (const SourceResult* best = find_result(r, r.best); best != nullptr) {
    for (const Table& t : best->tables) one_table(out, t, best->source);
  }
  for (const Table& t : variation_tables(r)) one_table(out, t, "");
  if (r.published) {
    out += "\n";
    wrapped(out, printable("Published: " + published_text(r)), width, "", "  ");
  }
  if (!r.remarks.empty()) out += "\nWeak points:\n";
  for (const std::string& remark : r.remarks) wrapped(out, printable(remark), width, "  * ", "    ");
  return out;
}

}  // namespace custos::evaluate
