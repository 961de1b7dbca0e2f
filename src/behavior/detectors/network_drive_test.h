// What the tests of beacon.cc and egress.cc share: facts made up by the day, through a Watch and a Judge.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "behavior/detector.h"
#include "behavior/statistics/random_test.h"

namespace custos::behavior::testing {

struct Told {
  double p = 1, score = 0;
  std::uint32_t units = 0;
  Why why;
  bool operator==(const Told& o) const { return p == o.p && score == o.score && units == o.units && why.sentence == o.why.sentence && why.evidence == o.why.evidence; }
};

class Drive {
 public:
  static constexpr std::uint32_t kFirst = 20'000;  // the first window
  explicit Drive(const Detector& detector, std::size_t memory = 64u << 20) : roster_(known_, texts_), watch_(detector.open(roster_, memory)) {}

  // `second` of the open day; facts may come in any order, and are sorted by time where they are let go.
  Fact& contact(double second, const std::string& host, const std::string& peer, double sent, const std::string& user = "", const std::string& log = "zeek conn") {
    Fact f;
    f.kind = Kind::Contact;
    f.time = static_cast<Micros>(day_) * kDay + static_cast<Micros>(second * 1e6);
    f.host = texts_.intern(host);
    f.user = texts_.intern(user);
    f.peer = texts_.intern(peer);
    f.object = texts_.intern("443/tcp");
    f.log = texts_.intern(log);
    f.sent = static_cast<float>(sent);
    f.host_ours = true;
    f.offset = ++records_;
    f.source = 1;
    facts_.push_back(f);
    return facts_.back();
  }
  // Lets the day's facts go in order of time; equal times as they came, or the other way round.
  std::map<std::string, Told> close(Phase phase, bool reversed = false) {
    if (reversed) std::reverse(facts_.begin(), facts_.end());
    std::stable_sort(facts_.begin(), facts_.end(), [](const Fact& a, const Fact& b) { return a.time < b.time; });
    for (const Fact& f : facts_) watch_->observe(f, {roster_.host(f.host), roster_.user(f.user)}, judge_);
    facts_.clear();
    judge_.begin(0, phase);
    watch_->close({day_, static_cast<Micros>(day_) * kDay, kDay}, judge_);
    judge_.end();
    ++day_;
    std::map<std::string, Told> out;
    for (Verdict& v : judge_.take()) out[std::string(roster_.text(roster_.at(v.actor).name))] = {v.p, v.score, v.units, v.why ? std::move(*v.why) : Why{}};
    return out;
  }
  TextId text(const std::string& s) { return texts_.intern(s); }
  std::uint32_t day() const { return day_ - kFirst; }
  Watch& watch() { return *watch_; }
  std::string saved() const {
    std::string s;
    Packer out(s);
    watch_->save(out);
    return s;
  }
  // As another run that begins from a saved baseline would.
  bool resume(const Drive& other) {
    const std::string s = other.saved();
    Unpacker in(s);
    day_ = other.day_;
    records_ = other.records_;
    judge_.strata() = other.judge_.strata();
    return watch_->load(in) && in.finish("a watch").has_value();
  }

 private:
  Institution known_;
  Dictionary texts_;
  Roster roster_;
  std::unique_ptr<Watch> watch_;
  Judge judge_;
  std::uint32_t day_ = kFirst;
  std::uint64_t records_ = 0;
  std::vector<Fact> facts_;
};

// At most what chance allows in 1 of 2,000 tests, for independent windows.
inline double most_by_chance(double n, double alpha) { return n * alpha + 3.3 * std::sqrt(n * alpha * (1 - alpha)) + 1; }

// Half of what it saved is refused.
inline void refuses_a_cut(Drive& drive, const Detector& detector) {
  std::string cut = drive.saved();
  cut.resize(cut.size() / 2);
  Unpacker in(cut);
  Drive other(detector);
  EXPECT_FALSE(other.watch().load(in));
}

// It had to forget, said so, and its state is within the bound, also where it is taken up again.
inline void stays_within(Drive& drive, const Detector& detector, std::size_t memory) {
  EXPECT_GT(drive.watch().evictions(), 0u);
  EXPECT_LE(drive.saved().size(), memory);
  Drive again(detector, memory);
  ASSERT_TRUE(again.resume(drive));
  EXPECT_LE(again.watch().bytes(), memory);
}

}  // namespace custos::behavior::testing
