#include "engine/casework/case_scan.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/casework/case_writer.h"
#include "engine/casework/rules.h"

namespace custos::engine {
namespace case_scans {
namespace {

// Of very many findings an entry names the first; the sealed incident has them all.
constexpr std::size_t kMostFindings = 1'500;

std::vector<correlate::KnownIncident> known(const store::CaseView& view) {
  auto incidents = view.incidents;
  std::stable_sort(incidents.begin(), incidents.end(), [](const auto& a, const auto& b) { return a.ref.entry < b.ref.entry; });
  std::vector<correlate::KnownIncident> out;
  for (const store::CaseIncident& i : incidents) {
    correlate::KnownIncident k{i.id, {}};
    const auto object = nlohmann::json::parse(i.whole, nullptr, false);
    const auto findings = object.is_object() ? object.find("findings") : object.end();
    if (findings == object.end() || !findings->is_array()) continue;
    for (const auto& f : *findings) {
      if (f.is_string()) k.findings.push_back(f.get<std::string>());
    }
    out.push_back(std::move(k));
  }
  return out;
}

nlohmann::ordered_json time_or_null(Micros t) { return t == kNoTime ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(t)); }

nlohmann::ordered_json act_of(const Incident& i, const SealedScan::Sealed& sealed) {
  std::vector<std::string> findings;
  std::size_t all = 0;
  for (const IncidentEvidence& e : i.evidence) {
    if (e.finding.empty()) continue;
    if (++all <= kMostFindings) findings.push_back(e.finding);
  }
  return {{"act", "incident"},
          {"incident",
           {{"id", i.id},
            {"title", i.title},
            {"level", level_name(i.level)},
            {"score", static_cast<std::uint64_t>(std::llround(i.score))},
            {"first", time_or_null(i.first)},
            {"last", time_or_null(i.last)},
            {"findings", findings},
            {"findings_in_all", all},
            {"was", i.was}}},
          {"segment", sealed.segment},
          {"leaf", sealed.leaf}};
}

}  // namespace
}  // namespace case_scans

Result<std::string> begin_case_scan(FileSystem& files, const CaseAccess& access, ScanOptions& options) {
  if (auto ok = check_is_case(files, access.folder); !ok) return tl::unexpected<Error>(ok.error());
  auto state = read_case(files, {access.folder, access.identity});
  // Who seals for others can't read what they have: new names then, which a later scan with an identity brings together.
  if (!state) return state.error().code == Code::Denied ? Result<std::string>(std::string()) : tl::unexpected<Error>(state.error());
  if (auto why = refusal(state->view, access.folder, access.log.custody.who, Need::Work); !why.empty()) return why;
  if (auto why = refusal_of_closed(state->view, access.folder); !why.empty()) return why;
  options.known_incidents = case_scans::known(state->view);
  return std::string();
}

Result<std::size_t> put_incidents(FileSystem& files, const CaseAccess& access, const ScanResult& result) {
  const auto& incidents = result.incidents.incidents;
  if (!result.sealed || !*result.sealed) return fail(Code::Internal, "was not sealed", access.folder);
  const auto& places = (*result.sealed)->incidents;
  if (places.size() != incidents.size()) return fail(Code::Internal, "incidents without a place", access.folder);
  if (incidents.empty()) return std::size_t{0};
  std::vector<nlohmann::ordered_json> acts;
  for (std::size_t n = 0; n < incidents.size(); ++n) acts.push_back(case_scans::act_of(incidents[n], places[n]));
  auto put = put_acts(files, access, acts);
  if (!put) return tl::unexpected<Error>(put.error());
  return incidents.size();
}

}  // namespace custos::engine
