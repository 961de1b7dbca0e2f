#include "engine/evaluation/truth_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <simdjson.h>
#include <tsl/robin_map.h>

#include "base/hash.h"
#include "base/text.h"

namespace custos::engine {
namespace truth_reading {

constexpr std::size_t kPiece = 1u << 20, kMostLine = 64u << 20;
constexpr std::uint64_t kMostRecord = (std::uint64_t{1} << 40) - 1, kMostRows = (std::uint64_t{1} << 23) - 1;

bool before(const TruthFile::Label& a, const TruthFile::Label& b) { return std::pair(+a.record, +a.row) < std::pair(+b.record, +b.row); }

std::string_view text_of(const simdjson::dom::object& o, std::string_view key) {
  std::string_view s;
  return o[key].get(s) == simdjson::SUCCESS ? s : std::string_view();
}

class Reader {
 public:
  void line(std::string_view line) {
    if (trim(line).empty()) return;
    simdjson::dom::object o;
    if (parser_.parse(line.data(), line.size()).get(o) != simdjson::SUCCESS || !row(o)) ++truth.damaged;
  }
  void damaged() { ++truth.damaged; }
  std::size_t bytes() const { return labels_ * sizeof(TruthFile::Label) * 3 / 2; }  // vectors that grow hold half as much again on average

  TruthFile truth;

 private:
  // The number of the row among the distinct ones.
  std::uint64_t number_of(const simdjson::dom::object& o) {
    const std::string_view campaign = text_of(o, "campaign"), stage = text_of(o, "stage");
    const bool background = text_of(o, "kind") == "background";
    key_.assign(campaign).append(1, '\x1f').append(stage).append(1, background ? 'b' : 'a');
    if (const auto it = numbers_.find(std::string_view(key_)); it != numbers_.end()) return it->second;
    numbers_.emplace(key_, truth.rows.size());
    truth.rows.push_back({std::string(campaign), std::string(stage), background});
    return truth.rows.size() - 1;
  }
  bool row(const simdjson::dom::object& o) {
    simdjson::dom::array events;
    if (text_of(o, "campaign").empty() || o["events"].get(events) != simdjson::SUCCESS || truth.rows.size() >= kMostRows) return false;
    const std::uint64_t number = number_of(o);
    bool whole = true;
    for (const auto e : events) {
      simdjson::dom::object event;
      std::uint64_t record = 0;
      if (e.get(event) != simdjson::SUCCESS || event["record"].get(record) != simdjson::SUCCESS || text_of(event, "file").empty() || record > kMostRecord) {
        whole = false;
        continue;
      }
      labels_of(text_of(event, "file")).push_back({record & kMostRecord, number & kMostRows, 0});
      ++labels_;
    }
    return whole;
  }
  std::vector<TruthFile::Label>& labels_of(std::string_view file) {
    const auto it = truth.files.find(file);
    return it != truth.files.end() ? it->second : truth.files[std::string(file)];
  }

  simdjson::dom::parser parser_;
  tsl::robin_map<std::string, std::uint64_t, TextHash, TextEqual> numbers_;
  std::string key_;
  std::size_t labels_ = 0;
};

struct Close {
  void operator()(std::FILE* f) const { std::fclose(f); }
};

// Hands out whole lines; one that is too long to be a row is skipped.
Result<void> each_line(const std::string& path, Reader& reader, std::size_t most_bytes) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(Code::NotFound, std::strerror(errno), path);
  std::string held;
  bool skipping = false;
  for (std::size_t n = 1; n > 0;) {
    const std::size_t kept = held.size();
    held.resize(kept + kPiece);
    n = std::fread(held.data() + kept, 1, kPiece, file.get());
    held.resize(kept + n);
    if (std::ferror(file.get()) != 0) return fail(Code::Unreadable, std::strerror(errno), path);
    std::size_t from = 0;
    for (std::size_t to = held.find('\n', kept); to != std::string::npos; from = to + 1, to = held.find('\n', from)) {
      if (!skipping) reader.line(std::string_view(held).substr(from, to - from));
      skipping = false;
    }
    held.erase(0, from);
    if (held.size() > kMostLine) {
      if (!skipping) reader.damaged();
      skipping = true;
      held.clear();
    }
    if (reader.bytes() > most_bytes) {
      return fail(Code::Usage, fmt::format("its labels alone need more than the {} MB that --memory allows", most_bytes >> 20), path);
    }
  }
  if (!skipping) reader.line(held);
  return {};
}

}  // namespace truth_reading

std::size_t TruthFile::bytes() const {
  std::size_t n = 0;
  for (const auto& [file, labels] : files) n += labels.capacity() * sizeof(Label);
  return n;
}

std::uint64_t TruthFile::unseen() const {
  std::uint64_t n = 0;
  for (const auto& [file, labels] : files) {
    for (const Label& l : labels) n += l.seen == 0 ? 1 : 0;
  }
  return n;
}

Result<TruthFile> read_truth_file(const std::string& path, std::size_t most_bytes) {
  truth_reading::Reader reader;
  if (auto ok = truth_reading::each_line(path, reader, most_bytes); !ok) return tl::unexpected<Error>(ok.error());
  if (reader.truth.rows.empty()) return fail(Code::Malformed, "holds no row of truth: one JSON object a line with campaign, stage and events", path);
  for (auto& [file, labels] : reader.truth.files) {
    if (!std::is_sorted(labels.begin(), labels.end(), truth_reading::before)) std::sort(labels.begin(), labels.end(), truth_reading::before);
    labels.shrink_to_fit();
  }
  return std::move(reader.truth);
}

std::span<const TruthFile::Label> LabelCursor::at(std::uint64_t record) {
  const auto below = [](const TruthFile::Label& l, std::uint64_t r) { return l.record < r; };
  if (next_ > 0 && labels_[next_ - 1].record >= record) {
    next_ = static_cast<std::size_t>(std::lower_bound(labels_.begin(), labels_.end(), record, below) - labels_.begin());
  }
  while (next_ < labels_.size() && labels_[next_].record < record) ++next_;
  std::size_t end = next_;
  for (; end < labels_.size() && labels_[end].record == record; ++end) labels_[end].seen = 1;
  return labels_.subspan(next_, end - next_);
}

}  // namespace custos::engine
