#include "engine/reporting/log_facts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto/base64.h"

namespace custos::engine {
namespace log_reading {
namespace {

constexpr std::size_t kMostNotWhole = 50;

std::string text(const nlohmann::json& o, const char* key) {
  const auto it = o.is_object() ? o.find(key) : o.end();
  return o.is_object() && it != o.end() && it->is_string() ? it->get<std::string>() : std::string();
}
std::uint64_t number(const nlohmann::json& o, const char* key) {
  if (!o.is_object()) return 0;
  const auto it = o.find(key);
  return it != o.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
}
nlohmann::json object(const nlohmann::json& o, const char* key) {
  if (!o.is_object()) return {};
  const auto it = o.find(key);
  return it == o.end() ? nlohmann::json() : *it;
}

void add_sources(const nlohmann::json& coverage, share::ReportScan& s) {
  const auto sources = object(coverage, "sources");
  if (!sources.is_array()) return;
  for (const auto& x : sources) {
    if (text(x, "state") == "whole" || s.not_whole.size() == kMostNotWhole) continue;
    s.not_whole.push_back({text(x, "file"), text(x, "why")});
  }
}

}  // namespace
}  // namespace log_reading

Result<std::unique_ptr<LogFacts>> LogFacts::read(FileSystem& files, const std::string& folder, const std::string& of_case, evidence::Keyring keyring) {
  auto reader = evidence::LogReader::open(files, folder, std::move(keyring));
  if (!reader) return tl::unexpected<Error>(reader.error());
  std::unique_ptr<LogFacts> facts(new LogFacts(files, folder, std::move(*reader)));
  const evidence::TreeHead& head = facts->reader_->head();
  facts->log = {head.origin, evidence::to_text(facts->reader_->settings().key), to_base64(view(head.root)), of_case, head.size, {}, {}};
  for (std::uint64_t i = 0; i < facts->reader_->size(); ++i) {
    auto entry = facts->reader_->entry(i);
    if (!entry) return tl::unexpected<Error>(entry.error());
    if (auto ok = facts->take(i, *entry); !ok) return fail(ok.error().code, ok.error().text, folder);
  }
  return facts;
}

Result<void> LogFacts::take(std::uint64_t index, const std::string& entry) {
  using namespace log_reading;
  if (auto ok = contents_.add(index, entry); !ok) return ok;
  constexpr std::array<std::string_view, 6> kRead{"scan", "source", "end", "timestamp", "witness", "case"};
  const std::string_view rest = std::string_view(entry).substr(std::min<std::size_t>(entry.size(), 9));  // behind {"kind":"
  const auto kind = std::find_if(kRead.begin(), kRead.end(), [&](std::string_view k) { return rest.starts_with(k) && rest.substr(k.size()).starts_with('"'); });
  if (kind == kRead.end()) return {};
  const auto e = nlohmann::json::parse(entry, nullptr, false);
  if (*kind == "scan") take_scan(index, e);
  if (*kind == "source") take_source(e);
  if (*kind == "end") {
    const auto it = scan_at_.find(number(e, "scan"));
    if (it == scan_at_.end()) return {};
    share::ReportScan& s = scans[it->second];
    s.ended = true;
    s.complete = object(e, "complete") == true;
    s.findings = number(e, "findings");
    s.sources = number(e, "sources");
  }
  if (*kind == "timestamp") log.stamps.push_back(fmt::format("{}: {} ({})", text(e, "stamped"), text(e, "authority"), number(e, "size")));
  if (*kind == "witness") {
    const std::string key = text(e, "witness");
    log.witnesses.push_back(fmt::format("{} ({})", key.substr(0, key.find('+')), number(e, "size")));
  }
  if (*kind == "case" && salt.empty()) salt = text(e, "salt");
  if (*kind == "case" && text(e, "act") == "export" && object(e, "names").is_object()) names.push_back(object(e, "names"));
  return {};
}

void LogFacts::take_scan(std::uint64_t index, const nlohmann::json& e) {
  using namespace log_reading;
  share::ReportScan s;
  s.entry = std::to_string(index);
  s.of_case = log.of_case;
  s.started = text(e, "started");
  s.host = text(e, "host");
  const auto custody = object(e, "custody"), rules = object(e, "rules"), arguments = object(e, "arguments");
  s.who = text(custody, "who");
  s.tool = text(custody, "tool");
  s.configuration = text(custody, "configuration");
  s.rule_files = number(rules, "files");
  s.rules = number(rules, "loaded");
  for (const auto& a : arguments.is_array() ? arguments : nlohmann::json::array()) {
    const std::string word = a.is_string() ? a.get<std::string>() : std::string();
    had_institution = had_institution || word == "--institution" || word.starts_with("--institution=");
    s.arguments += (s.arguments.empty() ? "" : " ") + word;
  }
  scan_at_[index] = scans.size();
  scans.push_back(std::move(s));
}

void LogFacts::take_source(const nlohmann::json& e) {
  using namespace log_reading;
  const auto clock = object(e, "clock");
  exhibits.push_back({text(e, "exhibit"), text(e, "path"), text(e, "sha256"), text(e, "format"), text(e, "state"), text(clock, "first"), text(clock, "last"),
                      log.of_case, number(e, "size"), number(e, "records")});
  by_path_[text(e, "path")] = text(e, "exhibit");
}

const evidence::SegmentClaim* LogFacts::segment(std::uint64_t entry) const {
  const auto it = std::lower_bound(contents_.segments.begin(), contents_.segments.end(), entry, [](const auto& s, std::uint64_t i) { return s.index < i; });
  return it != contents_.segments.end() && it->index == entry ? &*it : nullptr;
}

Result<std::string> LogFacts::record(std::uint64_t entry, std::uint64_t leaf) {
  const auto* claim = segment(entry);
  if (claim == nullptr) return fail(Code::Malformed, fmt::format("entry {} names no segment", entry), folder_);
  if (contents_.deleted.contains(claim->file)) return fail(Code::NotFound, fmt::format("the segment of entry {} was deleted, as is on record", entry), folder_);
  if (open_file_ != claim->file) {
    auto read = evidence::read_segment(files_, folder_, claim->file, reader_->keyring());
    if (!read) return tl::unexpected<Error>(read.error());
    open_ = std::move(*read);
    open_file_ = claim->file;
  }
  if (leaf >= open_->records()) return fail(Code::Malformed, fmt::format("the segment of entry {} has no record {}", entry, leaf), folder_);
  return std::string(open_->record(leaf));
}

std::vector<std::string> LogFacts::add_coverage() {
  using namespace log_reading;
  std::vector<std::string> said;
  for (const auto& [scan, end] : contents_.ended) {
    const auto it = scan_at_.find(scan);
    if (it == scan_at_.end()) continue;
    share::ReportScan& s = scans[it->second];
    auto line = record(end.segment, end.leaf);
    if (!line) {
      said.push_back(fmt::format("coverage of the scan of entry {}: {}", scan, line.error().text));
      continue;
    }
    const auto coverage = nlohmann::json::parse(*line, nullptr, false);
    s.covered = coverage.is_object();
    s.events = number(coverage, "events");
    s.bytes = number(coverage, "bytes");
    s.rejects = number(coverage, "rejects");
    s.partial = number(coverage, "sources_partial");
    s.unread = number(coverage, "sources_unread");
    s.without_telemetry = number(object(coverage, "rules"), "without_telemetry");
    s.behavior_off = text(object(coverage, "behavior"), "why_not");
    add_sources(coverage, s);
  }
  return said;
}

std::string LogFacts::exhibit_of(const evidence::SegmentClaim& segment, std::uint64_t leaf) const {
  for (const evidence::PartClaim& p : segment.parts) {
    if (leaf < p.first || leaf - p.first >= p.records) continue;
    const auto* source = contents_.source(p.source);
    return source == nullptr ? std::string() : source->exhibit;
  }
  return {};
}

std::string LogFacts::exhibit_of(const std::string& path) const {
  const auto it = by_path_.find(path);
  return it == by_path_.end() ? std::string() : it->second;
}

std::vector<std::string> LogFacts::each_finding(const std::function<void(const Finding&)>& visit) {
  std::vector<std::string> said;
  for (const evidence::SegmentClaim& s : contents_.segments) {
    if (s.holds != "findings") continue;
    if (contents_.deleted.contains(s.file)) {
      said.push_back(fmt::format("findings of entry {}: their segment was deleted, as is on record", s.index));
      continue;
    }
    auto read = evidence::read_segment(files_, folder_, s.file, reader_->keyring());
    if (!read) {
      said.push_back(fmt::format("findings of entry {}: {}", s.index, read.error().text));
      continue;
    }
    for (std::size_t k = 0; k + 1 < read->records(); k += 2) {
      const auto d = evidence::read_finding_document(read->record(k));
      if (!d) {
        said.push_back(fmt::format("finding at entry {}, leaf {}: {}", s.index, k, d.error().text));
        continue;
      }
      Finding f{d->id, d->title, {share::ReportProof::At{s.index, k}, {}, {}}};
      const auto at = d->places.empty() ? contents_.by_file.end() : contents_.by_file.find(d->places[0].segment);
      if (at != contents_.by_file.end()) {
        const evidence::SegmentClaim& records = contents_.segments[at->second];
        f.proof.record = share::ReportProof::At{records.index, d->places[0].leaf};
        f.proof.exhibit = exhibit_of(records, d->places[0].leaf);
      }
      visit(f);
    }
  }
  return said;
}

}  // namespace custos::engine
