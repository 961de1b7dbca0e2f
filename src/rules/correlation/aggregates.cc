#include "rules/correlation/aggregates.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace custos::rules::correlation {
namespace aggregating {
namespace {

constexpr double kWholeBound = 4611686018427387904.0;  // 2^62

__extension__ typedef unsigned __int128 Wide;

bool is_whole(double value) { return std::fabs(value) < kWholeBound && value == std::trunc(value); }

}  // namespace
}  // namespace aggregating

std::optional<Number> parse_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  // from_chars takes "inf" and "nan"; a number here starts with a digit, or with a point and a digit.
  if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || (digits[0] == '.' && digits.size() > 1)))
    return std::nullopt;
  Number out;
  const char* end = text.data() + text.size();
  if (const auto r = std::from_chars(text.data(), end, out.integer); r.ec == std::errc() && r.ptr == end) {
    out.whole = true;
    out.value = static_cast<double>(out.integer);
    return out;
  }
  const auto r = std::from_chars(text.data(), end, out.value);
  if (r.ec != std::errc() || r.ptr != end || !std::isfinite(out.value)) return std::nullopt;
  if (out.value == 0) out.value = 0;  // minus zero is zero
  return out;
}

void ExactSum::change(double value, int sign) {
  if (aggregating::is_whole(value)) {
    whole_ += static_cast<Wide>(static_cast<std::int64_t>(value)) * sign;
    return;
  }
  if (!limbs_) limbs_ = std::make_unique<Limbs>(Limbs{});
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // value = fraction * 2^exponent, 0.5 <= |fraction| < 1
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));  // exact
  const int at = exponent - 53 - kLowest;
  auto bits = static_cast<aggregating::Wide>(mantissa < 0 ? -mantissa : mantissa) << (at % 32);
  const std::int64_t direction = (mantissa < 0 ? -1 : 1) * sign;
  for (auto limb = static_cast<std::size_t>(at / 32); bits != 0; ++limb, bits >>= 32) {
    (*limbs_)[limb] += direction * static_cast<std::int64_t>(static_cast<std::uint32_t>(bits));
  }
  if (++unsettled_ == (1u << 30)) {
    carry(*limbs_);
    unsettled_ = 0;
  }
}

// Afterwards every limb but the highest lies in [0, 2^32).
void ExactSum::carry(Limbs& limbs) {
  for (std::size_t i = 0; i + 1 < kLimbs; ++i) {
    const std::int64_t over = limbs[i] >> 32;
    limbs[i] -= over * (std::int64_t{1} << 32);
    limbs[i + 1] += over;
  }
}

double ExactSum::value() const {
  Limbs sum = limbs_ ? *limbs_ : Limbs{};
  constexpr std::size_t unit = -kLowest / 32;
  Wide rest = whole_;
  for (std::size_t i = unit; i < unit + 4; ++i, rest >>= 32)
    sum[i] += static_cast<std::int64_t>(static_cast<std::uint32_t>(rest));
  sum[unit + 4] += static_cast<std::int64_t>(rest);  // 0 or -1: what is left of the sign
  carry(sum);
  const bool negative = sum[kLimbs - 1] < 0;
  if (negative) {
    for (auto& limb : sum) limb = -limb;
    carry(sum);
  }
  std::size_t top = kLimbs;
  while (top > 0 && sum[top - 1] == 0) --top;
  if (top == 0) return 0;
  --top;
  // 64 leading bits, the last one sticky: enough to round once and rightly.
  aggregating::Wide head = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    head = (head << 32) | (top >= i ? static_cast<std::uint32_t>(sum[top - i]) : 0u);
  }
  bool sticky = false;
  for (std::size_t i = 0; i + 3 <= top; ++i) sticky = sticky || sum[i] != 0;
  const int width = static_cast<int>(std::bit_width(static_cast<std::uint32_t>(sum[top]))) + 64;
  const int drop = width - 64;
  auto lead = static_cast<std::uint64_t>(head >> drop);
  if (sticky || (head & ((static_cast<aggregating::Wide>(1) << drop) - 1)) != 0) lead |= 1;
  const double size = std::ldexp(static_cast<double>(lead), kLowest + (static_cast<int>(top) - 2) * 32 + drop);
  return negative ? -size : size;
}

void Quantile::add(double value) {
  if (!low_.empty() && value < *low_.rbegin()) {
    low_.insert(value);
  } else {
    high_.insert(value);
  }
  balance();
}

void Quantile::remove(double value) {
  if (const auto it = low_.find(value); it != low_.end()) {
    low_.erase(it);
  } else if (const auto other = high_.find(value); other != high_.end()) {
    high_.erase(other);
  }
  balance();
}

void Quantile::balance() {
  if (size() == 0) return;
  const auto wanted = static_cast<std::size_t>(rank()) + 1;
  while (low_.size() < wanted) low_.insert(high_.extract(high_.begin()));
  while (low_.size() > wanted) high_.insert(low_.extract(std::prev(low_.end())));
}

double Quantile::value() const {
  const double at = rank();
  const double below = *low_.rbegin();
  const double part = at - std::floor(at);
  if (part == 0 || high_.empty()) return below;
  return below + part * (*high_.begin() - below);
}

}  // namespace custos::rules::correlation
