// The latest contacts of a pair: when they began and how much was sent, in a few bytes, and how regular they are.
// Held by detectors/beacon.cc in its tables, one a pair; feeds its score.
// Plain values, saved with the tables they are in.
// One thread.
// Refuses nothing; of more than N contacts the oldest go, and a pause is known up to 497 days.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/pack.h"
#include "base/time.h"
#include "behavior/fact.h"

namespace custos::behavior {

// A contact is a chain of records with pauses below a second: what trickles in together counts once, with the largest amount sent, so that the
// order of equal times makes no difference.
template <std::size_t N>
class Contacts {
 public:
  static constexpr Micros kTick = 10'000;
  static constexpr Micros kMerge = kSecond;

  // Whether it is another contact, not more of the last one.
  bool add(Micros t, std::uint8_t size) {
    fine_ = fine_ || t % kSecond != 0;
    if (count_ > 0 && t - latest_ < kMerge) {
      latest_ = std::max(latest_, t);
      sizes_[at(0)] = std::max(sizes_[at(0)], size);
      return false;
    }
    const std::int64_t pause = count_ > 0 ? t / kTick - begun_ : 0;
    begun_ = t / kTick;
    latest_ = t;
    next_ = static_cast<std::uint8_t>((next_ + 1) % N);
    count_ = static_cast<std::uint8_t>(std::min<std::size_t>(count_ + 1u, N));
    pauses_[at(0)] = static_cast<std::uint32_t>(std::min<std::int64_t>(pause, 0xFFFFFFFF));
    sizes_[at(0)] = size;
    return true;
  }

  std::size_t count() const { return count_; }
  bool fine() const { return fine_; }  // times have parts of a second
  // When contacts that are not older than `oldest` before the last began, in order.
  std::vector<Micros> times(Micros oldest) const {
    std::vector<Micros> out;
    std::int64_t t = begun_;
    for (std::size_t i = 0; i < count_ && (begun_ - t) * kTick <= oldest; ++i) {
      out.push_back(t * kTick);
      t -= pauses_[at(i)];
    }
    std::reverse(out.begin(), out.end());
    return out;
  }
  // Of the last n contacts, the newest first.
  std::vector<std::uint8_t> sizes(std::size_t n) const {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i < std::min<std::size_t>(n, count_); ++i) out.push_back(sizes_[at(i)]);
    return out;
  }
  // All that a smaller ring knows.
  template <std::size_t M>
  void take(const Contacts<M>& other) {
    static_assert(M <= N);
    *this = {};
    for (std::size_t i = other.count_; i-- > 0;) {
      next_ = static_cast<std::uint8_t>((next_ + 1) % N);
      ++count_;
      pauses_[at(0)] = other.pauses_[other.at(i)];
      sizes_[at(0)] = other.sizes_[other.at(i)];
    }
    begun_ = other.begun_;
    latest_ = other.latest_;
    fine_ = other.fine_;
  }

  // The latest contacts of both, in order; what both saw is one.
  template <std::size_t M>
  void merge(const Contacts<M>& other) {
    if (count_ == 0) return take(other);
    if (other.count_ == 0) return;
    std::vector<std::pair<Micros, std::uint8_t>> all;
    const auto list = [&all](const auto& of) {
      const auto t = of.times(std::numeric_limits<Micros>::max());
      const auto s = of.sizes(of.count());
      for (std::size_t i = 0; i < t.size(); ++i) all.emplace_back(t[i], s[t.size() - 1 - i]);
    };
    list(*this);
    list(other);
    std::sort(all.begin(), all.end());
    const bool fine = fine_ || other.fine_;
    const Micros latest = std::max(latest_, other.latest_);
    *this = {};
    for (const auto& [t, size] : all) add(t, size);
    fine_ = fine;
    latest_ = latest;
  }

  void save(Packer& out) const {
    out.u8(static_cast<std::uint8_t>(count_ << 1 | (fine_ ? 1 : 0)));
    out.signed_varint(begun_);
    out.signed_varint(latest_);
    for (std::size_t i = count_; i-- > 0;) {
      out.varint(pauses_[at(i)]);
      out.u8(sizes_[at(i)]);
    }
  }
  [[nodiscard]] bool load(Unpacker& in) {
    *this = {};
    const std::uint8_t both = in.u8();
    begun_ = in.signed_varint();
    latest_ = in.signed_varint();
    fine_ = (both & 1) != 0;
    const auto sound = [](Micros t) { return t >= 0 && t < kEndOfFacts; };
    if (!in.ok() || both >> 1 > static_cast<int>(N) || !sound(latest_) || begun_ < 0 || begun_ >= kEndOfFacts / kTick) return in.refuse();
    for (int i = 0; i < both >> 1; ++i) {
      next_ = static_cast<std::uint8_t>((next_ + 1) % N);
      ++count_;
      const std::uint64_t pause = in.varint();
      if (pause > 0xFFFFFFFF) return in.refuse();
      pauses_[at(0)] = static_cast<std::uint32_t>(pause);
      sizes_[at(0)] = in.u8();
    }
    return in.ok();
  }

 private:
  static_assert(N > 0 && N <= 64);
  template <std::size_t M>
  friend class Contacts;
  // Place of the contact `back` before the last.
  std::size_t at(std::size_t back) const { return (next_ + N - back) % N; }

  std::int64_t begun_ = 0;  // the last contact, in ticks
  Micros latest_ = 0;       // its last record
  std::array<std::uint32_t, N> pauses_{};  // ticks from the contact before to this one
  std::array<std::uint8_t, N> sizes_{};
  std::uint8_t next_ = 0, count_ = 0;
  bool fine_ = false;
};

// Bytes to eight steps a doubling; 0: none, or not known.
std::uint8_t size_code(double bytes);
double size_of_code(std::uint8_t code);

// How regular times are.
struct Rhythm {
  double surprise = 0;     // -ln of the chance under arrivals that know nothing of each other, within [0, kMost]
  double spread = 1;       // MAD / median of gaps
  double spread_p = 1, phase_p = 1;
  double median = 0, mad = 0, period = 0;  // seconds; period: the one whose phase is kept best
  std::size_t gaps = 0;
  std::uint32_t slept = 0;
  std::vector<double> seconds;  // the gaps
  // No script's clock is more of a beacon than another's: beyond 1e-5 it is the destination that tells.
  static constexpr double kMost = 11.5;
};
Rhythm rhythm_of(const std::vector<Micros>& times, bool fine);

// The share of sizes within the three neighbouring codes that hold most; nothing known (only zeros): 0.
struct Sizes {
  double share = 0;
  double bytes = 0;  // the middle of the three
};
Sizes sizes_of(const std::vector<std::uint8_t>& codes);

}  // namespace custos::behavior
