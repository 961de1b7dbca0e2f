#include "behavior/statistics/counts.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace custos::behavior {
namespace counting {
namespace {

constexpr double kLeast = 1e-300;

// ln x! - ln(sqrt(2 pi x) (x / e)^x), x > 0: Stirling's series, whose first left out term is below 1e-16 from 15 on. Smaller x by way of a greater one,
// y! = x! (x + 1) ... y; std::lgamma writes to a global, which threads would share.
double stirling_error(double x) {
  double y = x, product = 1;
  while (y < 15) product *= y += 1;
  const double square = 1 / (y * y);
  const double error = (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188.0)))) / y;
  if (x >= 15) return error;
  return error + (y + 0.5) * std::log(y) - y - std::log(product) - (x + 0.5) * std::log(x) + x;
}

// x ln(x / mean) + mean - x, for x near mean by the series of ln in (x - mean) / (x + mean), where the terms above cancel.
double deviance(double x, double mean) {
  if (std::abs(x - mean) > 0.1 * (x + mean)) return x * std::log(x / mean) + mean - x;
  const double v = (x - mean) / (x + mean);
  double sum = (x - mean) * v, power = 2 * x * v;
  for (int j = 1; j < 100; ++j) {
    power *= v * v;
    const double next = sum + power / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

// The continued fraction of Abramowitz, Stegun 26.5.8, the factor before it left out: I_z(a, b) = z^a (1 - z)^b / (a B(a, b)) * this. By Lentz's method.
// Converges fast for z below (a + 1) / (a + b + 2).
double fraction(double a, double b, double z) {
  constexpr double kTiny = 1e-300;
  double c = 1, d = 1 - (a + b) * z / (a + 1);
  d = 1 / (std::abs(d) < kTiny ? kTiny : d);
  double h = d;
  for (int m = 1; m < 200'000; ++m) {
    double factor = 1;
    for (const double e : {m * (b - m) * z / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * z / ((a + 2 * m) * (a + 2 * m + 1))}) {
      d = 1 + e * d;
      d = 1 / (std::abs(d) < kTiny ? kTiny : d);
      c = 1 + e / c;
      if (std::abs(c) < kTiny) c = kTiny;
      h *= d * c;
      factor = d * c;
    }
    if (std::abs(factor - 1) < 1e-15) break;
  }
  return h;
}

struct Parameters {
  double r, q, z;  // size, success, failure
};
Parameters parameters(const GammaRate& rate, double days) {
  const double a = std::max(rate.a, 1e-12), b = std::max(rate.b, 1e-12), n = std::max(days, 1e-12);
  return {a, b / (b + n), n / (b + n)};
}

double log_mass_of(const Parameters& p, double x) {
  if (x <= 0) return p.r * std::log1p(-p.z);
  const double n = p.r + x;
  return std::log(p.r / n) + stirling_error(n) - stirling_error(p.r) - stirling_error(x) - deviance(p.r, n * p.q) - deviance(x, n * p.z) +
         0.5 * std::log(n / (2 * std::numbers::pi * p.r * x));
}

}  // namespace
}  // namespace counting

GammaRate prior_of_peers(std::span<const double> rates, double days) {
  if (rates.empty() || !(days > 0)) return {};
  const auto n = static_cast<double>(rates.size());
  double mean = 0, variance = 0;
  for (const double r : rates) mean += std::max(0.0, r) / n;
  for (const double r : rates) variance += (std::max(0.0, r) - mean) * (std::max(0.0, r) - mean);
  mean = std::max(mean, 1 / (n * days));
  variance = rates.size() > 1 ? variance / (n - 1) - mean / days : mean * mean;
  variance = std::clamp(variance, mean * mean / 16, 400 * mean * mean);
  return {mean * mean / variance, mean / variance};
}

double log_mass(const GammaRate& rate, double x, double days) { return x < 0 ? -HUGE_VAL : counting::log_mass_of(counting::parameters(rate, days), x); }

double log_tail(const GammaRate& rate, double x, double days) {
  if (!(x > 0)) return 0;
  const counting::Parameters p = counting::parameters(rate, days);
  const double mass = counting::log_mass_of(p, x);
  if (p.z < (x + 1) / (x + p.r + 2)) return std::min(0.0, mass + std::log(counting::fraction(x, p.r, p.z)));
  const double below = std::exp(mass + std::log(x / p.r)) * counting::fraction(p.r, x, p.q);
  return std::log1p(-std::clamp(below, 0.0, 1 - 1e-15));
}

double tail_p(const GammaRate& rate, double x, double days) { return std::max(counting::kLeast, std::exp(log_tail(rate, x, days))); }

double poisson_silence(double expected) { return std::max(counting::kLeast, std::exp(-std::max(0.0, expected))); }

}  // namespace custos::behavior
