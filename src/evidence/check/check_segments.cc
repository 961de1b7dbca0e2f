#include "evidence/check/check_segments.h"

#include <map>

#include <fmt/format.h>

#include "evidence/documents/disclosure.h"
#include "evidence/documents/finding_document.h"
#include "evidence/merkle/proof.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace checking_segments {
namespace {

// The bytes of a source as its parts come by.
struct Running {
  Sha256 hash;
  std::uint64_t bytes = 0;
  bool gone = false;  // a part of it was deleted, by an entry that says so, or can't be read
};

class SegmentCheck {
 public:
  SegmentCheck(FileSystem& files, const std::string& folder, const Contents& contents, Knowledge known, const Keyring& keyring, CheckReport& report)
      : files_(files), folder_(folder), contents_(contents), known_(known), keyring_(keyring), report_(report) {}

  void check(const SegmentClaim& claim) {
    if (contents_.deleted.contains(claim.file)) {
      ++deleted_;
      return skip(claim);
    }
    const auto bytes = read_segment_file(files_, folder_, claim.file);
    if (!bytes && bytes.error().code == Code::NotFound && known_ == Knowledge::Some) {
      ++missing_;
      return skip(claim);
    }
    if (!bytes) return problem(claim, bytes.error().text);
    const auto segment = open_segment(*bytes, keyring_);
    if (!segment && segment.error().code == Code::Denied) {
      ++unopened_;
      return skip(claim);
    }
    if (!segment) return problem(claim, segment.error().text);
    if (bytes->size() != claim.size || segment->records() != claim.records || segment->bytes() != claim.bytes)
      return problem(claim, "its sizes are not those of its entry");
    if (root_of(segment->leaves()) != claim.root) return problem(claim, "its records do not give the root of its entry");
    records_ += claim.records;
    bytes_ += claim.bytes;
    if (claim.holds == "records") check_parts(claim, *segment);
    if (claim.holds == "findings") check_findings(claim, *segment);
  }

  void finish() {
    std::uint64_t whole = 0, gone = 0;
    for (const SourceClaim& s : contents_.sources) {
      Running& r = running_[s.index];
      if (r.gone) {
        ++gone;
      } else if (r.bytes != s.size || to_hex(view(r.hash.finish())) != s.sha256) {
        report_.problem(fmt::format("exhibit {}: its records are not the {} bytes with the SHA-256 of its entry", s.exhibit, s.size));
      } else {
        ++whole;
      }
    }
    if (!report_.holds()) return;
    const std::size_t opened = contents_.segments.size() - deleted_ - unopened_ - missing_;
    if (opened > 0 || known_ == Knowledge::All) {
      report_.checked.push_back(fmt::format("{} records in {} segments, {} bytes: all give the roots in their entries", records_, opened, bytes_));
      report_.checked.push_back(fmt::format("{} sources have the size and SHA-256 of their entries", whole));
      report_.checked.push_back(fmt::format("{} findings: what can be withheld of them matches its hashes, their records are there", findings_));
    }
    if (deleted_ > 0) report_.not_checked.push_back(fmt::format("{} segments were deleted, as entries say; {} sources are no longer whole", deleted_, gone));
    if (unopened_ > 0)
      report_.not_checked.push_back(fmt::format("{} segments are encrypted, and not for whoever checks: their records were not read", unopened_));
    if (missing_ > 0)
      report_.not_checked.push_back(
          fmt::format("{} segments are not there; whether an entry says that they were deleted, only a recipient can tell", missing_));
  }

 private:
  void skip(const SegmentClaim& claim) {
    for (const PartClaim& p : claim.parts) running_[p.source].gone = true;
  }

  void problem(const SegmentClaim& claim, const std::string& why) { report_.problem(fmt::format("segment {} of entry {}: {}", claim.file, claim.index, why)); }

  void check_parts(const SegmentClaim& claim, const Segment& segment) {
    std::uint64_t record = 0;
    for (const PartClaim& p : claim.parts) {
      const SourceClaim* source = contents_.source(p.source);
      Running& r = running_[p.source];
      if (source == nullptr || p.first != record || p.records > segment.records() - record || (!r.gone && p.at != r.bytes))
        return problem(claim, "its parts do not follow each other");
      std::uint64_t bytes = 0;
      for (std::uint64_t i = 0; i < p.records; ++i) {
        const std::string_view b = segment.record(record++);
        r.hash.add(b);
        bytes += b.size();
      }
      r.bytes += bytes;
      if (bytes != p.bytes) return problem(claim, "a part has not the bytes that its entry says");
    }
    if (record != segment.records()) problem(claim, "it holds records of no source");
  }

  void check_findings(const SegmentClaim& claim, const Segment& segment) {
    if (segment.records() % 2 != 0) return problem(claim, "a finding has no disclosures");
    for (std::size_t i = 0; i < segment.records(); i += 2) {
      const auto d = read_finding_document(segment.record(i));
      if (!d) return problem(claim, d.error().text);
      if (!discloses(*d, segment.record(i + 1))) return problem(claim, fmt::format("finding {}: what can be withheld does not match its hashes", d->id));
      for (const RecordPlace& p : d->places) {
        const auto at = contents_.by_file.find(p.segment);
        if (at == contents_.by_file.end() || p.leaf >= contents_.segments[at->second].records)
          return problem(claim, fmt::format("finding {}: its records are in no segment", d->id));
      }
      ++findings_;
    }
  }

  static bool discloses(const FindingDocument& d, std::string_view record) {
    std::vector<std::string_view> lines;
    if (!split_disclosures(record, lines) || lines.size() != d.holds.size()) return false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (digest_of(lines[i]) != d.holds[i].digest || !read_disclosure(lines[i])) return false;
    }
    return true;
  }

  FileSystem& files_;
  const std::string& folder_;
  const Contents& contents_;
  const Knowledge known_;
  const Keyring& keyring_;
  CheckReport& report_;
  std::map<std::uint64_t, Running> running_;
  std::uint64_t records_ = 0, bytes_ = 0, findings_ = 0;
  std::size_t deleted_ = 0, unopened_ = 0, missing_ = 0;  // segments
};

}  // namespace
}  // namespace checking_segments

void check_segments(FileSystem& files, const std::string& folder, const Contents& contents, Knowledge known, const Keyring& keyring, CheckReport& report,
                    const Told& told) {
  checking_segments::SegmentCheck check(files, folder, contents, known, keyring, report);
  std::uint64_t all = 0, done = 0;
  for (const SegmentClaim& s : contents.segments) all += s.bytes;
  for (const SegmentClaim& s : contents.segments) {
    check.check(s);
    done += s.bytes;
    if (told) told(done, all);
  }
  check.finish();
}

void check_segment_names(FileSystem& files, const std::string& folder, const std::vector<std::string>& paths, const Contents& contents, CheckReport& report) {
  std::size_t right = 0;
  for (const std::string& path : paths) {
    const std::string name = path.substr(path.find_last_of('/') + 1);
    if (!path.starts_with("segments/") || contents.by_file.contains(name)) continue;
    const auto bytes = read_segment_file(files, folder, name);
    if (!bytes) report.problem(fmt::format("{}: {}", path, bytes.error().text));
    right += bytes.has_value();
  }
  report.checked.push_back(fmt::format("{} segments that no readable entry speaks of have the bytes of their names", right));
}

}  // namespace custos::evidence
