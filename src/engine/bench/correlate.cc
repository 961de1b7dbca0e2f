// Matching events through matcher and correlation, made in memory: no format is involved.
#include <random>

#include <fmt/format.h>

#include "engine/bench/work.h"

namespace custos::engine::benchmarking {
namespace correlating {

constexpr std::size_t kGroups = 10'000, kUsers = 5'000;

std::string rules_for(const std::string& type) {
  return fmt::format(
      "title: a logon failed\nid: 00000000-0000-4000-8000-000000000001\nname: failed_logon\nlogsource:\n  product: windows\n  service: security\n"
      "detection:\n  selection:\n    EventID: 4625\n  condition: selection\n"
      "---\ntitle: many of them\nid: 00000000-0000-4000-8000-000000000002\ncorrelation:\n  type: {}\n  rules:\n    - failed_logon\n  group-by:\n"
      "    - Computer\n  timespan: 5m\n  condition:\n    gte: 40\n{}",
      type, type == "value_count" ? "    field: TargetUserName\n" : "");
}

void fill(Batch& batch, std::uint64_t first, std::mt19937& random, const std::vector<std::string>& hosts, const std::vector<std::string>& users) {
  static constexpr Micros kStart = 1'700'000'000'000'000;
  const LogSourceId source = batch.sources().intern("windows", "security");
  const NameId id = batch.names().intern("EventID"), host = batch.names().intern("Computer"), user = batch.names().intern("TargetUserName");
  batch.clear();
  for (std::uint64_t i = 0; i < Batch::kTarget; ++i) {
    batch.begin("-", first + i, first + i + 1);
    batch.pending_record().time = kStart + static_cast<Micros>(first + i) * 1'000;
    batch.pending_record().log_source = source;
    batch.add(id, "4625", Type::Int);
    batch.add(host, hosts[random() % hosts.size()]);
    batch.add(user, users[random() % users.size()]);
    batch.end();
  }
}

}  // namespace correlating

Counted correlate(const std::string& type, std::uint64_t events) {
  using namespace correlating;
  Counted c;
  const auto loaded = rules::load({{"bench", rules_for(type)}}, {});
  if (!loaded || loaded->program->size() != 2) return c;
  std::vector<std::string> hosts, users;
  for (std::size_t i = 0; i < kGroups; ++i) hosts.push_back(fmt::format("workstation-{}.example.org", i));
  for (std::size_t i = 0; i < kUsers; ++i) users.push_back(fmt::format("user{}", i));
  const auto correlations = rules::make_correlations(loaded->program);
  const auto matcher = rules::make_matcher(loaded->program, correlations.get(), {});
  Names names(64);
  LogSources sources;
  Batch batch(names, sources);
  std::mt19937 random(1);
  const auto add = [&](const Stopwatch& watch) {
    const Spent s = watch.spent();
    c.spent.wall += s.wall;
    c.spent.cpu += s.cpu;
  };
  for (; c.events < events; c.events += batch.size()) {
    fill(batch, c.events, random, hosts, users);
    const Stopwatch watch;
    matcher->match(batch, 0, [](const rules::Hit&) {});
    add(watch);
  }
  const Stopwatch watch;
  if (!correlations->run([&](const rules::Correlated&) { ++c.hits; })) c.hits = 0;
  add(watch);
  return c;
}

}  // namespace custos::engine::benchmarking
