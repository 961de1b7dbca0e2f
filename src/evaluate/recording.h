// What a finding source may see of a stretch of data: observations in order of time, grouped by unit and stretch of time.
// Built by engine/evaluation from events; read by sources. Never holds a label.
// Observations, groups and texts live as long as the Recording.
// Immutable once finish() was called; then any thread.
// Refuses to grow past its bytes: add() returns false, left_out() counts.
#pragma once

#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "evaluate/vocabulary.h"
#include "model/finding.h"

namespace custos::evaluate {

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
  double sent = 0, received = 0;  // bytes, where the log has them; kept with seven digits
  TextId unit = kNoText;          // what groups are formed by, "host | alert type"
  TextId entity = kNoText, peer = kNoText, kind = kNoText, detail = kNoText;
  TextId log = kNoText;     // the kind of telemetry it is from, for ablations: "zeek conn"
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
  // What an observation costs at most, its texts and its rule hits aside: 24 bytes kept, 4 for its place in a group, and what sorting or
  // the sources' alarms need in passing. Measured: docs/evaluation.md, "Memory".
  static constexpr std::size_t kBytesOfAnObservation = 48;

  explicit Recording(std::size_t most_bytes = std::numeric_limits<std::size_t>::max()) : most_bytes_(most_bytes) {}

  // Observations in order, made up from columns: by value, and only what is looked at is loaded.
  class Observations {
   public:
    class Iterator {
     public:
      using iterator_category = std::input_iterator_tag;
      using value_type = Observation;
      using difference_type = std::ptrdiff_t;
      using pointer = void;
      using reference = Observation;
      Iterator(const Recording* r, std::size_t i) : r_(r), i_(i) {}
      Observation operator*() const { return r_->observation(i_); }
      Iterator& operator++() { return ++i_, *this; }
      bool operator==(const Iterator&) const = default;

     private:
      const Recording* r_;
      std::size_t i_;
    };
    explicit Observations(const Recording* r) : r_(r) {}
    std::size_t size() const { return r_->times_.size(); }
    bool empty() const { return size() == 0; }
    Observation operator[](std::size_t i) const { return r_->observation(i); }
    Observation front() const { return (*this)[0]; }
    Observation back() const { return (*this)[size() - 1]; }
    Iterator begin() const { return {r_, 0}; }
    Iterator end() const { return {r_, size()}; }

   private:
    const Recording* r_;
  };

  // Building. Texts are stored once.
  TextId intern(std::string_view text) { return words_->intern(text); }
  bool add(const Observation& o);
  void add_hit(std::uint32_t event, std::uint32_t rule) { event_hits_.push_back({event, rule}); }
  std::uint32_t add_rule(std::shared_ptr<const RuleFacts> facts);
  // Sorts by time (then order of reading), forms the groups. `moved` becomes the new place of each observation by its old one.
  void finish(const Periods& periods, Micros bucket, std::vector<std::uint32_t>& moved);
  void limit(std::size_t most_bytes) { most_bytes_ = most_bytes; }

  // An empty one with the texts and rules of another that is finished, which take() then fills from it.
  static Recording like(const Recording& other);
  void take(const Recording& from, std::size_t observation, Micros time);
  void take_hits(const Recording& from);  // of all its events; those that were not taken fall away in finish()

  // Reading.
  Observations observations() const { return Observations(this); }
  std::span<const Group> groups() const { return groups_; }  // by bucket, then by time of the first observation
  std::span<const std::uint32_t> members(const Group& g) const { return std::span(members_).subspan(g.first, g.count); }
  std::span<const RuleHit> hits() const { return hits_; }  // by observation
  const std::vector<std::shared_ptr<const RuleFacts>>& rules() const { return rules_; }
  const std::string_view& text(TextId id) const { return words_->text(id); }
  const Periods& periods() const { return periods_; }
  Micros bucket() const { return bucket_; }
  // Observations that did not fit, and how many bytes it would take to hold them too.
  std::uint64_t left_out() const { return left_out_; }
  bool truncated() const { return left_out_ > 0; }
  std::size_t bytes_wanted() const;
  bool has_peers() const { return has_peers_; }
  bool has_details() const { return has_details_; }
  bool has_bytes() const { return has_bytes_; }

 private:
  Observation observation(std::size_t i) const;
  void push(Micros time, float sent, float received, std::uint32_t subject, std::uint32_t event);
  void sort(std::vector<std::uint32_t>& moved);
  void form_groups();
  void place_hits();
  std::size_t bytes() const { return times_.size() * kBytesOfAnObservation + words_->bytes() + event_hits_.size() * 2 * sizeof(RuleHit); }

  std::size_t most_bytes_;
  std::shared_ptr<Vocabulary> words_ = std::make_shared<Vocabulary>();
  Blocks<Micros> times_;
  Blocks<float> sent_, received_;  // empty until an observation has bytes
  Blocks<std::uint32_t> subjects_, events_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> members_;
  std::vector<RuleHit> event_hits_, hits_;  // the former by event
  std::vector<std::shared_ptr<const RuleFacts>> rules_;
  Periods periods_;
  Micros bucket_ = kDay;
  std::uint64_t left_out_ = 0;
  bool has_peers_ = false, has_details_ = false, has_bytes_ = false;
};

inline Observation Recording::observation(std::size_t i) const {
  const Subject& s = words_->subject_at(subjects_[i]);
  const bool bytes = sent_.size() != 0;
  return {times_[i], bytes ? sent_[i] : 0.0, bytes ? received_[i] : 0.0, s.unit, s.entity, s.peer, s.kind, s.detail, s.log, events_[i], s.risk};
}

// The beginning of the bucket that `t` lies in, also before 1970.
Micros bucket_of(Micros t, Micros length);

}  // namespace custos::evaluate
