// Events of paths or of made-up logs into a scene: a set turns each into observations, rules and sources see it without its labels.
// Used by sets/; one a scene.
// Events live during the call; the reader until the scene is run.
// One thread.
// Refuses what ingest refuses; whatever was not read whole is told to Joining::problem().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/evaluation/joining.h"
#include "ingest/ingest.h"

namespace custos::engine {

// How an event appears in the scene; a set may leave it out, move it in time, give it other names, hide its labels. Rules and sources see
// the event as it is shown; a changed event has no raw record, and the offset of each is its number in the scene.
struct Shown {
  bool part = true;
  Micros time = kNoTime;                                           // as recorded, until the set says otherwise
  std::vector<std::pair<std::string_view, std::string>> replaced;  // field, value
};

class SceneReader final : public ingest::StreamVisitor {
 public:
  // Called with the builder's number() standing at this event. `file` is the stream's name.
  using Each = std::function<void(const std::string& file, const Event& event, Shown& shown)>;

  // Fields called as `hidden` are labels: `each` alone gets them.
  SceneReader(Joining& joining, SceneBuilder& builder, std::vector<std::string> hidden = {});

  Result<void> read(const std::vector<std::string>& paths, const Each& each);
  // A log that was never a file.
  void read_text(const std::string& name, std::string_view text, const Each& each);
  // After the last read: correlations see all of it, and what was not read whole is told.
  Result<void> finish();
  // Of a look that has no scene: tells what was not read whole, or forgets it.
  void tell_problems();
  void forget_problems() { problems_.clear(); }

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override;
  void problem(const std::string& name, ReadState state, const std::string& why) override;
  void progress(std::uint64_t) override {}

 private:
  void take(Batch& batch, const std::string& file);
  void copy(const Batch& batch, std::size_t i, const Shown& shown);

  Joining& joining_;
  SceneBuilder& builder_;
  std::vector<std::string> hidden_;
  const Each* each_ = nullptr;
  std::unique_ptr<Names> names_;
  std::unique_ptr<LogSources> log_sources_;
  Batch batch_, shown_;
  std::unique_ptr<rules::Correlations> correlations_;
  std::unique_ptr<rules::Matcher> matcher_;
  std::vector<std::uint32_t> numbers_;  // by event of shown_
  std::vector<std::pair<std::string, std::string>> problems_;
  std::uint32_t source_ = 0;
};

}  // namespace custos::engine
