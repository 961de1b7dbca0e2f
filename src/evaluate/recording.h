// What a finding source may see of a stretch of data: observations in order of time, grouped by unit and stretch of time.
// Built by engine/evaluation from events; read by sources. Never holds a label.
// Observations, groups and texts live as long as the Recording.
// Immutable once finish() was called; then any thread.
// Refuses to grow past most_observations: add() returns false and truncated() says so.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/time.h"
#include "model/finding.h"

namespace custos::evaluate {

using TextId = std::uint32_t;
inline constexpr TextId kNoText = 0;  // ""

enum class Period : std::uint8_t { Learn, Calibrate, Test };

// Frozen before a source runs: [begin, calibrate) to learn from, [calibrate, test) benign and for calibration, [test, end) counts.
struct Periods {
  Micros begin = kNoTime, calibrate = kNoTime, test = kNoTime, end = kNoTime;
  Period at(Micros t) const { return t < calibrate ? Period::Learn : t < test ? Period::Calibrate : Period::Test; }
  // Calendar days (UTC) that the test touches.
  std::uint64_t test_days() const;
};

// An event as it concerns one entity. An event that concerns several is several observations of the same `event`.
struct Observation {
  Micros time = kNoTime;          // the one that counts: sets may shift events in time
  double sent = 0, received = 0;  // bytes, where the log has them
  TextId unit = kNoText;          // what groups are formed by, "host | alert type"
  TextId entity = kNoText, peer = kNoText, kind = kNoText, detail = kNoText;
  std::uint32_t event = 0;  // in order of reading, from 0
  float risk = 0;           // of the event itself, where it is an alert of another tool
};

// The observations of one unit in one bucket (stretch of time) of the set.
struct Group {
  Micros bucket = 0;                                                        // its beginning
  TextId unit = kNoText, entity = kNoText, peer = kNoText, kind = kNoText;  // of its first observation
  std::uint32_t first = 0, count = 0;                                       // in Recording::members
};

// A rule that held on an event, for each of its observations.
struct RuleHit {
  std::uint32_t observation = 0;
  std::uint32_t rule = 0;  // in Recording::rules
};

class Recording {
 public:
  explicit Recording(std::size_t most_observations = 12'000'000) : most_(most_observations) { intern({}); }
  Recording(Recording&&) = default;
  Recording& operator=(Recording&&) = default;

  // Building. Texts are stored once.
  TextId intern(std::string_view text);
  bool add(const Observation& o);
  void add_hit(std::uint32_t event, std::uint32_t rule) { event_hits_.push_back({event, rule}); }
  std::uint32_t add_rule(std::shared_ptr<const RuleFacts> facts);
  // Sorts by time (then order of reading), forms the groups. `moved` becomes the new place of each observation by its old one.
  void finish(const Periods& periods, Micros bucket, std::vector<std::uint32_t>& moved);

  // Reading.
  std::span<const Observation> observations() const { return observations_; }
  std::span<const Group> groups() const { return groups_; }  // by bucket, then by time of the first observation
  std::span<const std::uint32_t> members(const Group& g) const { return std::span(members_).subspan(g.first, g.count); }
  std::span<const RuleHit> hits() const { return hits_; }  // by observation
  const std::vector<std::shared_ptr<const RuleFacts>>& rules() const { return rules_; }
  const std::string_view& text(TextId id) const { return texts_[id]; }
  const Periods& periods() const { return periods_; }
  Micros bucket() const { return bucket_; }
  bool truncated() const { return truncated_; }
  bool has_peers() const { return has_peers_; }
  bool has_details() const { return has_details_; }
  bool has_bytes() const { return has_bytes_; }

 private:
  void form_groups();
  void place_hits();

  std::size_t most_;
  Arena arena_;
  std::vector<std::string_view> texts_;
  tsl::robin_map<std::string_view, TextId, TextHash, TextEqual> ids_;
  std::vector<Observation> observations_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> members_;
  std::vector<RuleHit> event_hits_, hits_;  // the former by event
  std::vector<std::shared_ptr<const RuleFacts>> rules_;
  Periods periods_;
  Micros bucket_ = kDay;
  bool truncated_ = false, has_peers_ = false, has_details_ = false, has_bytes_ = false;
};

// The beginning of the bucket that `t` lies in, also before 1970.
Micros bucket_of(Micros t, Micros length);

}  // namespace custos::evaluate
