#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "behavior/calibration/ordinary_test.h"
#include "behavior/statistics/counts.h"

namespace custos::behavior::detector_calibration {
namespace {

using namespace ordinary;

constexpr std::array<double, 4> kLevels{1e-1, 1e-2, 1e-3, 1e-4};

struct Plan {
  int institutions = 36, people = 60, learn = 48, calibrate = 24, judge = 48;
  Micros window = kDay;
};

struct Tally {
  double judged = 0, calibrated = 0, scored = 0;
  std::array<double, 4> seen{};
  std::vector<std::array<double, 4>> of;  // institutions
  std::array<std::array<double, 4>, 4> by_time{};  // quarter of judged time
};

const Detector& called(std::string_view name) {
  for (const Detector* d : detectors()) {
    if (d->name == name) return *d;
  }
  throw std::runtime_error("no such detector");
}

void live(const Detector& detector, Life& life, const Plan& plan, std::uint64_t seed, Tally& tally) {
  Stage stage(plan.people, plan.window, seed);
  Roster roster(stage.known(), stage.texts);
  const auto watch = detector.open(roster, 4u << 20);
  Judge judge;
  tally.of.push_back({});
  const auto first = static_cast<std::uint32_t>(20'000 * (kDay / plan.window));
  for (int w = 0; w < plan.learn + plan.calibrate + plan.judge; ++w) {
    stage.number = first + static_cast<std::uint32_t>(w);
    stage.facts.clear();
    life.live(stage);
    std::sort(stage.facts.begin(), stage.facts.end(), [](const Fact& a, const Fact& b) { return a.time != b.time ? a.time < b.time : a.offset < b.offset; });
    for (const Fact& f : stage.facts) watch->observe(f, {roster.host(f.host), roster.user(f.user)}, judge);
    const Phase phase = w < plan.learn ? Phase::Learn : w < plan.learn + plan.calibrate ? Phase::Calibrate : Phase::Judge;
    judge.begin(0, phase);
    watch->close({stage.number, stage.begin(), plan.window}, judge);
    judge.end();
    for (const Verdict& v : judge.take()) {
      if (phase == Phase::Calibrate) ++tally.calibrated;
      if (phase != Phase::Judge) continue;
      ++tally.judged;
      tally.scored += v.score > 0 ? 1 : 0;
      for (std::size_t i = 0; i < 4; ++i) {
        if (v.p > kLevels[i]) continue;
        ++tally.seen[i], ++tally.of.back()[i];
        ++tally.by_time[static_cast<std::size_t>(4 * (w - plan.learn - plan.calibrate) / plan.judge)][i];
      }
    }
  }
  if (watch->evictions() > 0) std::printf("%llu evicted\n", static_cast<unsigned long long>(watch->evictions()));
}

std::uint64_t evicted = 0;
double most(const Tally& t, double a, double dispersion = 1) {
  const double m = t.calibrated / dispersion, n = t.judged / dispersion;
  double x = n * a;
  while (log_tail({a * m, m}, x + 1, n) > std::log(1e-5)) ++x;
  return x * dispersion;
}

struct Case {
  const char* detector;
  std::unique_ptr<Life> (*life)();
  Plan plan;
  const char* name;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Ordinary : public ::testing::TestWithParam<Case> {};

TEST_P(Ordinary, Life) {
  const Case& c = GetParam();
  Tally t;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < c.plan.institutions; ++i) live(called(c.detector), *c.life(), c.plan, 1'000 + 77u * static_cast<unsigned>(i), t);
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%-20s n %7.0f m %7.0f scored %.2f |", c.name, t.judged, t.calibrated, t.scored / t.judged);
  for (std::size_t i = 0; i < 4; ++i) {
    double sum = 0, squares = 0;
    for (const auto& x : t.of) sum += x[i], squares += x[i] * x[i];
    const double k = static_cast<double>(t.of.size()), mean = sum / k, phi = mean > 0 ? (squares / k - mean * mean) * k / (k - 1) / mean : 0;
    std::printf(" %.2e (%.0f of %.0f; phi %.1f)", t.seen[i] / t.judged, t.seen[i], most(t, kLevels[i]), phi);
  }
  std::printf(" %.1f s\n   quarters at 1e-2:", s);
  for (auto& q : t.by_time) std::printf(" %.4f", 4 * q[1] / t.judged);
  std::printf("  1e-3:");
  for (auto& q : t.by_time) std::printf(" %.5f", 4 * q[2] / t.judged);
  std::printf("\n");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LE(t.seen[i], most(t, kLevels[i])) << kLevels[i];
}

constexpr Plan kStd{36, 60, 36, 36, 48, kDay}, kMid{24, 60, 120, 36, 72, kDay};
INSTANTIATE_TEST_SUITE_P(X, Ordinary, ::testing::Values(
  Case{"access", [] { return life_of_access({0.6,0.4,0,0,300,300}); }, kStd, "access_finite"},
  Case{"templates", [] { return life_of_templates({0.6,0.4,0,0,300,300}); }, kStd, "templates_finite"},
  Case{"access", [] { return life_of_access({0.6,0.4,0,0,3000,3000}); }, kStd, "access_finite2"},
  Case{"templates", [] { return life_of_templates({0.6,0.4,0,0,3000,3000}); }, kStd, "templates_finite2"},
  Case{"execution", [] { return life_of_execution({0.6,0.4,0,0,300,300}); }, kStd, "execution_finite"},
  Case{"execution", [] { return life_of_execution({}); }, kStd, "execution"},
  Case{"execution", [] { return life_of_execution({}); }, kMid, "execution_mid"},
  Case{"access", [] { return life_of_access({}); }, kStd, "access"},
  Case{"templates", [] { return life_of_templates({0.85,0,0.15}); }, kStd, "templates_15"},
  Case{"hoarding", [] { return life_of_hoarding(0); }, kStd, "hoarding"},
  Case{"credentials", [] { return life_of_credentials(); }, kStd, "credentials"},
  Case{"dns", [] { return life_of_dns(0); }, kStd, "dns"},
  Case{"dns", [] { return life_of_dns(0.7); }, kStd, "dns_kept"},
  Case{"nxdomain", [] { return life_of_nxdomain(); }, kStd, "nxdomain"},
  Case{"egress", [] { return life_of_egress(); }, kStd, "egress"},
  Case{"beacon", [] { return life_of_beacon(); }, kStd, "beacon"},
  Case{"silence", [] { return life_of_silence(0.1); }, kStd, "silence"},
  Case{"silence", [] { return life_of_silence(0.002); }, kStd, "silence_rare"},
  Case{"alerts", [] { return life_of_alerts(); }, {36, 60, 72, 72, 96, kDay / 24}, "alerts"}));

}  // namespace
}  // namespace custos::behavior::detector_calibration
