// Whole streams: through the log that sorts a batch, the buffer that sorts a live one, cut and resumed; and the naive twin.
#include <gtest/gtest.h>

#include <random>

#include "rules/correlation/codec.h"
#include "rules/correlation/observation_log.h"
#include "rules/correlation/reorder.h"
#include "rules/correlation/scenario.h"

namespace custos::rules::correlation {
namespace {

struct Made {
  Micros time;
  EventId id;
  std::vector<std::uint32_t> rules;
  std::vector<std::string> texts;
};

std::string bytes_of(const Observation& o) {
  std::string out;
  put_observation(out, o);
  return out;
}

Observation view(const Made& m, std::vector<FieldText>& fields) {
  fields.clear();
  for (std::uint32_t f = 0; f < m.texts.size(); ++f) fields.push_back({f, m.texts[f]});
  return {m.time, m.id, m.rules, fields};
}

std::vector<Made> make(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Made> all;
  for (std::size_t i = 0; i < n; ++i) {
    Made m{static_cast<Micros>(random() % (n / 2 + 1)) - 20, {static_cast<std::uint32_t>(random() % 3), i}, {}, {}};
    for (unsigned r = 0; r < random() % 3; ++r) m.rules.push_back(r * 1000);
    for (unsigned f = 0; f < random() % 4; ++f)
      m.texts.push_back(std::string(random() % 40 == 0 ? 900 : random() % 30, static_cast<char>('a' + f)));
    all.push_back(std::move(m));
  }
  return all;
}

std::vector<std::string> in_order(std::vector<Made> all) {
  std::sort(all.begin(), all.end(),
            [](const Made& a, const Made& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
  std::vector<std::string> out;
  std::vector<FieldText> fields;
  for (const Made& m : all) out.push_back(bytes_of(view(m, fields)));
  return out;
}

std::vector<std::string> through_logs(const std::vector<Made>& all, std::size_t workers, ObservationLogOptions options,
                                      std::size_t* runs = nullptr) {
  std::vector<std::unique_ptr<ObservationLog>> logs;
  std::vector<ObservationLog*> pointers;
  for (std::size_t w = 0; w < workers; ++w) {
    logs.push_back(std::make_unique<ObservationLog>(options));
    pointers.push_back(logs.back().get());
  }
  std::vector<FieldText> fields;
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(logs[i * 7 % workers]->add(view(all[i], fields)));
  if (runs != nullptr) {
    for (const auto& log : logs) *runs += log->runs();
  }
  std::vector<std::string> out;
  EXPECT_TRUE(ObservationLog::merge(pointers, [&](const Observation& o) { out.push_back(bytes_of(o)); }));
  return out;
}

TEST(ObservationLog, SortsInMemoryAndThroughTheFile) {
  const auto all = make(5'000, 1);
  const auto expected = in_order(all);
  EXPECT_EQ(through_logs(all, 1, {}), expected);
  EXPECT_EQ(through_logs(all, 3, {}), expected);
  for (const std::size_t read : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 16}) {
    ObservationLogOptions small;
    small.memory_bytes = 10'000;
    small.read_bytes = read;
    std::size_t runs = 0;
    EXPECT_EQ(through_logs(all, 2, small, &runs), expected);
    EXPECT_GT(runs, 20u);
  }
}

TEST(ObservationLog, LeavesOutWhatHasNoTime) {
  ObservationLog log;
  EXPECT_TRUE(log.add({kNoTime, {0, 1}, {}, {}}));
  EXPECT_EQ(log.without_time(), 1u);
  ObservationLog* logs[] = {&log};
  std::size_t seen = 0;
  EXPECT_TRUE(ObservationLog::merge(logs, [&](const Observation&) { ++seen; }));
  EXPECT_EQ(seen, 0u);
}

TEST(ObservationLog, SaysWhyItCannotSpill) {
  ObservationLogOptions options;
  options.memory_bytes = 1;
  options.folder = "/nonexistent/folder";
  ObservationLog log(options);
  const auto added = log.add({1, {0, 1}, {}, {}});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::Unreadable);
  EXPECT_EQ(added.error().where, options.folder);
}

TEST(ObservationLog, ADamagedObservationIsBoundedByItsBytes) {
  const auto all = make(20, 2);
  std::vector<FieldText> fields, read_fields;
  std::vector<std::uint32_t> rules;
  for (const Made& m : all) {
    const std::string bytes = bytes_of(view(m, fields));
    for (std::size_t n = 0; n <= bytes.size(); ++n) {
      Reader in(std::string_view(bytes).substr(0, n));
      read_observation(in, rules, read_fields);
      EXPECT_EQ(in.bad(), n < bytes.size());
    }
  }
}

TEST(ReorderBuffer, AnyOrderWithinTheLatenessIsTheSortedStream) {
  std::mt19937 random(4);
  for (int round = 0; round < 50; ++round) {
    auto all = make(300, 100u + static_cast<unsigned>(round));
    const auto expected = in_order(all);
    const Micros lateness = 50;
    // Delays each by at most the lateness.
    std::vector<std::pair<Micros, std::size_t>> arrival;
    for (std::size_t i = 0; i < all.size(); ++i)
      arrival.emplace_back(all[i].time + static_cast<Micros>(random() % (lateness + 1)), i);
    std::sort(arrival.begin(), arrival.end());
    std::vector<std::string> out;
    ReorderBuffer buffer({lateness, 1u << 20}, [&](const Observation& o) { out.push_back(bytes_of(o)); });
    std::vector<FieldText> fields;
    for (const auto& [when, i] : arrival) buffer.add(view(all[i], fields));
    buffer.flush();
    EXPECT_EQ(out, expected);
    EXPECT_EQ(buffer.late(), 0u);
  }
}

TEST(ReorderBuffer, Late) {
  std::vector<Micros> out;
  ReorderBuffer buffer({10, 1u << 20}, [&](const Observation& o) { out.push_back(o.time); });
  buffer.add({100, {0, 1}, {}, {}});
  buffer.add({90, {0, 2}, {}, {}});  // just in time
  buffer.add({89, {0, 3}, {}, {}});
  buffer.add({kNoTime, {0, 4}, {}, {}});
  EXPECT_EQ(buffer.late(), 1u);
  EXPECT_EQ(buffer.without_time(), 1u);
  EXPECT_TRUE(out.empty());
  buffer.advance(101);
  EXPECT_EQ(out, std::vector<Micros>{90});
  buffer.flush();
  EXPECT_EQ(out, (std::vector<Micros>{90, 100}));
  buffer.add({100, {0, 5}, {}, {}});  // after a flush its time has passed
  EXPECT_EQ(buffer.late(), 2u);
}

TEST(ReorderBuffer, IsBoundedAndStaysInOrder) {
  std::vector<std::tuple<Micros, EventId>> out;
  ReorderBuffer buffer({1'000'000, 5'000}, [&](const Observation& o) { out.emplace_back(o.time, o.id); });
  std::mt19937 random(6);
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    buffer.add({static_cast<Micros>(random() % 100 + i / 10), {0, i}, {}, {}});
    EXPECT_LT(buffer.held(), 200u);
  }
  buffer.flush();
  EXPECT_TRUE(std::is_sorted(out.begin(), out.end()));
  EXPECT_GT(buffer.forced(), 0u);
  EXPECT_EQ(out.size() + buffer.late(), 5'000u);
}

// The same scenario through logs of any number of workers, and through the live buffer, gives the same episodes.
TEST(BatchAndLive, GiveTheSameEpisodes) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    naive::Choices choose(seed);
    const naive::Scenario s = naive::make_scenario(choose, 80);
    const auto plan = naive::plan_of(s);
    const auto expected = naive::run(s);
    std::vector<std::uint32_t> order(s.events.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(seed)));
    CorrelatorOptions options;
    options.events_listed = 100'000;
    naive::Lines batch(s), live(s);
    Correlator batched(plan, options, [&](const Fired& f) { batch.take(f); });
    Correlator lived(plan, options, [&](const Fired& f) { live.take(f); });
    ObservationLogOptions small;
    small.memory_bytes = 500;
    ObservationLog a(small), b(small);
    ReorderBuffer buffer({1'000'000, 1u << 20}, [&](const Observation& o) { lived.feed(o); });
    for (const auto i : order) {
      std::vector<FieldText> fields;
      for (std::uint32_t f = 0; f < plan->fields().size(); ++f) {
        const auto it = s.events[i].fields.find(plan->fields()[f]);
        if (it != s.events[i].fields.end()) fields.push_back({f, it->second});
      }
      const Observation o{s.events[i].time, s.events[i].id, s.events[i].rules, fields};
      ASSERT_TRUE((i % 2 == 0 ? a : b).add(o));
      buffer.add(o);
    }
    ObservationLog* logs[] = {&a, &b};
    ASSERT_TRUE(ObservationLog::merge(logs, [&](const Observation& o) { batched.feed(o); }));
    buffer.flush();
    batched.finish();
    lived.finish();
    ASSERT_EQ(batch.sorted(), expected) << seed;
    ASSERT_EQ(live.sorted(), expected) << seed;
  }
}

}  // namespace

namespace naive {
namespace {

std::string describe(const Scenario& s) {
  std::string out;
  for (std::size_t c = 0; c < s.correlations.size(); ++c) {
    const Correlation& r = s.correlations[c];
    out += "c" + std::to_string(c) + " type " + std::to_string(static_cast<int>(r.type)) + " span " +
           std::to_string(r.timespan) + " rules";
    for (const auto& rule : r.rules) out += " " + rule;
    out += " by";
    for (const auto& name : r.group_by) out += " " + name;
    out += " fields";
    for (const auto& name : r.fields) out += " " + name;
    for (const auto& l : r.limits)
      out += " [" + std::to_string(static_cast<int>(l.op)) + " " + std::to_string(l.value) + "]";
    for (const auto& [alias, rules] : r.aliases) {
      for (const auto& [rule, field] : rules) out += " alias " + alias + "(" + rule + ")=" + field;
    }
    out += "\n";
  }
  for (const Event& e : s.events) {
    out += std::to_string(e.time - 1'000'000) + " rules";
    for (const auto rule : e.rules) out += " " + std::to_string(rule);
    for (const auto& [name, text] : e.fields) out += " " + name + "=" + text;
    out += "\n";
  }
  return out;
}

TEST(CorrelationTwin, EqualsTheDefinition) {
  std::size_t episodes = 0, chained = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    Choices choose(seed * 7919);
    const Scenario s = make_scenario(choose, 5 + choose.below(60));
    Twin twin(s.correlations);
    for (const Event& e : s.events) twin.feed(e);
    const auto expected = twin.finish();
    ASSERT_EQ(run(s), expected) << "seed " << seed << "\n" << describe(s);
    episodes += expected.size();
    for (const auto& line : expected) chained += line.find(" E") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(episodes, 3'000u);
  EXPECT_GT(chained, 100u);
}

TEST(CorrelationTwin, ResumesAnywhere) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Choices choose(seed * 104729);
    const Scenario s = make_scenario(choose, 30);
    const auto whole = run(s);
    for (std::size_t cut = 0; cut < s.events.size(); ++cut)
      ASSERT_EQ(run(s, cut), whole) << "seed " << seed << " cut " << cut << "\n" << describe(s);
  }
}

}  // namespace
}  // namespace naive
}  // namespace custos::rules::correlation
