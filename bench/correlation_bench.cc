// Matching events a second through the correlator, at 10,000 groups on one core. The bar is 1 M/s for event_count and
// value_count.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rules/correlation/correlator.h"

namespace {

using custos::rules::Correlation;
using custos::rules::correlation::CorrelationPlan;
using custos::rules::correlation::CorrelationRule;
using custos::rules::correlation::Correlator;
using custos::rules::correlation::FieldText;
using custos::rules::correlation::Fired;
using custos::rules::correlation::Observation;
using custos::rules::correlation::RuleName;

// Observations in time order, 1 ms apart, over `groups` hosts and 5,000 users, as the matcher hands them on.
struct Stream {
  std::vector<std::string> texts;
  std::vector<FieldText> fields;
  std::vector<Observation> observations;
  std::uint32_t rules[2] = {0, 1};

  Stream(const CorrelationPlan& plan, std::size_t n, std::size_t groups) {
    std::mt19937 random(1);
    texts.reserve(groups + 6'000);
    for (std::size_t i = 0; i < groups; ++i) texts.push_back("workstation-" + std::to_string(i) + ".example.org");
    for (std::size_t i = 0; i < 5'000; ++i) texts.push_back("user" + std::to_string(i));
    for (std::size_t i = 0; i < 1'000; ++i) texts.push_back(std::to_string(i * 37));
    fields.reserve(n * 3);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t first = fields.size();
      for (std::uint32_t f = 0; f < plan.fields().size(); ++f) {
        const std::string& name = plan.fields()[f];
        const std::size_t pick = name == "host"   ? random() % groups
                                 : name == "user" ? groups + random() % 5'000
                                                  : groups + 5'000 + random() % 1'000;
        fields.push_back({f, texts[pick]});
      }
      observations.push_back({static_cast<custos::Micros>(i) * 1'000, {0, i}, {&rules[random() % 2], 1},
                              std::span<const FieldText>(fields).subspan(first, fields.size() - first)});
    }
  }
};

void through(benchmark::State& state, Correlation::Type type, double limit) {
  Correlation c;
  c.type = type;
  c.rules = {"r0", "r1"};
  c.group_by = {"host"};
  c.timespan = 300 * custos::kSecond;
  if (type != Correlation::Type::TemporalOrdered && type != Correlation::Type::Temporal)
    c.limits = {{Correlation::Op::Gte, limit}};
  if (type == Correlation::Type::ValueCount) c.fields = {"user"};
  if (type == Correlation::Type::ValueSum || type == Correlation::Type::ValuePercentile) c.fields = {"bytes"};
  const std::vector<RuleName> bases{{"", "r0"}, {"", "r1"}};
  const std::vector<CorrelationRule> rules{{{"", "c"}, &c}};
  const auto plan = std::make_shared<CorrelationPlan>(CorrelationPlan::build(bases, rules).plan);
  const Stream stream(*plan, 2'000'000, 10'000);
  std::uint64_t fired = 0;
  for (auto _ : state) {
    Correlator correlator(plan, {}, [&](const Fired&) { ++fired; });
    for (const auto& observation : stream.observations) correlator.feed(observation);
    correlator.finish();
  }
  state.counters["events"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(stream.observations.size()),
                                                benchmark::Counter::kIsRate);
  state.counters["told"] = static_cast<double>(fired) / static_cast<double>(state.iterations());
}

void event_count(benchmark::State& state) { through(state, Correlation::Type::EventCount, 40); }
void value_count(benchmark::State& state) { through(state, Correlation::Type::ValueCount, 40); }
void temporal(benchmark::State& state) { through(state, Correlation::Type::Temporal, 0); }
void temporal_ordered(benchmark::State& state) { through(state, Correlation::Type::TemporalOrdered, 0); }
void value_sum(benchmark::State& state) { through(state, Correlation::Type::ValueSum, 700'000); }
void value_percentile(benchmark::State& state) { through(state, Correlation::Type::ValuePercentile, 20'000); }

BENCHMARK(event_count)->Unit(benchmark::kMillisecond);
BENCHMARK(value_count)->Unit(benchmark::kMillisecond);
BENCHMARK(temporal)->Unit(benchmark::kMillisecond);
BENCHMARK(temporal_ordered)->Unit(benchmark::kMillisecond);
BENCHMARK(value_sum)->Unit(benchmark::kMillisecond);
BENCHMARK(value_percentile)->Unit(benchmark::kMillisecond);

}  // namespace
