#include "behavior/sketch/decayed.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace custos::behavior {
namespace decaying {
namespace {

constexpr double kMost = std::numeric_limits<double>::max();

}  // namespace
}  // namespace decaying

DecayedCounter::DecayedCounter(Micros half_life) : half_life_(std::max<Micros>(half_life, 1)) {}

double DecayedCounter::left_after(Micros from, Micros to) const {
  // Unsigned: the distance of any two times fits.
  const auto passed = static_cast<double>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
  return std::exp2(-passed / static_cast<double>(half_life_));
}

void DecayedCounter::add(Micros t, double x) {
  if (t == kNoTime || !std::isfinite(x)) return;
  if (latest_ == kNoTime) {
    value_ = x;
    latest_ = t;
  } else if (t >= latest_) {
    value_ = std::clamp(value_ * left_after(latest_, t) + x, -decaying::kMost, decaying::kMost);
    latest_ = t;
  } else {
    value_ = std::clamp(value_ + x * left_after(t, latest_), -decaying::kMost, decaying::kMost);
  }
}

double DecayedCounter::at(Micros t) const { return t <= latest_ ? value_ : value_ * (latest_ == kNoTime ? 0 : left_after(latest_, t)); }

bool DecayedCounter::merge(const DecayedCounter& other) {
  if (other.half_life_ != half_life_) return false;
  add(other.latest_, other.value_);
  return true;
}

void DecayedCounter::save(Packer& out) const {
  out.varint(static_cast<std::uint64_t>(half_life_));
  out.signed_varint(latest_);
  out.f64(value_);
}

bool DecayedCounter::load(Unpacker& in) {
  const std::uint64_t half_life = in.varint();
  const Micros latest = in.signed_varint();
  const double value = in.f64();
  if (half_life < 1 || half_life > static_cast<std::uint64_t>(std::numeric_limits<Micros>::max()) || !std::isfinite(value)) return in.refuse();
  if (latest == kNoTime && value != 0) return in.refuse();
  if (!in.ok()) return false;
  half_life_ = static_cast<Micros>(half_life);
  latest_ = latest;
  value_ = value;
  return true;
}

}  // namespace custos::behavior
