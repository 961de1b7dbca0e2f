#include "evaluate/formulas/midas.h"

#include <algorithm>
#include <cmath>

#include "evaluate/random.h"

namespace custos::evaluate {

double midas_score(double current, double total, double tick) {
  if (tick <= 1 || total <= 0) return 0;
  const double off = current - total / tick;
  return off * off * tick * tick / (total * (tick - 1));
}

Midas::Midas(double decay) : decay_(decay) {}

std::size_t Midas::place(std::uint64_t key, std::size_t row) {
  return row * kColumns + static_cast<std::size_t>(Random(key ^ (row + 1) * 0xD6E8FEB86659FD93ull).next() % kColumns);
}

void Midas::Sketch::add(std::uint64_t key, double scale) {
  for (std::size_t row = 0; row < kRows; ++row) {
    total[place(key, row)] += 1;
    current[place(key, row)] += scale;
  }
}

double Midas::Sketch::score(std::uint64_t key, double scale, double t) const {
  double a = HUGE_VAL, s = HUGE_VAL;
  for (std::size_t row = 0; row < kRows; ++row) {
    a = std::min(a, current[place(key, row)] / scale);
    s = std::min(s, static_cast<double>(total[place(key, row)]));
  }
  return midas_score(a, s, t);
}

void Midas::go_to(std::uint64_t tick) {
  if (tick <= tick_) return;
  const double factor = std::pow(decay_, static_cast<double>(tick - tick_));
  tick_ = tick;
  constexpr double kMost = 1e200;
  // After some 600 ticks (or a long pause) the scale is taken out of the counters, before it leaves what a double holds.
  if (factor > 0 && scale_ / factor < kMost) {
    scale_ /= factor;
    return;
  }
  for (Sketch* sketch : {&edges_, &sources_, &destinations_}) {
    for (double& c : sketch->current) c = c / scale_ * factor;
  }
  scale_ = 1;
}

double Midas::score(std::uint64_t source, std::uint64_t destination, std::uint64_t tick) {
  go_to(tick);
  const std::uint64_t edge = Random(source * 0x9FB21C651E98DF25ull ^ destination).next();
  edges_.add(edge, scale_);
  sources_.add(source, scale_);
  destinations_.add(destination, scale_);
  const auto t = static_cast<double>(tick_);
  return std::max({edges_.score(edge, scale_, t), sources_.score(source, scale_, t), destinations_.score(destination, scale_, t)});
}

}  // namespace custos::evaluate
