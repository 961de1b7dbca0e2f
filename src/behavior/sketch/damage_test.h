// What the tests of this folder share: made-up numbers, saving and loading, and damage.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "base/hash.h"
#include "base/pack.h"
#include "behavior/sketch/mix.h"

namespace custos::behavior::testing {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed * 0xD1342543DE82EF95u) {}
  std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15u, 0); }
  std::uint64_t below(std::uint64_t n) { return place_of(static_cast<std::uint32_t>(next() >> 32), n); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

template <class X>
std::string saved(const X& x) {
  std::string s;
  Packer out(s);
  x.save(out);
  return s;
}

template <class X>
bool loads(X& x, Bytes b) {
  Unpacker in(b);
  return x.load(in) && in.finish("a sketch");
}

enum class Form {
  Sealed,  // ends with four bytes of hash
  Bare,    // part of something sealed
};

// Saves, loads into what make() gives, saves: the same bytes. Then every cut is refused, and so are 2,000 random changes of what is sealed.
// Where the seal is right nevertheless (a forger), or there is none, what loads is sound: it can be used, and saves to the bytes it came from
// if use(x) says that it must.
template <class X, class Make, class Use>
void check_saving(const X& x, Make make, Form form, Use use) {
  const std::string good = saved(x);
  X back = make();
  ASSERT_NE(saved(back), good);
  ASSERT_TRUE(loads(back, good));
  EXPECT_EQ(saved(back), good);
  ASSERT_FALSE(loads(back, good + "x"));

  X target = make();
  const std::string untouched = saved(target);
  for (std::size_t n = 0; n < good.size(); ++n) ASSERT_FALSE(loads(target, Bytes(good).substr(0, n))) << n;
  EXPECT_EQ(saved(target), untouched);

  Draw draw(7);
  int sound = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bad = good;
    for (std::uint64_t i = 0, n = 1 + draw.below(3); i < n; ++i) {
      char& c = bad[draw.below(bad.size())];
      c = static_cast<char>(static_cast<std::uint64_t>(static_cast<unsigned char>(c)) ^ (1 + draw.below(255)));
    }
    if (bad == good) continue;
    if (form == Form::Sealed) {
      ASSERT_FALSE(loads(target, bad)) << round;
      ASSERT_EQ(saved(target), untouched);
      bad.resize(bad.size() - 4);
      Packer(bad).seal(0);
    }
    X forged = make();
    if (!loads(forged, bad)) continue;
    ++sound;
    const bool same = saved(forged) == bad;
    if (use(forged)) {
      ASSERT_TRUE(same) << round;
    }
  }
  EXPECT_GT(sound, 0);
}

}  // namespace custos::behavior::testing
