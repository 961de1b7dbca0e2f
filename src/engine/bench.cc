#include "engine/bench.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "engine/bench/copies.h"
#include "engine/bench/work.h"
#include "engine/rule_files.h"

namespace custos::engine {
namespace benchmarking {

using Runs = std::vector<Counted>;

constexpr double kLeastSeconds = 0.5;  // a row shorter than this is repeated within a run
constexpr std::uint64_t kCorrelated = 1'000'000;

// Passes until the clock is worth reading; the sum of them.
Counted long_enough(const std::function<Counted()>& work) {
  Counted sum = work();
  const Counted first = sum;
  while (sum.spent.wall < kLeastSeconds) {
    const Counted more = work();
    sum.events += more.events;
    sum.bytes += more.bytes;
    sum.spent.wall += more.spent.wall;
    sum.spent.cpu += more.spent.cpu;
  }
  sum.failed = first.failed;
  sum.hits = first.hits;
  return sum;
}

// The run with the median processor time a byte (or event).
const Counted& median(Runs& runs) {
  std::sort(runs.begin(), runs.end(), [](const Counted& a, const Counted& b) {
    const auto rate = [](const Counted& c) { return c.spent.cpu / static_cast<double>(std::max<std::uint64_t>(1, c.bytes + c.events)); };
    return rate(a) < rate(b);
  });
  return runs[runs.size() / 2];
}

double rate(std::uint64_t n, double seconds) { return seconds > 0 ? static_cast<double>(n) / seconds : 0; }

// The processor time of a first pass beyond that of a later one: what it compiled.
double beyond(const Counted& first, const Counted& later) {
  const double passes = static_cast<double>(first.events) / static_cast<double>(std::max<std::uint64_t>(1, later.events));
  return std::max(0.0, first.spent.cpu - later.spent.cpu * passes);
}

BenchRow row(std::string name, std::string unit, std::string meaning, const Counted& c) {
  BenchRow r;
  r.name = std::move(name);
  r.unit = std::move(unit);
  r.meaning = std::move(meaning);
  r.counted = c.events;
  r.per_second = rate(c.events, c.spent.wall);
  r.per_cpu_second = rate(c.events, c.spent.cpu);
  r.bytes_per_second = rate(c.bytes, c.spent.cpu);
  return r;
}

void with_bar(BenchRow& r, std::string figure, std::string bar, bool met) {
  r.figure = std::move(figure);
  r.bar = std::move(bar);
  r.met = met;
}

std::string thousands(double n) { return fmt::format("{:.0f} k", n / 1000); }

// All rows of one benchmark, measured in turns: A B C A B C, so that a disturbance meets all of them.
class Bench {
 public:
  Bench(const BenchOptions& options, Files files, const std::function<void(const std::string&)>& tell)
      : options_(options), files_(std::move(files)), tell_(tell) {
    scan_.limits = options.limits;
  }

  Result<BenchResult> run() {
    std::vector<RuleRefusal> unreadable;
    std::size_t shipped = 0;
    auto texts = read_rules(options_.rules, unreadable, shipped);
    if (!texts) return tl::unexpected<Error>(texts.error());
    texts_ = std::move(*texts);
    auto load = read_load_options(options_.rules);
    if (!load) return tl::unexpected<Error>(load.error());
    auto program = load_program(1, *load);
    if (!program) return tl::unexpected<Error>(program.error());
    result_.rules = (*program)->size();
    result_.load_seconds = loaded_in_;
    measure(*program);
    if (options_.literals) {
      for (const unsigned times : {3u, 10u}) {
        auto more = load_program(times, *load);
        if (!more) return tl::unexpected<Error>(more.error());
        literals(*more, times);
      }
    }
    correlations();
    return std::move(result_);
  }

 private:
  Result<std::shared_ptr<const rules::Program>> load_program(unsigned times, const rules::LoadOptions& load) {
    tell_(fmt::format("loading the rules, {} x", times));
    std::vector<rules::RuleText> more;
    if (times > 1) more = times_the_literals(texts_, times);
    const Stopwatch watch;
    auto loaded = rules::load(times > 1 ? more : texts_, load);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    loaded_in_ = watch.spent().wall;
    return loaded->program;
  }

  Counted scan(const std::shared_ptr<const rules::Program>& program, unsigned workers) {
    return scan_all(files_, program, scan_, workers);
  }

  void measure(const std::shared_ptr<const rules::Program>& program) {
    tell_("first pass: compiles the plans");
    const Counted cold = scan(program, 1);
    result_.files = files_.size();
    result_.bytes = cold.bytes;
    result_.events = cold.events;
    Runs lines, sha, json, one, two;
    std::map<std::string, Runs> decoded;
    for (unsigned i = 0; i < options_.runs; ++i) {
      tell_(fmt::format("run {} of {}", i + 1, options_.runs));
      json.push_back(long_enough([&] { return parse_json(files_, options_.limits); }));
      one.push_back(long_enough([&] { return scan(program, 1); }));
      if (i == 0) result_.peak_bytes = peak_bytes();
      decode_once(decoded);
      two.push_back(long_enough([&] { return scan(program, 2); }));
      lines.push_back(long_enough([&] { return count_lines(files_, options_.limits); }));
      sha.push_back(long_enough([&] { return sha256_of(files_, options_.limits); }));
    }
    one_ = median(one);
    result_.compile_seconds = beyond(cold, one_);
    add_limits(median(lines), median(sha));
    add_json(median(json));
    for (auto& [format, runs] : decoded) add_decoder(format, median(runs));
    add_scans(median(json), median(two));
  }

  void decode_once(std::map<std::string, Runs>& decoded) {
    const Stopwatch watch;
    std::map<std::string, Counted> sum;
    do {
      for (const auto& [format, c] : decode(files_, options_.limits)) {
        Counted& s = sum[format];
        s.events += c.events;
        s.bytes += c.bytes;
        s.spent.wall += c.spent.wall;
        s.spent.cpu += c.spent.cpu;
      }
    } while (watch.spent().wall < kLeastSeconds);
    for (const auto& [format, c] : sum) decoded[format].push_back(c);
  }

  void add_limits(const Counted& lines, const Counted& sha) {
    result_.rows.push_back(row("line ends counted", "lines", "a limit: bytes looked at once", lines));
    result_.rows.push_back(row("SHA-256", "bytes", "a limit: OpenSSL over the same bytes", sha));
  }

  void add_json(const Counted& json) {
    json_usable_ = json.events > 0 && json.failed * 100 <= json.events;
    if (json_usable_) {
      result_.rows.push_back(row("simdjson", "events", "the reference for JSON: lines read and parsed, nothing else", json));
    } else {
      result_.remarks.push_back(json.events == 0 ? "no JSON in the input: no simdjson row" : "the JSON is not one document a line: no simdjson row");
    }
  }

  void add_decoder(const std::string& format, const Counted& c) {
    BenchRow r = row("decode " + format, "events", "custos without rules", c);
    const double speed = r.per_cpu_second;
    if (format == "evtx") with_bar(r, thousands(speed) + " records/s", "at least 200 k/s", speed >= 200e3);
    if (format == "syslog") with_bar(r, thousands(speed) + " lines/s", "at least 500 k/s", speed >= 500e3);
    result_.rows.push_back(std::move(r));
  }

  void add_scans(const Counted& json, const Counted& two) {
    BenchRow r = row("scan, 1 thread", "events", fmt::format("decode, all rules, {} findings", one_.hits), one_);
    if (json_usable_ && one_.bytes > 0) {
      const double ratio = rate(one_.events, one_.spent.cpu) / rate(json.events, json.spent.cpu);
      with_bar(r, fmt::format("{:.0f} % of simdjson", ratio * 100), "at least 50 %", ratio >= 0.5);
    }
    result_.rows.push_back(r);
    BenchRow both = row("scan, 2 threads", "events", "each thread over all files: twice the events", two);
    both.figure = fmt::format("{:.2f} x one thread", both.per_second / std::max(1.0, r.per_second));
    result_.rows.push_back(std::move(both));
    BenchRow memory;
    memory.name = "peak memory";
    memory.meaning = "of this process after the scan on one thread";
    const double mib = static_cast<double>(result_.peak_bytes) / (1 << 20);
    with_bar(memory, fmt::format("{:.0f} MiB", mib), "under 300 MB", static_cast<double>(result_.peak_bytes) < 300e6);
    result_.rows.push_back(std::move(memory));
  }

  void literals(const std::shared_ptr<const rules::Program>& program, unsigned times) {
    tell_(fmt::format("{} x the literals: first pass", times));
    const Counted cold = scan(program, 1);
    Runs runs;
    for (unsigned i = 0; i < options_.runs; ++i) runs.push_back(long_enough([&] { return scan(program, 1); }));
    const Counted& c = median(runs);
    BenchRow r = row(fmt::format("scan, {} x literals", times), "events",
                     fmt::format("{} rules; load {:.1f} s, compile {:.1f} s; {} findings", program->size(), loaded_in_, beyond(cold, c), c.hits), c);
    const double ratio = rate(one_.events, one_.spent.cpu) / std::max(1e-9, rate(c.events, c.spent.cpu));
    with_bar(r, fmt::format("{:.2f} x the time", ratio), times == 10 ? "at most 4 x" : "", times == 10 && ratio <= 4);
    result_.rows.push_back(std::move(r));
  }

  void correlations() {
    tell_("correlations");
    for (const char* type : {"event_count", "value_count"}) {
      Runs runs;
      for (unsigned i = 0; i < options_.runs; ++i) runs.push_back(correlate(type, kCorrelated));
      BenchRow r = row(type, "events", "events of one rule, matched and counted over 10,000 groups", median(runs));
      with_bar(r, fmt::format("{:.2f} M/s", r.per_cpu_second / 1e6), "at least 1 M/s", r.per_cpu_second >= 1e6);
      result_.rows.push_back(std::move(r));
    }
  }

  const BenchOptions& options_;
  const Files files_;
  const std::function<void(const std::string&)>& tell_;
  ScanOptions scan_;
  std::vector<rules::RuleText> texts_;
  double loaded_in_ = 0;
  bool json_usable_ = false;
  Counted one_;
  BenchResult result_;
};

}  // namespace benchmarking

Result<BenchResult> bench(const BenchOptions& options, const std::function<void(const std::string&)>& tell) {
  for (const std::string& p : options.paths) {
    if (p == "-") return fail(Code::Usage, "standard input can't be read again and again; name files", p);
  }
  auto walk = ingest::walk(options.paths, options.limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  return benchmarking::Bench(options, std::move(walk->files), tell).run();
}

}  // namespace custos::engine
