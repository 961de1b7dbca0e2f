// The door of the rules layer: load Sigma rules, compile them, match batches, run correlations.
// Called by engine/ only; feeds findings through HitSink.
// A Program is immutable and shared; a Matcher belongs to one worker and to one pair of Names and LogSources.
// Program: any thread. Matcher and Correlator: one thread.
// Refuses documents one by one (each with a reason), never a whole folder for one bad file.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/batch.h"
#include "model/coverage.h"
#include "model/finding.h"

namespace custos::rules {

using Placeholders = std::map<std::string, std::vector<std::string>>;

struct RuleText {
  std::string path;
  std::string text;
};

struct LoadOptions {
  Placeholders placeholders;                   // values for |expand
  std::vector<RuleText> pipelines;             // the user's pipelines, applied in order to every rule
  std::vector<RuleText> telemetry_pipelines;   // shipped ones, applied by log source (content/pipelines)
};

// What became of one document.
struct LoadReport {
  std::string path, id, title;
  bool loaded = false;
  std::string kind;    // detection, correlation, filter; empty when it could not even be told
  std::string reason;  // why it was refused
};

class Program {
 public:
  virtual ~Program() = default;
  virtual std::size_t size() const = 0;  // rules and correlations
  virtual const std::shared_ptr<const RuleFacts>& facts(std::size_t rule) const = 0;
  // "windows/process_creation": the log source a rule speaks of, as written.
  virtual std::string log_source(std::size_t rule) const = 0;
  // Whether hits of this rule are findings, or only feed correlations.
  virtual bool reports(std::size_t rule) const = 0;
  virtual std::string explain(std::size_t rule, const Event& event) const = 0;
};

struct Loaded {
  std::shared_ptr<const Program> program;
  std::vector<LoadReport> reports;
};

Result<Loaded> load(const std::vector<RuleText>& files, const LoadOptions& options);

// 'Image endswith \cmd.exe and not (User = alice or User = bob)' as a rule that meets every event; docs/guide/hunting.md has all of it. An expression that is
// none is an error that begins with the column.
Result<RuleText> rule_of_expression(std::string_view expression);

// One rule matched one event. Valid during the call.
struct Hit {
  std::size_t rule;
  Event event;
  std::span<const Match> matched;  // offsets count from the raw record's first byte
  std::string_view pipeline;
};

class Matcher {
 public:
  virtual ~Matcher() = default;
  // Calls `sink` for every rule that reports() and matches, event by event, rules in load order; feeds correlations.
  // `source` is the ordinal of the stream the batch is from: it names events to correlations and breaks ties of time.
  virtual void match(const Batch& batch, std::uint32_t source, const std::function<void(const Hit&)>& sink) = 0;
  // Which rules had at least one event of their log source.
  virtual const std::vector<bool>& had_telemetry() const = 0;
  // Events outside the time window, which no rule saw.
  virtual std::uint64_t events_outside() const = 0;
  // rule -> events on which a regular expression hit its limits.
  virtual const std::map<std::size_t, std::uint64_t>& interrupted() const = 0;
};

// A correlation that held: one episode, from the first event at which it held to the last.
struct Correlated {
  std::size_t rule = 0;
  Micros first_time = kNoTime;                             // of the first of its events
  Micros time = kNoTime, last_time = kNoTime;              // of the first and the last event at which it held
  std::vector<std::pair<std::string, std::string>> group;  // field, value
  struct Contributor {
    std::uint32_t source = 0;   // as given to match()
    std::uint64_t offset = 0;   // Record::offset
  };
  std::vector<Contributor> events;  // the first 100
  std::uint64_t event_count = 0;
  double value = 0;                 // what the condition compared, at `time`
};

struct CorrelationTotals {
  std::uint64_t without_time = 0, evicted = 0;
};

// Collects what the matchers of one scan see and runs all correlations over it in order of time, whatever order the files
// and threads came in. Beyond 32 MiB observations go to an unlinked temporary file.
class Correlations {
 public:
  virtual ~Correlations() = default;
  // After the last match(). Calls `sink` for every episode of a correlation that reports().
  virtual Result<CorrelationTotals> run(const std::function<void(const Correlated&)>& sink) = 0;
};

std::unique_ptr<Correlations> make_correlations(std::shared_ptr<const Program> program);
// Events before `since` or from `until` on are left out; those without a time are not.
struct TimeWindow {
  Micros since = kNoTime, until = kNoTime;
};
// `correlations` may be nullptr; it may be shared by several matchers of several threads.
std::unique_ptr<Matcher> make_matcher(std::shared_ptr<const Program> program, Correlations* correlations, TimeWindow window);

}  // namespace custos::rules
