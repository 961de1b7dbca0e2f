#include "engine/incidents/incidents.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/net/address.h"
#include "engine/incidents/surroundings.h"
#include "share/share.h"

namespace custos::engine {

namespace joining_incidents {

constexpr Micros kNewFor = kDay;
constexpr std::size_t kMostNew = 3;

// An account that is used from a computer for the first time is that computer's too: whoever holds it may have taken the account there.
void add_new_sources(const Reach& reach, correlate::Item& item) {
  const Micros at = item.finding->time;
  if (at == kNoTime) return;
  std::vector<correlate::Mention> found;
  for (const correlate::Mention& m : item.mentions) {
    if (m.kind != "account") continue;
    for (const Reach::Source& s : reach.sources(m.value)) {
      if (s.first > at || s.first < at - kNewFor || parse_address(s.name)) continue;
      std::string how = fmt::format("{} was used from {} for the first time, and {} was named", m.value, s.name, s.name);
      found.push_back({"host", std::string(s.name), Part::Other, std::move(how)});
    }
  }
  if (found.size() > kMostNew) return;
  for (correlate::Mention& m : found) {
    const auto same = [&](const correlate::Mention& o) { return o.key() == m.key(); };
    if (std::none_of(item.mentions.begin(), item.mentions.end(), same)) item.mentions.push_back(std::move(m));
  }
}

}  // namespace joining_incidents

correlate::Correlated find_incidents(const std::vector<Finding>& findings, const Institution& institution, const Reach* reach, double budget) {
  std::vector<correlate::Item> items;
  items.reserve(findings.size());
  for (const Finding& f : findings) items.push_back({&f, share::finding_id(f), correlate::mentions_of(f), {}});
  const Known known(institution, reach, items);
  for (correlate::Item& item : items) {
    item.explained = known.explains(item);
    if (reach != nullptr) joining_incidents::add_new_sources(*reach, item);
  }
  return correlate::correlate(items, known.surroundings(), {budget});
}

}  // namespace custos::engine
