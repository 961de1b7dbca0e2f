// custos bench: figures beside their references, from one run.
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "engine/engine.h"

namespace custos::cli::bench {
namespace {

std::string in_quotes(std::string_view s) {
  std::string out = "\"";
  append_json_escaped(out, to_valid_utf8(s));
  return out + "\"";
}

// "412 k/s", "1.23 M/s", "985 /s"
std::string per_second(double n) {
  if (n >= 1e6) return fmt::format("{:.2f} M", n / 1e6);
  return n >= 1e4 ? fmt::format("{:.0f} k", n / 1e3) : fmt::format("{:.0f}", n);
}

void print_json(const engine::BenchResult& r, unsigned runs) {
  fmt::print("{{\"type\":\"bench\",\"version\":\"" CUSTOS_VERSION "\",\"runs\":{},\"files\":{},\"bytes\":{},\"events\":{},\"rules\":{},\"load_seconds\":{:.3f},"
             "\"compile_seconds\":{:.3f},\"peak_bytes\":{},\"rows\":[",
             runs, r.files, r.bytes, r.events, r.rules, r.load_seconds, r.compile_seconds, r.peak_bytes);
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const engine::BenchRow& row = r.rows[i];
    fmt::print("{}{{\"name\":{},\"unit\":{},\"meaning\":{},\"counted\":{},\"per_second\":{:.0f},"
               "\"per_cpu_second\":{:.0f},\"bytes_per_cpu_second\":{:.0f},\"figure\":{},\"bar\":{}",
               i == 0 ? "" : ",", in_quotes(row.name), in_quotes(row.unit), in_quotes(row.meaning), row.counted, row.per_second,
               row.per_cpu_second, row.bytes_per_second, in_quotes(row.figure), in_quotes(row.bar));
    if (!row.bar.empty()) fmt::print(",\"met\":{}", row.met);
    fmt::print("}}");
  }
  fmt::print("],\"remarks\":[");
  for (std::size_t i = 0; i < r.remarks.size(); ++i) fmt::print("{}{}", i == 0 ? "" : ",", in_quotes(r.remarks[i]));
  fmt::print("]}}\n");
}

void print_text(const engine::BenchResult& r, unsigned runs) {
  fmt::print("{} file{}, {:.1f} MB, {} events, {} rules; median of {} run{}, rows taken in turns\n", r.files, r.files == 1 ? "" : "s",
             static_cast<double>(r.bytes) / 1e6, r.events, r.rules, runs, runs == 1 ? "" : "s");
  fmt::print("rules: {:.2f} s to load, {:.2f} s to compile at the first events; neither is in the rates\n\n", r.load_seconds, r.compile_seconds);
  fmt::print("{:<21} {:>8} {:>8} {:>8}  {:<18} {:<18} {}\n", "", "/s", "/s CPU", "MB/s CPU", "figure", "bar", "what it is");
  for (const engine::BenchRow& row : r.rows) {
    const bool counts = row.per_second > 0;
    const std::string bar = row.bar.empty() ? "" : fmt::format("{} {}", row.bar, row.met ? "+" : "MISSED");
    fmt::print("{:<21} {:>8} {:>8} {:>8}  {:<18} {:<18} {}\n", row.name, counts ? per_second(row.per_second) : "", counts ? per_second(row.per_cpu_second) : "",
               row.bytes_per_second > 0 ? fmt::format("{:.0f}", row.bytes_per_second / 1e6) : "", row.figure, bar, row.meaning);
  }
  for (const std::string& remark : r.remarks) fmt::print("\n{}", printable(remark));
  fmt::print("\n/s: by the clock on the wall; CPU: a second of processor time, steadier where other programs run. +: the bar is met.\n");
}

int run(const std::vector<std::string>& arguments) {
  BenchArguments a;
  if (const auto status = parse_bench(arguments, a)) return *status;
  engine::BenchOptions options;
  options.paths = a.paths;
  options.rules = a.rules;
  options.runs = a.runs;
  options.literals = a.literals;
  const bool screen = isatty(STDERR_FILENO) != 0;
  const auto result = engine::bench(options, [&](const std::string& what) {
    if (screen) fmt::print(stderr, "\r\033[K{}", what);
  });
  if (screen) fmt::print(stderr, "\r\033[K");
  if (!result) {
    fmt::print(stderr, "custos bench: {}{}{}\n", printable(result.error().where), result.error().where.empty() ? "" : ": ", printable(result.error().text));
    return 2;
  }
  (a.json ? print_json : print_text)(*result, a.runs);
  return 0;
}

}  // namespace

extern const Command command;
const Command command{"bench", "time custos on your logs and rules, beside references from the same run", run};

}  // namespace custos::cli::bench
