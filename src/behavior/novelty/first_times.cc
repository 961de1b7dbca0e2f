#include "behavior/novelty/first_times.h"

#include <algorithm>
#include <cmath>

namespace custos::behavior {
namespace first_timing {

constexpr double kGrain = 1.0 / 4096;     // nats
constexpr double kMostSurprise = 10'000;  // nats; three back-offs and a command line's come to less
constexpr std::size_t kMostKinds = 1u << 16;

}  // namespace first_timing

double FirstTimes::relative(std::uint16_t kind, double s) const {
  const double mean = kind < kinds_.size() && kinds_[kind].n > 0 ? kinds_[kind].grains / kinds_[kind].n * first_timing::kGrain : 0;
  return std::max(kLeast, kUsual + s - mean);
}

void FirstTimes::add(std::uint16_t kind, double s) {
  if (kind >= kinds_.size()) kinds_.resize(kind + 1u);
  ++kinds_[kind].n_now;
  kinds_[kind].grains_now += static_cast<std::uint64_t>(std::llround(std::clamp(s, 0.0, first_timing::kMostSurprise) / first_timing::kGrain));
}

void FirstTimes::close() {
  const double kept = std::exp2(-1 / kHalfLife);
  for (Kind& k : kinds_) k = {k.n * kept + static_cast<double>(k.n_now), k.grains * kept + static_cast<double>(k.grains_now), 0, 0};
}

void FirstTimes::merge(const FirstTimes& other) {
  kinds_.resize(std::max(kinds_.size(), other.kinds_.size()));
  for (std::size_t i = 0; i < other.kinds_.size(); ++i) kinds_[i].n += other.kinds_[i].n, kinds_[i].grains += other.kinds_[i].grains;
}

void FirstTimes::save(Packer& out) const {
  out.varint(kinds_.size());
  for (const Kind& k : kinds_) out.f64(k.n), out.f64(k.grains);
}

bool FirstTimes::load(Unpacker& in) {
  std::vector<Kind> kinds(in.length(16));
  if (kinds.size() > first_timing::kMostKinds) return in.refuse();
  for (Kind& k : kinds) {
    k.n = in.f64();
    k.grains = in.f64();
    if (!(k.n >= 0 && std::isfinite(k.n) && k.grains >= 0 && std::isfinite(k.grains))) return in.refuse();
  }
  if (!in.ok()) return false;
  kinds_ = std::move(kinds);
  return true;
}

}  // namespace custos::behavior
