// How much is usual, as mean and spread of its logarithm: of a domain among its clients, of a host among its windows.
// Held by detectors/dns.cc and detectors/nxdomain.cc in entries of tables; feeds their scores.
// A plain value of 12 bytes.
// One thread.
// Refuses nothing; what was seen once or never is hardly believed.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/pack.h"

namespace custos::behavior {

class Usual {
 public:
  // y >= 0, an amount's logarithm. Beyond kMemory amounts the early ones fade.
  void learn(double y) {
    const double n = std::min<double>(n_, kMemory - 1), step = y - mean_, mean = mean_ + step / (n + 1);
    spread_ = static_cast<float>(spread_ * (n / std::max<double>(n_, 1)) + step * (y - mean));
    mean_ = static_cast<float>(mean);
    n_ = static_cast<float>(n + 1);
  }
  // What is to be expected: the mean, drawn towards nothing by one amount's weight, and more where amounts vary more than they commonly do.
  double expected() const {
    const double deviation = std::sqrt((spread_ + kBelieved * kCommon * kCommon) / (n_ + kBelieved));
    return mean_ * n_ / (n_ + 1) + 2 * std::max(0.0, deviation - kCommon);
  }
  bool known() const { return n_ > 0; }
  void merge(const Usual& other) {
    if (!known() || !other.known()) {
      if (!known()) *this = other;
      return;
    }
    const double n = n_ + other.n_;
    const double off = other.mean_ - mean_, kept = std::min(1.0, kMemory / n);
    spread_ = static_cast<float>((spread_ + other.spread_ + off * off * n_ * other.n_ / n) * kept);
    mean_ = static_cast<float>(mean_ + off * other.n_ / n);
    n_ = static_cast<float>(n * kept);
  }

  void save(Packer& out) const {
    out.f32(n_);
    out.f32(mean_);
    out.f32(spread_);
  }
  bool load(Unpacker& in) {
    n_ = in.f32();
    mean_ = in.f32();
    spread_ = in.f32();
    return in.ok() && n_ >= 0 && mean_ >= 0 && spread_ >= 0 && std::isfinite(n_ + mean_ + spread_) ? true : in.refuse();
  }

 private:
  static constexpr double kMemory = 256, kCommon = 0.5, kBelieved = 2;
  float n_ = 0, mean_ = 0, spread_ = 0;  // spread_: sum of squares about the mean
};

}  // namespace custos::behavior
