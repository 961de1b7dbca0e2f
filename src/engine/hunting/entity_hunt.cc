#include "engine/hunting/entity_hunt.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "engine/hunting/entity_tally.h"
#include "engine/hunting/event_entities.h"
#include "engine/hunting/proofs.h"

namespace custos::engine {
namespace entity_hunts {
namespace {

// Where its hits lie, each segment opened once.
std::vector<std::optional<SealedPlace>> places_of(SealedSources& sources, const std::vector<EntityHit>& hits) {
  std::vector<std::size_t> order(hits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::tie(hits[a].source, hits[a].offset) < std::tie(hits[b].source, hits[b].offset); });
  std::vector<std::optional<SealedPlace>> places(hits.size());
  for (const std::size_t i : order) places[i] = sources.find(sources.sources()[hits[i].source], hits[i].offset);
  return places;
}

// A computer is named with its domain in one place and without it in another.
bool same_entity(std::string_view value, const std::string& kind, std::string_view wanted) {
  const std::string folded = fold(value);
  if (folded == wanted) return true;
  return kind == "host" && ((folded.starts_with(wanted) && folded[wanted.size()] == '.') || (wanted.starts_with(folded) && wanted[folded.size()] == '.'));
}

std::string word_of(const std::string& kind) {
  if (kind == "host") return "computer";
  return kind;
}

// The whole document of an incident lies in the evidence.
Result<std::string> incident_document(SealedSources& sources, const store::CaseIncident& i) {
  for (std::size_t l = 0; l < sources.logs().size(); ++l) {
    if (sources.logs()[l].number != i.ref.log) continue;
    const auto& segments = sources.logs()[l].contents.segments;
    for (std::size_t n = 0; n < segments.size(); ++n) {
      if (segments[n].index != static_cast<std::uint64_t>(*i.segment) || segments[n].holds != "incidents") continue;
      const auto segment = sources.read(l, n);
      if (!segment) return tl::unexpected<Error>(segment.error());
      const auto leaf = static_cast<std::uint64_t>(*i.leaf);
      return leaf < (*segment)->records() ? Result<std::string>((*segment)->record(leaf)) : fail(Code::Malformed, "its segment has no such record");
    }
  }
  return fail(Code::NotFound, "its segment is not on record");
}

// Incidents of the case that speak of it.
void name_incidents(OpenedHunt& hunt, const std::string& wanted, EntityHunt& found) {
  for (const store::CaseIncident& i : hunt.view.incidents) {
    if (!i.segment || !i.leaf) continue;
    const auto document = incident_document(*hunt.sources, i);
    if (!document) {
      found.whole = false;
      found.said.push_back(fmt::format("incident {} could not be read: {}", i.id, document.error().text));
      continue;
    }
    const auto j = nlohmann::json::parse(*document, nullptr, false);
    const auto entities = j.is_object() ? j.find("entities") : j.end();
    if (entities == j.end() || !entities->is_array()) continue;
    for (const auto& e : *entities) {
      const auto text = [&e](const char* key) { return e.is_object() && e.contains(key) && e[key].is_string() ? e[key].get<std::string>() : std::string(); };
      if (!same_entity(text("value"), text("kind"), wanted)) continue;
      found.incidents.push_back({i, text("role").empty() ? word_of(text("kind")) : text("role")});
      break;
    }
  }
}

nlohmann::ordered_json times_json(const Times& t) {
  const auto time = [](Micros m) { return m == kNoTime ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(m)); };
  return {{"events", t.count}, {"first", time(t.first)}, {"last", time(t.last)}};
}

nlohmann::ordered_json named_json(const std::vector<std::string>& keys) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const std::string& k : keys) {
    if (is_derived(k[0])) continue;
    all.push_back({{"kind", entity_word(k[0])}, {"value", k.substr(1)}});
  }
  return all;
}

nlohmann::ordered_json report_json(const EntityHunt& found) {
  nlohmann::ordered_json as = nlohmann::ordered_json::array(), kinds = as, beside = as, incidents = as, not_whole = as;
  const auto add = [](nlohmann::ordered_json& to, nlohmann::ordered_json first, const Times& t) {
    first.update(times_json(t));
    to.push_back(std::move(first));
  };
  for (const auto& [letter, t] : found.report.as) add(as, {{"kind", entity_word(letter)}, {"derived", is_derived(letter)}}, t);
  for (const auto& [kind, t] : found.report.kinds) add(kinds, {{"kind", kind}}, t);
  for (const auto& [letter, of] : found.report.beside) {
    for (const auto& [value, t] : most_seen(of)) add(beside, {{"kind", entity_word(letter)}, {"value", *value}}, *t);
  }
  for (const auto& n : found.incidents) {
    incidents.push_back({{"id", n.incident.id}, {"case", n.incident.ref.log}, {"title", n.incident.title}, {"level", n.incident.level}, {"as", n.as}});
  }
  for (const auto& [file, why] : found.report.not_whole) not_whole.push_back({{"file", file}, {"why", why}});
  nlohmann::ordered_json j{{"type", "entity"}};
  j.update(times_json(found.report.all));
  j.update({{"as", as}, {"kinds", kinds}, {"beside", beside}, {"incidents", incidents}, {"indexed", found.indexed}, {"not_whole", not_whole}});
  return j;
}

}  // namespace
}  // namespace entity_hunts

Result<EntityHunt> hunt_entity(FileSystem& files, const CaseReading& reading, OpenedHunt& hunt, const EntityHuntOptions& options,
                               const std::function<void(const Progress&)>& progress) {
  if (trim(options.query.value).empty()) return fail(Code::Usage, "an entity has a name");
  EntityHunt found;
  IndexOptions how = options.index;
  for (int tries = 0; !options.without_index && !found.indexed && tries < 2; ++tries) {
    EntityIndex index = open_entity_index(files, reading, hunt, how, progress);
    found.said.insert(found.said.end(), index.said.begin(), index.said.end());
    if (!index.why_not.empty()) {
      found.said.push_back("all of the case was read, without an index: " + index.why_not);
      break;
    }
    auto report = ask_index(index, *hunt.sources, options.query);
    if (report) {
      found.report = std::move(*report);
      found.indexed = true;
    } else {
      found.said.push_back("the index was damaged, and is made anew: " + report.error().where);
      how.anew = true;
    }
  }
  if (!found.indexed) found.report = ask_evidence(*hunt.sources, options.query, options.index.threads, progress);
  found.places = entity_hunts::places_of(*hunt.sources, found.report.hits);
  entity_hunts::name_incidents(hunt, fold(options.query.value), found);
  return found;
}

Result<void> write_entity_hunt(OpenedHunt& hunt, const HuntTitle& title, const EntityHunt& found, share::Output& out) {
  write_title(hunt.view.number, title.what, title.query, title.recorded, out);
  std::set<SealedPlace> places;
  for (const auto& p : found.places) {
    if (p) places.insert(*p);
  }
  auto proved = write_proofs(*hunt.sources, places, out);
  const auto write = [&out](const nlohmann::ordered_json& j) { out.write(j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"); };
  for (std::size_t i = 0; i < found.report.hits.size(); ++i) {
    const EntityHit& h = found.report.hits[i];
    const SealedSource& source = hunt.sources->sources()[h.source];
    nlohmann::ordered_json proof = nlohmann::ordered_json::array();
    proof.push_back(found.places[i] ? pointer_json(*hunt.sources, source, *found.places[i]) : nlohmann::ordered_json());
    write({{"type", "hit"},
           {"time", h.time == kNoTime ? nlohmann::ordered_json() : nlohmann::ordered_json(to_rfc3339(h.time))},
           {"kind", h.kind},
           {"source", {{"file", source.name}, {"offset", h.offset}}},
           {"entities", entity_hunts::named_json(h.keys)},
           {"proof", std::move(proof)}});
  }
  write(entity_hunts::report_json(found));
  return proved;
}

}  // namespace custos::engine
