// Made-up ordinary life for the tests of this layer: actors with habits, the same on every machine.
// Included by analysis_test.cc, calibration_test.cc and the detectors' tests.
// Facts hold texts of the dictionary given.
// One thread.
// Refuses nothing.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "behavior/fact.h"
#include "behavior/statistics/random_test.h"

namespace custos::behavior::testing {

inline constexpr Micros kHour = kDay / 24;

// A fact of somebody, at a time; offset is the place.
inline Fact fact_at(Kind kind, Micros time, std::uint64_t offset) {
  Fact f;
  f.kind = kind;
  f.time = time;
  f.offset = offset;
  return f;
}

// Days of users who open files, start programs and log on, and of records of their computers; nobody's habits change, so nothing of it is news.
class Life {
 public:
  Life(int actors, std::uint64_t seed) : actors_(actors), seed_(seed) {}

  // Facts of a day, in order. A day depends on its number alone.
  std::vector<Fact> day(int number, Dictionary& texts) const {
    Draws d{seed_ + 7919u * static_cast<std::uint64_t>(number)};
    std::vector<Fact> out;
    const double rhythm = (number + 4) % 7 == 0 || (number + 4) % 7 == 6 ? 0.3 : 1;
    for (int a = 0; a < actors_; ++a) {
      const double lively = rhythm * (0.5 + (a % 5)) * std::exp(0.5 * d.normal());  // Poisson of a log-normal mean: more than Poisson's variance
      for (int n = 1 + d.poisson(6 * lively); n > 0; --n) out.push_back(one(d, number, a, texts));
    }
    std::sort(out.begin(), out.end(), [](const Fact& x, const Fact& y) { return x.time < y.time; });
    for (std::size_t i = 0; i < out.size(); ++i) out[i].offset = static_cast<std::uint64_t>(number) * 100'000 + i;
    return out;
  }

 private:
  // Zipf by the inverse: rank n with weight 1 / n, over so many.
  static int zipf(Draws& d, int most) { return static_cast<int>(std::pow(most + 1.0, d.uniform())); }

  Fact one(Draws& d, int number, int a, Dictionary& texts) const {
    Fact f = fact_at(Kind::Trace, number * kDay + static_cast<Micros>(d.uniform() * kDay), 0);
    f.host = texts.intern(fmt::format("ws-{:03}", a));
    f.user = texts.intern(fmt::format("u{:03}", a));
    f.log = texts.intern("windows security");
    f.host_ours = true;
    // A third of what one does is everybody's, the rest one's own.
    const int whose = d.uniform() < 0.3 ? 0 : a + 1, rank = zipf(d, 300);
    switch (d.next() % 4) {
      case 0:
        f.kind = Kind::Access;
        f.peer = texts.intern(fmt::format("\\\\fs\\s{}", whose % 7));
        f.object = texts.intern(fmt::format("d{}\\e{}\\f{}", whose, rank % 17, rank));
        break;
      case 1:
        f.kind = Kind::Run;
        f.peer = texts.intern(fmt::format("explorer > p{}", rank % 40 + whose % 3));
        f.object = texts.intern(fmt::format("p{} -o {}", rank % 40, "abcdefghij"[rank % 10]));
        break;
      case 2:
        f.kind = Kind::Logon;
        f.host = texts.intern(fmt::format("srv-{}", (whose + rank) % 50));
        f.object = texts.intern("kerberos 3");
        break;
      default: f.object = texts.intern(fmt::format("kind {}", rank + whose % 5)); break;
    }
    return f;
  }

  int actors_;
  std::uint64_t seed_;
};

}  // namespace custos::behavior::testing
