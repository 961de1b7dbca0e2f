// custos simulate: logs of an institution that does not exist.
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "simulate/simulate.h"

namespace custos::cli::simulate {
namespace {

void list() {
  fmt::print("scenarios (--scenario)\n");
  for (const auto& s : custos::simulate::scenarios()) fmt::print("  {:<14} {}\n", s.name, s.summary);
  fmt::print("\nkinds of log (--only)\n");
  for (std::size_t i = 0; i < custos::simulate::kStreams; ++i) {
    const auto& f = custos::simulate::facts(static_cast<custos::simulate::Stream>(i));
    fmt::print("  {:<14} logs/{}\n", f.name, f.path);
  }
}

int run(const std::vector<std::string>& arguments) {
  SimulateArguments a;
  if (const auto status = parse_simulate(arguments, a)) return *status;
  if (a.list) {
    list();
    return 0;
  }
  const double began = steady_seconds();
  double shown = 0;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const auto progress = [&](const custos::simulate::Progress& p) {
    const double now = steady_seconds() - began;
    if (a.quiet || now - shown < (terminal ? 0.2 : 5)) return;
    shown = now;
    const double share = static_cast<double>(p.now - p.begin) / static_cast<double>(std::max<Micros>(p.end - p.begin, 1));
    fmt::print(stderr, "{}{:3.0f} % {}: {} records, {:.0f} k/s{}", terminal ? "\r" : "", share * 100, to_rfc3339(p.now).substr(0, 10), p.records,
               static_cast<double>(p.records) / now / 1e3, terminal ? "\x1b[K" : "\n");
  };
  const auto totals = engine::simulate(a.request, progress);
  if (terminal && shown > 0) fmt::print(stderr, "\r\x1b[K");
  if (!totals) {
    fmt::print(stderr, "custos simulate: {}: {}\n", printable(totals.error().where), printable(totals.error().text));
    return 2;
  }
  if (a.quiet) return 0;
  const double seconds = std::max(steady_seconds() - began, 0.001);
  std::FILE* to = a.request.folder == "-" ? stderr : stdout;
  fmt::print(to, "{} records, {:.1f} MB of {} hosts and {} people in {} days; {:.1f} s, {:.0f} k records/s\n", totals->records,
             static_cast<double>(totals->bytes) / 1e6, totals->institution.hosts.size(), totals->institution.people.size(), a.request.options.days, seconds,
             static_cast<double>(totals->records) / seconds / 1e3);
  fmt::print(to, "{} lost on the way, {} written twice, {} more than ten minutes late; {} labelled acts\n", totals->lost, totals->duplicated, totals->late,
             totals->deeds);
  if (to == stdout) fmt::print("next: custos scan {}/logs\n", printable(a.request.folder));
  return 0;
}

}  // namespace

extern const Command command;
const Command command{"simulate", "write an institution's ordinary weeks and labelled campaigns as logs", run};

}  // namespace custos::cli::simulate
