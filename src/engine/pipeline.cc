#include "engine/pipeline.h"

#include <algorithm>

#include "engine/census.h"

namespace custos::engine {

Worker::Worker(Shared& shared)
    : shared_(shared),
      names_(std::make_unique<Names>(shared.options->limits.names)),
      log_sources_(std::make_unique<LogSources>()),
      clues_(*names_),
      resolver_(*shared.institution, institution::Resolver::Keep::HostsAndAccounts),
      programs_(*names_),
      visits_(*names_, *shared.institution),
      batch_(*names_, *log_sources_),
      matcher_(rules::make_matcher(shared.program, shared.correlations, {shared.options->since, shared.options->until})) {
  if (shared.sealing != nullptr) tap_ = shared.sealing->tap();
  if (shared.options->behavior.on) facts_ = std::make_unique<FactTaker>(*names_, resolver_, shared.options->behavior.memory / 8 / shared.options->threads);
}

void Worker::scan_file(const ingest::SourceFile& file, std::uint32_t ordinal, std::uint32_t streams) {
  first_ordinal_ = next_ordinal_ = ordinal;
  last_ordinal_ = ordinal + streams - 1;
  reported_bytes_ = 0;
  if (Sources* sources = shared_.options->sources) {
    sources->visit(file, *this);
  } else {
    ingest::visit(file, shared_.options->limits, *this, shared_.capture_tool);
  }
  shared_.bytes_done += file.size - std::min(file.size, reported_bytes_);
  ++shared_.files_done;
}

SourceCoverage& Worker::new_source(const std::string& name) {
  sources_.emplace_back(std::min(next_ordinal_, last_ordinal_), SourceCoverage{});
  ++next_ordinal_;
  sources_.back().second.file = name;
  return sources_.back().second;
}

void Worker::stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) {
  if (!tap_) return read(info, bytes);
  tap_->begin(std::min(next_ordinal_, last_ordinal_), info);
  TappedStream tapped(bytes, *tap_);
  read(info, tapped);
  sources_.back().second.format.empty() ? tap_->forget() : tap_->end();
}

// The way of a source: bytes -> format -> batches -> rules -> findings, with everything that came in counted on the way.
void Worker::read(const ingest::StreamInfo& info, ingest::ByteStream& bytes) {
  SourceCoverage& coverage = new_source(info.name);
  const std::uint32_t ordinal = sources_.back().first;
  const ScanOptions& options = *shared_.options;
  ingest::Report report(coverage, options.limits.rejects_listed);
  ingest::Head head(bytes);
  const Bytes first = head.look();
  const ingest::Format* format = ingest::recognise(first, head.whole());
  if (first.empty() && head.whole()) {
    coverage.format = "empty";
    return;
  }
  if (format == nullptr) {
    coverage.state = ReadState::Unread;
    coverage.why = "in no format custos knows (`custos formats` lists them)";
    return;
  }
  coverage.format = format->name;
  // A stream without a date of its own (standard input) is as old as now: dates without a year need one.
  const auto decoder = format->open({options.limits, info.modified == kNoTime ? options.now : info.modified, options.carve, info.handed_to});
  Census census(coverage, format->numbered, options.now);
  resolver_.from(info.name);
  const auto summary = ingest::read_all(head, *decoder, batch_, report, options.limits, [&](Batch& batch) {
    census.count(batch);
    shared_.events += batch.size();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      clues_.read(batch[i]);
      resolver_.observe(clues_, batch.record(i));
      if (tap_) tap_->record_at(batch.record(i).offset);
    }
    if (facts_) facts_->take(batch, ordinal);
    programs_.take(batch, ordinal);
    visits_.take(batch, ordinal);
    matcher_->match(batch, ordinal, [&](const rules::Hit& hit) {
      if (shared_.program->facts(hit.rule)->level < options.min_level) {
        ++findings_below_;
        return;
      }
      findings_.add(make_finding(*shared_.program, hit, info.name, tap_ != nullptr));
      ++shared_.findings;
    });
  });
  if (facts_) facts_->end_of_file();
  coverage.bytes = summary.bytes;
  if (!summary.whole) report.partial("not read to its end");
  // A format that is only named (a packet capture) has read nothing.
  if (coverage.state == ReadState::Partial && coverage.events == 0 && coverage.reject_count == 0) coverage.state = ReadState::Unread;
  census.finish(*log_sources_);
}

void Worker::problem(const std::string& name, ReadState state, const std::string& why) {
  // Most problems come behind the stream they are about.
  for (auto it = sources_.rbegin(); it != sources_.rend() && it->first >= first_ordinal_; ++it) {
    if (it->second.file != name) continue;
    if (it->second.state == ReadState::Whole) it->second.state = state == ReadState::Unread ? ReadState::Partial : state;
    it->second.why = it->second.why.empty() ? why : it->second.why + "; " + why;
    return;
  }
  SourceCoverage& coverage = new_source(name);
  coverage.state = state;
  coverage.why = why;
}

void Worker::progress(std::uint64_t bytes) {
  if (bytes <= reported_bytes_) return;
  shared_.bytes_done += bytes - reported_bytes_;
  reported_bytes_ = bytes;
}

}  // namespace custos::engine
