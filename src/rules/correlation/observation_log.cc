#include "rules/correlation/observation_log.h"

#include <algorithm>
#include <memory>

#include "base/files/merge_runs.h"
#include "rules/correlation/codec.h"

namespace custos::rules::correlation {
void put_observation(std::string& out, const Observation& o) {
  put_signed(out, o.time);
  put_id(out, o.id);
  put(out, o.rules.size());
  for (const std::uint32_t rule : o.rules) put(out, rule);
  put(out, o.fields.size());
  std::string scratch;
  for (const FieldText& field : o.fields) {
    put(out, field.field);
    put_text(out, bounded_text(field.text, scratch));
  }
}

Observation read_observation(Reader& in, std::vector<std::uint32_t>& rules, std::vector<FieldText>& fields) {
  Observation o;
  o.time = in.signed_number();
  o.id = in.id();
  rules.resize(in.count(1));
  for (auto& rule : rules) rule = in.number32();
  fields.resize(in.count(2));
  for (auto& field : fields) {
    field.field = in.number32();
    field.text = in.text();
  }
  o.rules = rules;
  o.fields = fields;
  return o;
}

// Goes through one sorted run, in memory or in the file.
class MergeCursor {
 public:
  explicit MergeCursor(const ObservationLog& log) : log_(log) {}
  MergeCursor(const ObservationLog& log, ObservationLog::Run run)
      : log_(log), in_file_(true), next_(run.first), last_(run.last) {}

  // False at the end; then failed() tells whether it was a true end.
  bool advance() {
    std::string_view body;
    if (in_file_ ? !read_body(body) : !next_body(body)) return false;
    Reader in(body);
    observation_ = read_observation(in, rules_, fields_);
    broken_ = in.bad();
    return !broken_;
  }
  const Observation& observation() const { return observation_; }
  bool failed() const { return broken_; }

 private:
  bool next_body(std::string_view& body) {
    if (next_ == log_.places_.size()) return false;
    Reader in(std::string_view(log_.bytes_).substr(log_.places_[next_++].at));
    body = in.text();
    return true;
  }

  bool read_body(std::string_view& body) {
    for (int round = 0; round < 3; ++round) {
      Reader in(std::string_view(buffer_).substr(used_));
      body = in.text();
      if (!in.bad()) {
        used_ += in.at();
        return true;
      }
      if (used_ == buffer_.size() && next_ == last_) return false;
      if (!fill()) break;
    }
    broken_ = true;
    return false;
  }

  // The next part of the run; at least as much as the record at hand needs.
  bool fill() {
    buffer_.erase(0, used_);
    used_ = 0;
    Reader in(buffer_);
    const std::uint64_t wanted = in.number();  // zero where even the length is cut
    const std::uint64_t bytes =
        std::min<std::uint64_t>(std::max<std::uint64_t>(log_.options_.read_bytes, wanted + 16), last_ - next_);
    const std::size_t had = buffer_.size();
    if (bytes == 0) return false;
    buffer_.resize(had + bytes);
    if (!log_.file_.read(next_, buffer_.data() + had, bytes)) return false;
    next_ += bytes;
    return true;
  }

  const ObservationLog& log_;
  bool in_file_ = false, broken_ = false;
  std::uint64_t next_ = 0, last_ = 0;  // place in memory, or bytes in the file
  std::string buffer_;
  std::size_t used_ = 0;
  Observation observation_;
  std::vector<std::uint32_t> rules_;
  std::vector<FieldText> fields_;
};

void ObservationLog::clear() {
  file_.clear();
  bytes_ = {};
  places_ = {};
  runs_.clear();
}

Result<void> ObservationLog::add(const Observation& observation) {
  if (observation.time == kNoTime) {
    ++without_time_;
    return {};
  }
  ++added_;
  std::string body;
  put_observation(body, observation);
  places_.push_back({observation.time, observation.id, bytes_.size()});
  put_text(bytes_, body);
  if (bytes_.size() + places_.size() * sizeof(Place) < options_.memory_bytes) return {};
  return spill();
}

void ObservationLog::sort() {
  std::stable_sort(places_.begin(), places_.end(),
                   [](const Place& a, const Place& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
}

Result<void> ObservationLog::spill() {
  sort();
  Run run{file_.size(), 0};
  std::string out;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Reader in(std::string_view(bytes_).substr(places_[i].at));
    put_text(out, in.text());
    if (out.size() < (1u << 20) && i + 1 < places_.size()) continue;
    if (auto written = file_.append(out); !written) return written;
    out.clear();
  }
  run.last = file_.size();
  runs_.push_back(run);
  bytes_.clear();
  places_.clear();
  return {};
}

Result<void> ObservationLog::merge(std::span<ObservationLog* const> logs,
                                   const std::function<void(const Observation&)>& sink) {
  std::vector<std::unique_ptr<MergeCursor>> cursors;
  for (ObservationLog* log : logs) {
    log->sort();
    for (const Run& run : log->runs_) cursors.push_back(std::make_unique<MergeCursor>(*log, run));
    cursors.push_back(std::make_unique<MergeCursor>(*log));
  }
  const auto before = [](const MergeCursor& a, const MergeCursor& b) {
    return std::tie(a.observation().time, a.observation().id) < std::tie(b.observation().time, b.observation().id);
  };
  const bool whole = merge_runs(cursors, before, [&sink](const MergeCursor& c) { sink(c.observation()); });
  for (ObservationLog* log : logs) log->clear();
  if (!whole)
    return fail(Code::Unreadable,
                "the temporary file for correlations could not be read back; correlations are incomplete");
  return {};
}

}  // namespace custos::rules::correlation
