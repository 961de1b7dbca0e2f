#include "engine/evidence/listing.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace listings {
namespace {

using Visit =
    std::function<void(const evidence::FindingDocument&, std::string_view disclosures, std::uint64_t entry, const std::string& segment, std::uint32_t leaf)>;

Result<std::unique_ptr<evidence::LogReader>> open(FileSystem& files, const Reading& from) {
  auto keyring = read_keyring(from.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  return evidence::LogReader::open(files, from.folder, std::move(*keyring));
}

// Every sealed finding, oldest scan first.
Result<void> each_finding(const Reading& from, const Visit& visit) {
  const auto files = real_files();
  auto log = open(*files, from);
  if (!log) return tl::unexpected<Error>(log.error());
  auto contents = evidence::read_contents(**log);
  if (!contents) return fail(contents.error().code, contents.error().text, from.folder);
  for (const evidence::SegmentClaim& s : contents->segments) {
    if (s.holds != "findings" || contents->deleted.contains(s.file)) continue;
    auto segment = evidence::read_segment(*files, from.folder, s.file, (*log)->keyring());
    if (!segment) return tl::unexpected<Error>(segment.error());
    for (std::size_t k = 0; k + 1 < segment->records(); k += 2) {
      const auto d = evidence::read_finding_document(segment->record(k));
      if (!d) return fail(d.error().code, d.error().text, from.folder + "/" + evidence::segment_path(s.file));
      visit(*d, segment->record(k + 1), s.index, s.file, static_cast<std::uint32_t>(k));
    }
  }
  return {};
}

ListedFinding listed(const evidence::FindingDocument& d, std::uint64_t entry) { return {d.id, d.level, d.time, d.title, d.count, entry}; }

}  // namespace
}  // namespace listings

Result<void> list_entries(const Reading& from, const std::function<void(const ListedEntry&)>& visit) {
  const auto files = real_files();
  auto log = listings::open(*files, from);
  if (!log) return tl::unexpected<Error>(log.error());
  for (std::uint64_t i = 0; i < (*log)->size(); ++i) {
    auto entry = (*log)->entry(i);
    if (!entry) return tl::unexpected<Error>(entry.error());
    visit({i, std::move(*entry), true});
  }
  auto behind = (*log)->unsigned_entries();
  if (!behind) return tl::unexpected<Error>(behind.error());
  for (std::size_t i = 0; i < behind->size(); ++i) {
    auto entry = (*log)->open_entry((*log)->size() + i, (*behind)[i].stored);
    if (!entry) return tl::unexpected<Error>(entry.error());
    visit({(*log)->size() + i, std::move(*entry), false});
  }
  return {};
}

Result<void> list_findings(const Reading& from, const std::function<void(const ListedFinding&)>& visit) {
  return listings::each_finding(from, [&](const evidence::FindingDocument& d, std::string_view, std::uint64_t entry, const std::string&, std::uint32_t) {
    visit(listings::listed(d, entry));
  });
}

Result<ShownEntry> show_entry(const Reading& from, std::uint64_t index) {
  const auto files = real_files();
  auto log = listings::open(*files, from);
  if (!log) return tl::unexpected<Error>(log.error());
  auto entry = (*log)->entry(index);
  if (!entry) return tl::unexpected<Error>(entry.error());
  auto proof = (*log)->tlog_proof(index);
  if (!proof) return tl::unexpected<Error>(proof.error());
  return ShownEntry{std::move(*entry), std::move(*proof)};
}

Result<ShownFinding> show_finding(const Reading& from, const std::string& id) {
  ShownFinding shown;
  Result<void> ok;
  const auto done = listings::each_finding(
      from, [&](const evidence::FindingDocument& d, std::string_view lines, std::uint64_t entry, const std::string& segment, std::uint32_t leaf) {
        if (d.id != id) return;  // the newest of this id counts
        shown = {listings::listed(d, entry), segment, leaf, {}, d.places};
        std::vector<std::string_view> disclosures;
        if (!evidence::split_disclosures(lines, disclosures) || disclosures.size() != d.holds.size()) {
          ok = fail(Code::Malformed, fmt::format("the disclosures of finding {} are not those of its document", id), from.folder);
          return;
        }
        for (std::size_t i = 0; i < disclosures.size(); ++i) {
          auto value = evidence::read_disclosure(disclosures[i]);
          if (!value) ok = tl::unexpected<Error>(value.error());
          shown.values.push_back({d.holds[i].what, d.holds[i].name, value ? std::move(value->text) : std::string()});
        }
      });
  if (!done) return tl::unexpected<Error>(done.error());
  if (!ok) return tl::unexpected<Error>(ok.error());
  if (shown.segment.empty())
    return fail(Code::NotFound, fmt::format("there is no finding {} in it; `custos evidence log --findings` lists them", id), from.folder);
  return shown;
}

}  // namespace custos::engine
