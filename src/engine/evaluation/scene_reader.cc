#include "engine/evaluation/scene_reader.h"

#include <algorithm>
#include <cstring>

#include "engine/reading/read_stream.h"

namespace custos::engine {
namespace scene_reading {

class Text final : public ingest::ByteStream {
 public:
  explicit Text(std::string_view text) : left_(text) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t n = std::min(size, left_.size());
    if (n > 0) std::memcpy(to, left_.data(), n);
    left_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view left_;
};

}  // namespace scene_reading

SceneReader::SceneReader(Joining& joining, SceneBuilder& builder, std::vector<std::string> hidden)
    : joining_(joining),
      builder_(builder),
      hidden_(std::move(hidden)),
      names_(std::make_unique<Names>(joining.options().limits.names)),
      log_sources_(std::make_unique<LogSources>()),
      batch_(*names_, *log_sources_),
      shown_(*names_, *log_sources_) {
  if (!joining.program()) return;
  correlations_ = rules::make_correlations(joining.program());
  matcher_ = rules::make_matcher(joining.program(), correlations_.get(), {});
}

Result<void> SceneReader::read(const std::vector<std::string>& paths, const Each& each) {
  auto walk = ingest::walk(paths, joining_.options().limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  each_ = &each;
  for (const auto& u : walk->unreadable) problem(u.name, ReadState::Unread, u.why);
  for (const auto& f : walk->files) ingest::visit(f, joining_.options().limits, *this);
  each_ = nullptr;
  return {};
}

void SceneReader::read_text(const std::string& name, std::string_view text, const Each& each) {
  each_ = &each;
  scene_reading::Text bytes(text);
  stream({name, kNoTime, text.size(), {}}, bytes);
  each_ = nullptr;
}

void SceneReader::stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) {
  ++source_;
  const auto outcome = read_stream(info, bytes, info.modified, batch_, joining_.options().limits, [&](Batch& batch) { take(batch, info.name); });
  if (outcome.state != ReadState::Whole) problem(info.name, outcome.state, outcome.why);
}

void SceneReader::problem(const std::string& name, ReadState, const std::string& why) { problems_.emplace_back(name, why); }

void SceneReader::tell_problems() {
  for (const auto& [name, why] : problems_) joining_.problem(name, why);
  problems_.clear();
}

void SceneReader::copy(const Batch& batch, std::size_t i, const Shown& shown) {
  const Record& r = batch.record(i);
  const auto hidden = [&](std::string_view name) { return std::find(hidden_.begin(), hidden_.end(), name) != hidden_.end(); };
  const bool changed = !hidden_.empty() || !shown.replaced.empty() || shown.time != r.time;
  // Correlations name their events by offset: with the number there, no list of all events' places is needed.
  shown_.begin(changed ? std::string_view{} : r.raw, builder_.number(), r.number);
  for (const Field& f : batch.fields(i)) {
    const std::string_view name = names_->text(f.name);
    const auto other = std::find_if(shown.replaced.begin(), shown.replaced.end(), [&](const auto& x) { return x.first == name; });
    if (other != shown.replaced.end()) {
      shown_.add(f.name, shown_.arena().keep(other->second));
    } else if (!hidden(name)) {
      shown_.add(f.name, f.text(), f.type, changed ? kNoPlace : f.at);
    }
  }
  shown_.pending_record().time = shown.time;
  shown_.pending_record().log_source = r.log_source;
  shown_.end();
}

void SceneReader::take(Batch& batch, const std::string& file) {
  shown_.clear();
  numbers_.clear();
  Shown shown;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    shown = {};
    shown.time = batch.record(i).time;
    (*each_)(file, batch[i], shown);
    if (!shown.part) {
      builder_.forget_marks();
      continue;
    }
    copy(batch, i, shown);
    numbers_.push_back(builder_.number());
    builder_.next_number();
  }
  if (matcher_ && !shown_.empty()) {
    matcher_->match(shown_, source_, [&](const rules::Hit& h) { builder_.hit(numbers_[h.event.index()], h.rule, joining_.program()->facts(h.rule)); });
  }
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    for (OpenRun& open : builder_.runs()) open.run->event(shown_[i], numbers_[i]);
  }
}

Result<void> SceneReader::finish() {
  tell_problems();
  if (!correlations_) return {};
  const auto totals = correlations_->run([&](const rules::Correlated& c) {
    for (const auto& e : c.events) builder_.hit(static_cast<std::uint32_t>(e.offset), c.rule, joining_.program()->facts(c.rule));
  });
  if (!totals) return tl::unexpected<Error>(totals.error());
  return {};
}

}  // namespace custos::engine
