#include "evidence/keep/retention.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/base64.h"
#include "evidence/documents/finding_document.h"
#include "evidence/keep/placer.h"
#include "evidence/segments/segment.h"
#include "evidence/segments/segment_folder.h"

namespace custos::evidence {
namespace retaining {
namespace {

constexpr std::size_t kMostHeld = 800, kMostDeleted = 300;  // names in one entry; some 67 and 160 bytes each

// An entry for each so many of the segments.
template <class Describe>
Result<std::vector<std::string>> entries(std::string_view kind, const Custody& custody, Micros time, const Segments& segments, std::size_t most,
                                         const Describe& describe, const nlohmann::ordered_json& more) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < segments.size(); i += most) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t k = i; k < std::min(i + most, segments.size()); ++k) list.push_back(describe(*segments[k]));
    nlohmann::ordered_json keys{{"segments", std::move(list)}};
    keys.update(more);
    auto entry = make_entry(kind, time, custody, keys);
    if (!entry) return tl::unexpected<Error>(entry.error());
    all.push_back(std::move(*entry));
  }
  return all;
}

}  // namespace
}  // namespace retaining

Result<Segments> segments_of_scans(const Contents& contents, const std::vector<std::uint64_t>& scans) {
  for (const std::uint64_t scan : scans) {
    if (!contents.scans.contains(scan)) return fail(Code::NotFound, fmt::format("entry {} is no scan; `custos evidence log` lists them", scan));
    if (!contents.ended.contains(scan)) return fail(Code::NotFound, fmt::format("the scan of entry {} never ended: nothing was sealed of it", scan));
  }
  Segments all;
  for (const SegmentClaim& s : contents.segments) {
    if (!contents.deleted.contains(s.file) && std::find(scans.begin(), scans.end(), s.scan) != scans.end()) all.push_back(&s);
  }
  return all;
}

std::vector<std::uint64_t> scans_before(const Contents& contents, std::string_view date) {
  std::vector<std::uint64_t> all;
  for (const auto& [scan, end] : contents.ended) {
    if (end.time.substr(0, 10) < date) all.push_back(scan);
  }
  return all;
}

Result<std::set<std::string>> segments_of_findings(FileSystem& files, const std::string& folder, const Contents& contents, const std::vector<std::string>& ids,
                                                   const Keyring& keyring) {
  std::set<std::string> all, wanted(ids.begin(), ids.end());
  for (const SegmentClaim& s : contents.segments) {
    if (s.holds != "findings" || contents.deleted.contains(s.file)) continue;
    auto segment = read_segment(files, folder, s.file, keyring);
    if (!segment) return tl::unexpected<Error>(segment.error());
    for (std::size_t k = 0; k + 1 < segment->records(); k += 2) {
      const auto d = read_finding_document(segment->record(k));
      if (!d) return fail(d.error().code, d.error().text, folder + "/" + segment_path(s.file));
      if (!ids.empty() && std::find(ids.begin(), ids.end(), d->id) == ids.end()) continue;
      wanted.erase(d->id);
      all.insert(s.file);
      for (const RecordPlace& p : d->places) all.insert(p.segment);
    }
  }
  if (!wanted.empty())
    return fail(Code::NotFound, fmt::format("there is no finding {} in it; `custos evidence log --findings` lists them", *wanted.begin()), folder);
  return all;
}

Result<std::vector<std::string>> hold_entries(const Custody& custody, Micros time, const Segments& segments, const std::string& until) {
  return retaining::entries("hold", custody, time, segments, retaining::kMostHeld, [](const SegmentClaim& s) { return nlohmann::ordered_json(s.file); },
                            {{"until", until}});
}

Result<std::vector<std::string>> deletion_entries(const Custody& custody, Micros time, const Segments& segments) {
  const auto describe = [](const SegmentClaim& s) { return nlohmann::ordered_json{{"file", s.file}, {"size", s.size}, {"root", to_base64(view(s.root))}}; };
  return retaining::entries("deletion", custody, time, segments, retaining::kMostDeleted, describe, nlohmann::ordered_json::object());
}

Result<std::uint64_t> delete_on_record(FileSystem& files, const std::string& folder, Log& log, const std::vector<std::string>& entries,
                                       const Segments& segments) {
  const auto first = log.append([&](std::uint64_t) -> Result<std::vector<std::string>> { return entries; });
  if (!first) return first;
  if (auto note = log.checkpoint(); !note) return tl::unexpected<Error>(note.error());
  std::set<std::string> names;
  for (const SegmentClaim* s : segments) names.insert(s->file);
  const auto gone = remove_deleted(files, folder, names);
  if (!gone) return fail(gone.error().code, gone.error().text + "; the deletion is on record, and the next one or a sweep ends it", gone.error().where);
  return first;
}

std::vector<std::string> still_there(FileSystem& files, const std::string& folder, const std::set<std::string>& deleted) {
  std::vector<std::string> all;
  for (const std::string& name : deleted) {
    if (files.exists(folder + "/" + segment_path(name))) all.push_back(name);
  }
  return all;
}

Result<std::vector<std::string>> remove_deleted(FileSystem& files, const std::string& folder, const std::set<std::string>& deleted) {
  std::vector<std::string> there = still_there(files, folder, deleted);
  Placer placer(files, folder);
  for (const std::string& name : there) {
    if (auto ok = placer.remove(segment_path(name)); !ok) return tl::unexpected<Error>(ok.error());
  }
  if (auto ok = placer.sync(); !ok) return tl::unexpected<Error>(ok.error());
  return there;
}

}  // namespace custos::evidence
