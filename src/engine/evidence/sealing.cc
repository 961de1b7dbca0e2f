#include "engine/evidence/sealing.h"

#include <functional>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/crypto/base64.h"
#include "base/files/file.h"
#include "base/text.h"
#include "engine/evidence/json_lines.h"
#include "engine/evidence/sealer.h"
#include "share/share.h"

namespace custos::engine {
namespace sealings {

// A source whose bytes were kept.
struct KeptSource {
  Hash32 hash{};
  std::uint64_t size = 0;
  Micros modified = kNoTime;
};

nlohmann::ordered_json time_or_null(Micros t) { return t == kNoTime ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(t)); }

void add_record(evidence::RawSegment& raw, std::string_view record) {
  raw.bytes += record;
  raw.lengths.push_back(static_cast<std::uint32_t>(record.size()));
}

}  // namespace sealings

struct Sealing::State {
  std::unique_ptr<FileSystem> files;
  SealOptions options;
  OpenedLog log;
  std::unique_ptr<Sealer> sealer;
  std::uint64_t scan_entry = 0;
  bool recording = false;  // entries may name the segments
  std::mutex mutex;
  std::map<std::uint32_t, sealings::KeptSource> sources;
  std::map<std::string, std::string, std::less<>> containers;  // path -> SHA-256; an archive is hashed once, however much is in it

  Result<std::string> source_entry(std::uint64_t index, const sealings::KeptSource& s, const SourceCoverage& coverage, const ingest::SourceFile* container);
  Result<std::string> segment_entry(const KeptSegment& s, const std::map<std::uint32_t, std::uint64_t>& source_index);
  std::vector<evidence::RecordPlace> incidents;     // of each, in order
  std::vector<SealedScan::Sealed> incident_places;  // the same, when their segments have entries

  Result<evidence::RecordPlace> seal_documents(const Outcome& outcome);
  Result<void> seal_incidents(evidence::RawSegment&& lines);
  Result<std::vector<std::string>> entries(const Outcome& outcome, const evidence::RecordPlace& coverage, std::uint64_t first);
  Result<std::string> entry(std::string_view kind, const nlohmann::ordered_json& more) {
    return evidence::make_entry(kind, wall_clock(), options.log.custody, more);
  }
};

Sealing::Sealing(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sealing::~Sealing() = default;

Result<std::unique_ptr<Sealing>> Sealing::begin(const SealOptions& options, unsigned threads, const Configuration& configuration) {
  auto s = std::make_unique<State>();
  s->files = real_files();
  s->options = options;
  s->options.log.custody.configuration = configuration.hash;
  auto log = open_or_create_log(*s->files, options.log);
  if (!log) return tl::unexpected<Error>(log.error());
  s->log = std::move(*log);
  auto entry = s->entry("scan", {{"arguments", options.arguments},
                                 {"host", options.host},
                                 {"rules", {{"files", configuration.rule_files}, {"loaded", configuration.rules}, {"hash", configuration.hash}}},
                                 {"started", to_rfc3339(wall_clock())}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  auto index = s->log.log->append(*entry);
  if (!index) return tl::unexpected<Error>(index.error());
  s->scan_entry = *index;
  auto recipients = evidence::parse_recipients(s->log.log->settings().recipients);
  if (!recipients) return tl::unexpected<Error>(recipients.error());
  s->sealer = std::make_unique<Sealer>(*s->files, options.log.folder, std::move(*recipients), threads);
  return std::unique_ptr<Sealing>(new Sealing(std::move(s)));
}

std::unique_ptr<Sealing::Tap> Sealing::tap() { return std::make_unique<Tap>(*state_); }

Sealing::Tap::Tap(State& state) : state_(state), cutter_([&state](evidence::CutSegment&& s) { state.sealer->take(std::move(s)); }) {}
Sealing::Tap::~Tap() { cutter_.flush(); }

void Sealing::Tap::begin(std::uint32_t ordinal, const ingest::StreamInfo& info) {
  ordinal_ = ordinal;
  modified_ = info.modified;
  size_ = 0;
  hash_.start();
  cutter_.begin(ordinal);
}

void Sealing::Tap::bytes(std::string_view more) {
  hash_.add(more);
  size_ += more.size();
  cutter_.bytes(more);
}

void Sealing::Tap::end() {
  cutter_.end();
  const std::lock_guard held(state_.mutex);
  state_.sources[ordinal_] = {hash_.finish(), size_, modified_};
}

void Sealing::Tap::forget() { cutter_.forget(); }

Result<std::string> Sealing::State::source_entry(std::uint64_t index, const sealings::KeptSource& s, const SourceCoverage& c,
                                                 const ingest::SourceFile* container) {
  nlohmann::ordered_json file;
  // Where the file is not the stream itself (packed, UTF-16), it is hashed as it lies.
  if (container != nullptr && container->path != "-" && (container->name != c.file || container->size != s.size)) {
    auto [hash, is_new] = containers.try_emplace(container->path);
    if (is_new) {
      if (auto h = hash_file(container->path)) hash->second = to_hex(view(*h));
    }
    file = {{"path", container->name}, {"size", container->size}, {"sha256", hash->second}};
  }
  const nlohmann::ordered_json clock{{"first", sealings::time_or_null(c.first_time)},
                                     {"last", sealings::time_or_null(c.last_time)},
                                     {"in_future", c.in_future},
                                     {"backwards", c.backwards},
                                     {"skew_seconds", nullptr}};
  return entry("source", {{"scan", scan_entry},
                          {"exhibit", fmt::format("E-{}", index)},
                          {"path", c.file},
                          {"size", s.size},
                          {"sha256", to_hex(view(s.hash))},
                          {"container", file},
                          {"modified", sealings::time_or_null(s.modified)},
                          {"acquired", to_rfc3339(wall_clock())},
                          {"method", "read where it lay, unpacked, kept byte for byte"},
                          {"copy", "working copy"},
                          {"format", c.format},
                          {"state", c.state == ReadState::Whole ? "whole" : "partial"},
                          {"records", c.events},
                          {"clock", clock}});
}

Result<std::string> Sealing::State::segment_entry(const KeptSegment& s, const std::map<std::uint32_t, std::uint64_t>& source_index) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (const evidence::SegmentPart& p : s.parts) {
    parts.push_back({{"source", source_index.at(p.source)}, {"first", p.first}, {"records", p.records}, {"at", p.at}, {"bytes", p.bytes}});
  }
  return entry("segment", {{"scan", scan_entry},
                           {"holds", s.holds},
                           {"file", s.name},
                           {"size", s.size},
                           {"records", s.records},
                           {"bytes", s.bytes},
                           {"root", to_base64(view(s.root))},
                           {"parts", std::move(parts)}});
}

Result<void> Sealing::State::seal_incidents(evidence::RawSegment&& lines) {
  if (lines.lengths.empty()) return {};
  const auto count = static_cast<std::uint32_t>(lines.lengths.size());
  auto last = sealer->add(std::move(lines), "incidents");
  if (!last) return tl::unexpected<Error>(last.error());
  for (std::uint32_t leaf = 0; leaf < count; ++leaf) {
    incidents.push_back(*last);
    incidents.back().leaf = leaf;
  }
  return {};
}

// Documents of findings, incidents, then the coverage statement, as segments of their own behind the records'. Returns the statement's place.
Result<evidence::RecordPlace> Sealing::State::seal_documents(const Outcome& outcome) {
  std::map<std::string, std::uint32_t, std::less<>> ordinals;
  for (const auto& [ordinal, name] : outcome.sources) ordinals.emplace(name, ordinal);
  const auto place = [&](const Place& p, std::vector<evidence::RecordPlace>& into) {
    const auto it = ordinals.find(p.file);
    if (it == ordinals.end()) return;
    if (auto found = sealer->find(it->second, p.offset)) into.push_back(std::move(*found));
  };
  evidence::RawSegment findings, told, coverage;
  Result<void> ok;
  std::size_t next = 0, next_incident = 0;
  const auto keep_findings = [&] {
    if (ok && !findings.lengths.empty()) ok = sealer->add(std::exchange(findings, {}), "findings").map([](const evidence::RecordPlace&) {});
  };
  JsonLines lines([&](std::string_view line) {
    if (next == outcome.findings.size() && next_incident < outcome.incidents.size()) {
      ++next_incident;
      sealings::add_record(told, std::string(line) + "\n");
      if (ok && told.bytes.size() >= evidence::kSegmentBytes) ok = seal_incidents(std::exchange(told, {}));
      return;
    }
    if (next == outcome.findings.size()) return sealings::add_record(coverage, std::string(line) + "\n");
    const Finding& f = outcome.findings[next++];
    std::vector<evidence::RecordPlace> places;
    place(f.source, places);
    for (std::size_t i = 0; i < f.others.size() && i < 1000; ++i) place(f.others[i], places);
    const auto sealed = evidence::seal_finding(nlohmann::json::parse(line), f.parts, f.verbatim, places);
    sealings::add_record(findings, sealed.document);
    sealings::add_record(findings, sealed.disclosures);
    if (findings.bytes.size() >= evidence::kSegmentBytes) keep_findings();
  });
  const auto run = open_json(lines);
  for (const Finding& f : outcome.findings) run->finding(f);
  for (const Incident& i : outcome.incidents) run->incident(i);
  run->finish(outcome.coverage);
  keep_findings();
  if (ok) ok = seal_incidents(std::move(told));
  if (!ok) return tl::unexpected<Error>(ok.error());
  return sealer->add(std::move(coverage), "coverage");
}

// Sources, segments, and the end of the scan, in this order: what names another's index comes behind it.
Result<std::vector<std::string>> Sealing::State::entries(const Outcome& outcome, const evidence::RecordPlace& coverage, std::uint64_t first) {
  std::vector<std::string> all;
  Result<void> ok;
  const auto take = [&](Result<std::string> entry) {
    if (entry) all.push_back(std::move(*entry));
    if (!entry && ok) ok = tl::unexpected<Error>(entry.error());
  };
  std::map<std::string, const ingest::SourceFile*, std::less<>> files_by_name;
  for (const ingest::SourceFile& f : outcome.files) files_by_name.emplace(f.name, &f);
  std::map<std::uint32_t, std::uint64_t> source_index;
  for (std::size_t i = 0; i < outcome.sources.size(); ++i) {
    const std::uint32_t ordinal = outcome.sources[i].first;
    const SourceCoverage& c = outcome.coverage.sources[i];
    const auto kept = sources.find(ordinal);
    if (kept == sources.end()) continue;
    const auto file = files_by_name.find(std::string_view(c.file).substr(0, c.file.find('!')));
    source_index[ordinal] = first + all.size();
    take(source_entry(first + all.size(), kept->second, c, file == files_by_name.end() ? nullptr : file->second));
  }
  std::map<std::string, std::uint64_t> segment_index;
  for (const KeptSegment& s : sealer->segments()) {
    segment_index[s.name] = first + all.size();
    take(segment_entry(s, source_index));
  }
  incident_places.clear();
  for (const evidence::RecordPlace& p : incidents) incident_places.push_back({segment_index[p.segment], p.leaf});
  take(entry("end", {{"scan", scan_entry},
                     {"complete", outcome.coverage.complete()},
                     {"findings", outcome.findings.size()},
                     {"sources", source_index.size()},
                     {"coverage", {{"segment", segment_index[coverage.segment]}, {"leaf", coverage.leaf}}}}));
  if (!ok) return tl::unexpected<Error>(ok.error());
  return all;
}

Result<SealedScan> Sealing::finish(const Outcome& outcome) {
  auto done = seal(outcome);
  // On record or not at all: what no entry names would only take room. After a failed write to the log nobody knows whether one does.
  if (!done && !state_->recording) state_->sealer->discard();
  return done;
}

Result<SealedScan> Sealing::seal(const Outcome& outcome) {
  State& s = *state_;
  if (auto ok = s.sealer->finish(); !ok) return tl::unexpected<Error>(ok.error());
  auto coverage = s.seal_documents(outcome);
  if (!coverage) return tl::unexpected<Error>(coverage.error());
  // Records first: an entry never speaks of a segment that a crash could take away.
  if (auto ok = s.files->sync_all(s.options.log.folder); !ok) return tl::unexpected<Error>(ok.error());
  s.recording = true;
  auto first = s.log.log->append([&](std::uint64_t index) { return s.entries(outcome, *coverage, index); });
  if (!first) return tl::unexpected<Error>(first.error());
  if (auto note = s.log.log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  SealedScan done;
  done.key = evidence::to_text(s.log.key);
  done.new_log = s.log.is_new;
  done.size = s.log.log->size();
  done.sources = s.sources.size();
  done.recovery = s.log.log->recovery();
  done.findings = outcome.findings.size();
  done.incidents = std::move(s.incident_places);
  for (const KeptSegment& k : s.sealer->segments()) {
    ++done.segments;
    done.stored += k.size;
    if (k.holds != "records") continue;
    done.records += k.records;
    done.bytes += k.bytes;
  }
  return done;
}

}  // namespace custos::engine
