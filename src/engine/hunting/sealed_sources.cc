#include "engine/hunting/sealed_sources.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "engine/casework/case_folder.h"
#include "engine/hunting/sealed_stream.h"

namespace custos::engine {
namespace sealed_sources {
namespace {

constexpr std::size_t kKept = 8;  // segments of some 4 MiB: a few threads, each in one or two

std::string text_of(const nlohmann::json& e, const char* key) {
  const auto it = e.find(key);
  return it != e.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Micros time_of(const nlohmann::json& e, const char* key) { return parse_time(text_of(e, key)).value_or(kNoTime); }

// Parts as sealing makes them lie one behind the other; others are no places to find a record by.
bool fits(const evidence::SegmentClaim& s) {
  std::uint64_t records = 0, bytes = 0;
  for (const evidence::PartClaim& p : s.parts) {
    if (p.first != records || p.records > s.records - records || p.bytes > s.bytes - bytes) return false;
    records += p.records;
    bytes += p.bytes;
  }
  return records == s.records && bytes == s.bytes && bytes <= evidence::kMostSegment;
}

}  // namespace
}  // namespace sealed_sources

Result<std::unique_ptr<SealedSources>> SealedSources::open(FileSystem& files, const std::string& case_folder, const evidence::Keyring& keyring,
                                                           const std::vector<store::MergedCase>& merged, std::vector<std::string>& said) {
  std::unique_ptr<SealedSources> all(new SealedSources(files, keyring));
  if (auto ok = all->add({}, evidence_folder(case_folder)); !ok) return tl::unexpected<Error>(ok.error());
  for (const store::MergedCase& m : merged) {
    const auto known = [&](const SealedLog& l) { return l.number == m.number; };
    if (std::any_of(all->logs_.begin(), all->logs_.end(), known)) continue;
    if (auto ok = all->add(m.number, merged_folder(case_folder, m.number)); !ok) {
      said.push_back(fmt::format("the evidence of the merged case {} is left out: {}{}{}", m.number, ok.error().where, ok.error().where.empty() ? "" : ": ",
                                 ok.error().text));
    }
  }
  all->leave_out_repeated();
  all->give_names();
  return all;
}

Result<void> SealedSources::add(std::string number, const std::string& folder) {
  auto reader = evidence::LogReader::open(files_, folder, keyring_);
  if (!reader) return tl::unexpected<Error>(reader.error());
  auto contents = evidence::read_contents(**reader);
  if (!contents) return fail(contents.error().code, contents.error().text, contents.error().where.empty() ? folder : contents.error().where);
  const std::size_t log = logs_.size(), before = sources_.size();
  logs_.push_back({std::move(number), folder, std::move(*reader), std::move(*contents)});
  const auto& claims = logs_.back().contents.sources;
  for (const evidence::SourceClaim& claim : claims) {
    if (auto ok = add_source(log, claim); !ok) {
      sources_.resize(before);
      logs_.pop_back();
      return ok;
    }
  }
  add_stretches(log);
  return {};
}

Result<void> SealedSources::add_source(std::size_t log, const evidence::SourceClaim& claim) {
  using namespace sealed_sources;
  auto bytes = logs_[log].reader->entry(claim.index);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  const auto entry = evidence::parse_entry(*bytes);
  if (!entry) return tl::unexpected<Error>(entry.error());
  SealedSource s;
  s.log = log;
  s.entry = claim.index;
  s.size = claim.size;
  s.sha256 = claim.sha256;
  s.exhibit = claim.exhibit;
  s.path = to_valid_utf8(text_of(*entry, "path"));
  s.format = text_of(*entry, "format");
  s.whole = text_of(*entry, "state") == "whole";
  // What came without a date was as old as the scan.
  s.modified = time_of(*entry, "modified");
  if (s.modified == kNoTime) s.modified = time_of(*entry, "acquired");
  sources_.push_back(std::move(s));
  return {};
}

void SealedSources::add_stretches(std::size_t log) {
  std::map<std::uint64_t, SealedSource*> by_entry;
  for (SealedSource& s : sources_) {
    if (s.log == log) by_entry[s.entry] = &s;
  }
  const auto& segments = logs_[log].contents.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].holds != "records" || !sealed_sources::fits(segments[i])) continue;
    std::uint64_t before = 0;
    for (const evidence::PartClaim& p : segments[i].parts) {
      const auto of = by_entry.find(p.source);
      if (of != by_entry.end() && p.records > 0 && p.bytes > 0) {
        of->second->stretches.push_back({p.at, p.bytes, before, static_cast<std::uint32_t>(p.first), static_cast<std::uint32_t>(p.records), i});
      }
      before += p.bytes;
    }
  }
  for (auto& [entry, s] : by_entry) {
    std::sort(s->stretches.begin(), s->stretches.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  }
}

void SealedSources::leave_out_repeated() {
  std::set<std::tuple<std::string, std::string, std::uint64_t>> seen;
  const auto again = [&](const SealedSource& s) { return !seen.emplace(s.path, s.sha256, s.size).second; };
  const auto end = std::remove_if(sources_.begin(), sources_.end(), again);
  repeated_ = static_cast<std::size_t>(sources_.end() - end);
  sources_.erase(end, sources_.end());
}

// A log that grew, and was sealed each week, stands in the case as often under one path.
void SealedSources::give_names() {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    SealedSource& s = sources_[i];
    const std::string& number = logs_[s.log].number;
    s.name = s.path;
    if (by_name_.contains(s.name)) s.name += fmt::format(" ({}{}{})", number, number.empty() ? "" : ":", s.exhibit);
    while (!by_name_.emplace(s.name, i).second) s.name += "'";
  }
}

std::vector<ingest::SourceFile> SealedSources::files() const {
  std::vector<ingest::SourceFile> all;
  for (const SealedSource& s : sources_) all.push_back({{}, s.name, s.size, s.modified});
  return all;
}

const SealedSource* SealedSources::source(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : &sources_[it->second];
}

void SealedSources::visit(const ingest::SourceFile& file, ingest::StreamVisitor& visitor) {
  const SealedSource* s = source(file.name);
  if (s == nullptr) return;
  // Of a packet capture that a tool made logs of, these lie beside it.
  const auto beside = by_name_.lower_bound(s->path + "!");
  const bool handed = s->format == "pcap" && beside != by_name_.end() && beside->first.starts_with(s->path + "!");
  SealedStream stream(*this, *s, [&](std::uint64_t bytes) { visitor.progress(bytes); });
  visitor.stream({s->name, s->modified, s->size, handed ? "the tool whose logs are sealed beside it" : ""}, stream);
  if (const std::string why = stream.why_not_whole(); !why.empty()) {
    visitor.problem(s->name, ReadState::Partial, why);
  } else if (!s->whole) {
    visitor.problem(s->name, ReadState::Partial, "was not read whole when it was sealed");
  }
}

Result<std::shared_ptr<const evidence::Segment>> SealedSources::read(std::size_t log, std::size_t segment) {
  {
    const std::lock_guard held(mutex_);
    const auto known = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return k.log == log && k.segment == segment; });
    if (known != kept_.end()) {
      std::rotate(known, known + 1, kept_.end());
      return kept_.back().bytes;
    }
  }
  const SealedLog& l = logs_[log];
  const evidence::SegmentClaim& claim = l.contents.segments[segment];
  const std::string where = l.folder + "/" + evidence::segment_path(claim.file);
  if (l.contents.deleted.contains(claim.file)) return fail(Code::NotFound, "was deleted, on record", where);
  auto bytes = evidence::read_segment(files_, l.folder, claim.file, keyring_);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  if (bytes->records() != claim.records || bytes->bytes() != claim.bytes) return fail(Code::Malformed, "is not what its entry says", where);
  auto kept = std::make_shared<const evidence::Segment>(std::move(*bytes));
  const std::lock_guard held(mutex_);
  if (kept_.size() == sealed_sources::kKept) kept_.erase(kept_.begin());
  kept_.push_back({log, segment, kept});
  return kept;
}

std::optional<SealedPlace> SealedSources::find(const SealedSource& source, std::uint64_t offset) {
  auto it = std::upper_bound(source.stretches.begin(), source.stretches.end(), offset, [](std::uint64_t o, const auto& s) { return o < s.at; });
  if (it == source.stretches.begin()) return std::nullopt;
  --it;
  if (offset - it->at >= it->bytes) return std::nullopt;
  const auto segment = read(source.log, it->segment);
  if (!segment) return std::nullopt;
  const evidence::Segment& s = **segment;
  const std::uint64_t wanted = it->before + (offset - it->at);
  // The last record that begins at or before it.
  std::uint32_t low = it->first, high = it->first + it->records;
  const char* start = s.record(0).data();
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (static_cast<std::uint64_t>(s.record(middle).data() - start) <= wanted ? low : high) = middle;
  }
  return SealedPlace{source.log, it->segment, low};
}

}  // namespace custos::engine
