#include "engine/incidents/incidents.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
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

void hand_over(const LogsAround& logs, const correlate::Wanted& wanted, correlate::Lineage& into) {
  std::map<std::string, std::string, std::less<>> names;  // as records have them -> as mentions do
  for (const correlate::Trail* trail : logs.trails) {
    // What can't be read back is missing from a story, as what was never logged.
    static_cast<void>(trail->visit([&](const correlate::Step& s) {
      auto name = names.find(s.host);
      if (name == names.end()) {
        const Answer is = logs.resolver.host(s.host, s.time);
        const std::string own = is.known() ? is.value : fold(s.host.substr(0, s.host.find('.')));
        name = names.emplace(std::string(s.host), own).first;
      }
      const auto at = wanted.find(name->second);
      if (at == wanted.end() || s.time < at->second.from || s.time > at->second.until) return;
      correlate::ProgramStep step;
      step.kind = s.kind;
      step.time = s.time;
      step.place = {logs.file_of(s.source), s.offset, s.record};
      step.process = s.process;
      step.parent = s.parent;
      step.user = s.user;
      step.image = s.image;
      step.text = s.text;
      into.add(name->second, std::move(step));
    }));
  }
}

}  // namespace joining_incidents

correlate::Correlated find_incidents(const std::vector<Finding>& findings, const Institution& institution, const LogsAround& logs, double budget) {
  std::vector<correlate::Item> items;
  items.reserve(findings.size());
  for (const Finding& f : findings) items.push_back({&f, share::finding_id(f), correlate::mentions_of(f), {}});
  const Known known(institution, logs.reach, items);
  for (correlate::Item& item : items) {
    item.explained = known.explains(item);
    if (logs.reach != nullptr) joining_incidents::add_new_sources(*logs.reach, item);
  }
  correlate::Surroundings around = known.surroundings();
  around.programs = [&](const correlate::Wanted& wanted, correlate::Lineage& into) { joining_incidents::hand_over(logs, wanted, into); };
  if (logs.uploads != nullptr) {
    around.sent = [&](std::string_view host, correlate::Stretch when) { return logs.uploads->of(host, when, logs.file_of); };
  }
  const std::vector<correlate::Visit> visits = visits_of(logs.visits, institution, logs.resolver, logs.file_of);
  return correlate::correlate(items, around, {budget}, {institution.items, visits});
}

}  // namespace custos::engine
