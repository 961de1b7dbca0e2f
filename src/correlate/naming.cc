#include "correlate/naming.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/hash.h"

namespace custos::correlate {

void keep_names(std::vector<Incident>& incidents, std::span<const KnownIncident> known) {
  std::map<std::string_view, std::size_t> of_finding;  // the oldest that had it
  for (std::size_t k = 0; k < known.size(); ++k) {
    for (const std::string& f : known[k].findings) of_finding.emplace(f, k);
  }
  // How many findings each pair shares.
  std::map<std::size_t, std::map<std::size_t, std::size_t>> shared;  // known -> incident -> findings
  for (std::size_t i = 0; i < incidents.size(); ++i) {
    for (const IncidentEvidence& e : incidents[i].evidence) {
      if (e.finding.empty()) continue;
      if (const auto at = of_finding.find(e.finding); at != of_finding.end()) ++shared[at->second][i];
    }
  }
  std::set<std::size_t> named;
  for (const auto& [k, by_incident] : shared) {
    const auto most = std::max_element(by_incident.begin(), by_incident.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    Incident& i = incidents[most->first];
    const std::string& id = known[k].id;
    if (named.insert(most->first).second) {
      i.id = id;
    } else if (id != i.id && std::find(i.was.begin(), i.was.end(), id) == i.was.end()) {
      i.was.push_back(id);
    }
  }
  // What came apart may have computed the very name that the larger part keeps.
  std::set<std::string_view> taken;
  for (const std::size_t n : named) taken.insert(incidents[n].id);
  for (std::size_t n = 0; n < incidents.size(); ++n) {
    Incident& i = incidents[n];
    if (!named.contains(n) && taken.contains(i.id)) i.id = sha256_hex("part of " + i.id + " " + i.evidence.front().finding).substr(0, 16);
  }
}

}  // namespace custos::correlate
