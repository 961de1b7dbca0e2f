// Behaviour analytics alone, at a million computers and accounts: nanoseconds a fact on one core, memory against its bound, seconds to save and to load.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <chrono>
#include <random>
#include <string>

#include <fmt/format.h>

#include "behavior/behavior.h"

namespace {

namespace behavior = custos::behavior;
using behavior::Fact;
using behavior::Kind;
using custos::Dictionary;
using custos::Institution;
using custos::kDay;
using custos::kNoText;
using custos::Micros;
using custos::Packer;
using custos::TextId;
using custos::Unpacker;

constexpr std::size_t kActors = 1'000'000, kFacts = 4'000'000;

double seconds_since(std::chrono::steady_clock::time_point from) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count(); }

// The most memory the process has had so far.
double peak_MB() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_maxrss) / 1024;
}

// Three days of an institution of a million: contacts, look-ups, logons, accesses, program starts and traces, as busy as chance and Zipf will have it.
std::vector<Fact> facts(Dictionary& texts) {
  std::mt19937_64 random(1);
  std::vector<TextId> hosts, users, sites, files, programs;
  for (std::size_t i = 0; i < kActors / 2; ++i) hosts.push_back(texts.intern(fmt::format("ws-{}", i)));
  for (std::size_t i = 0; i < kActors / 2; ++i) users.push_back(texts.intern(fmt::format("court\\u{}", i)));
  for (int i = 0; i < 20'000; ++i) sites.push_back(texts.intern(fmt::format("www.site{}.example", i)));
  for (int i = 0; i < 50'000; ++i) files.push_back(texts.intern(fmt::format("cases\\{}\\paper{}.docx", i % 300, i)));
  for (int i = 0; i < 3'000; ++i) programs.push_back(texts.intern(fmt::format("c:\\programs\\p{}.exe", i)));
  const TextId log = texts.intern("a log"), share = texts.intern("\\\\files-01\\cases"), port = texts.intern("443/tcp"), how = texts.intern("kerberos 3");
  const auto skewed = [&](const std::vector<TextId>& of) {
    const double u = std::uniform_real_distribution<>(0, 1)(random);
    return of[static_cast<std::size_t>(u * u * u * static_cast<double>(of.size()))];
  };
  std::vector<Fact> out(kFacts);
  for (std::size_t i = 0; i < kFacts; ++i) {
    Fact& f = out[i];
    f.time = static_cast<Micros>(i) * (3 * kDay / kFacts) + 20'000 * kDay;
    f.offset = i;
    f.log = log;
    f.host = hosts[random() % hosts.size()];
    f.user = users[random() % users.size()];
    f.host_ours = true;
    switch (i % 6) {
      case 0: f.kind = Kind::Contact, f.peer = skewed(sites), f.object = port, f.sent = 900, f.user = kNoText; break;
      case 1: f.kind = Kind::Lookup, f.object = skewed(sites), f.user = kNoText; break;
      case 2: f.kind = Kind::Logon, f.peer = f.host, f.peer_ours = true, f.object = how; break;
      case 3: f.kind = Kind::Access, f.peer = share, f.object = skewed(files); break;
      case 4: f.kind = Kind::Run, f.peer = skewed(programs), f.object = skewed(programs); break;
      default: f.kind = i % 12 == 5 ? Kind::Presence : Kind::Trace, f.object = skewed(programs); break;
    }
  }
  return out;
}

void million(benchmark::State& state) {
  Dictionary texts;
  const auto all = facts(texts);
  const Institution nobody;
  const double facts_MB = peak_MB();  // what is fed, and the texts of it, are the bench's own
  for (auto _ : state) {
    behavior::Roster roster(nobody, texts);
    behavior::Settings settings;
    settings.calibrate_from = settings.judge_from = 20'001 * kDay;
    behavior::Analysis analysis(settings, roster);
    auto from = std::chrono::steady_clock::now();
    for (const Fact& f : all) analysis.take(f);
    analysis.finish();
    state.counters["ns_a_fact"] = seconds_since(from) * 1e9 / static_cast<double>(all.size());
    state.counters["state_MB"] = static_cast<double>(analysis.bytes()) / (1 << 20);
    state.counters["process_MB"] = peak_MB() - facts_MB;
    for (const auto& [detector, entries] : analysis.evictions()) state.counters["evictions_" + detector] = static_cast<double>(entries);
    from = std::chrono::steady_clock::now();
    std::string saved;
    Packer packer(saved);
    analysis.save(packer, [](std::uint32_t) { return std::string("file"); });
    state.counters["save_s"] = seconds_since(from);
    state.counters["saved_MB"] = static_cast<double>(saved.size()) / (1 << 20);
    behavior::Analysis again(settings, roster);
    from = std::chrono::steady_clock::now();
    Unpacker in(saved);
    if (!again.load(in, [](const std::string&) { return 0u; })) state.SkipWithError("could not be loaded");
    state.counters["load_s"] = seconds_since(from);
  }
}
BENCHMARK(million)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
