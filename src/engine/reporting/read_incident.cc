#include "engine/reporting/read_incident.h"

#include <nlohmann/json.hpp>

namespace custos::engine {
namespace incident_reading {
namespace {

using Json = nlohmann::json;

const Json& at(const Json& o, const char* key) {
  static const Json nothing;
  if (!o.is_object()) return nothing;
  const auto it = o.find(key);
  return it == o.end() ? nothing : *it;
}
std::string text_of(const Json& v) { return v.is_string() ? v.get<std::string>() : std::string(); }
std::string text(const Json& o, const char* key) { return text_of(at(o, key)); }
std::uint64_t number(const Json& o, const char* key) { return at(o, key).is_number_unsigned() ? at(o, key).get<std::uint64_t>() : 0; }
double figure(const Json& o, const char* key) { return at(o, key).is_number() ? at(o, key).get<double>() : 0; }
Micros time(const Json& o, const char* key) { return parse_time(text(o, key)).value_or(kNoTime); }
Level level(const Json& o, const char* key) { return parse_level(text(o, key)).value_or(Level::Medium); }

// Of an array, each; of anything else none.
template <class F>
void each(const Json& o, const char* key, F visit) {
  const Json& list = at(o, key);
  if (!list.is_array()) return;
  for (const Json& v : list) visit(v);
}

std::vector<std::string> texts(const Json& o, const char* key) {
  std::vector<std::string> out;
  each(o, key, [&](const Json& v) { out.push_back(text_of(v)); });
  return out;
}

EvidenceNumbers evidence(const Json& o) {
  EvidenceNumbers out;
  each(o, "evidence", [&](const Json& v) {
    if (v.is_number_unsigned() && v.get<std::uint64_t>() <= 0xFFFFFFFF) out.push_back(v.get<std::uint32_t>());
  });
  return out;
}

IncidentEvidence one_evidence(const Json& v) {
  const Json& place = at(v, "place");
  return {text(v, "finding"),   text(v, "title"),     level(v, "level"),
          time(v, "time"),      time(v, "last_time"), {text(place, "file"), number(place, "offset"), number(place, "record")},
          number(v, "records"), text(v, "why")};
}

Objective objective(const Json& v) {
  Objective o{text(v, "objective"), figure(v, "share"), {}, {}};
  each(v, "in_favour", [&](const Json& g) { o.in_favour.push_back({text(g, "text"), figure(g, "weight"), evidence(g)}); });
  each(v, "against", [&](const Json& g) { o.against.push_back({text(g, "text"), figure(g, "weight"), evidence(g)}); });
  return o;
}

Degree degree(const Json& v) {
  const std::string is = text(v, "degree");
  for (const Degree d : {Degree::Opened, Degree::Copied, Degree::Left}) {
    if (degree_name(d) == is) return d;
  }
  return Degree::MetadataSeen;
}

Certainty certainty(const Json& v) {
  const std::string is = text(v, "certainty");
  return is == certainty_name(Certainty::Certain) ? Certainty::Certain : is == certainty_name(Certainty::Likely) ? Certainty::Likely : Certainty::Possible;
}

Exposure exposure(const Json& v) {
  Exposure x{text(v, "item"), text(v, "kind"),  text(v, "title"), text(v, "confidentiality"), degree(v), certainty(v),
             time(v, "first"), time(v, "last"), number(v, "times"), {},                       {},        texts(v, "tell")};
  each(v, "steps", [&](const Json& s) { x.steps.push_back({degree(s), certainty(s), time(s, "first"), time(s, "last"), text(s, "text"), evidence(s)}); });
  each(v, "by", [&](const Json& b) {
    x.by.push_back({text(b, "account"), text(b, "from"), text(b, "session"), time(b, "first"), time(b, "last"), number(b, "times")});
  });
  return x;
}

}  // namespace
}  // namespace incident_reading

void read_incident(const nlohmann::json& from, share::ReportIncident& into) {
  using namespace incident_reading;
  Incident& i = into.incident;
  i.id = text(from, "id");
  i.title = text(from, "title");
  i.level = level(from, "level");
  i.score = figure(from, "score");
  i.first = time(from, "first");
  i.last = time(from, "last");
  i.raised = time(from, "raised");
  i.within_budget = at(from, "within_budget") == true;
  i.attack = texts(from, "attack");
  each(from, "evidence", [&](const Json& v) { i.evidence.push_back(one_evidence(v)); });
  each(from, "entities", [&](const Json& v) {
    i.entities.push_back({text(v, "kind"), text(v, "value"), text(v, "role"), time(v, "first"), time(v, "last"), evidence(v)});
  });
  each(from, "story", [&](const Json& v) {
    i.story.push_back({time(v, "time"), time(v, "last_time"), stage_named(text(v, "stage")), text(v, "text"), evidence(v)});
  });
  each(from, "stages", [&](const Json& v) {
    const auto stage = stage_named(text(v, "stage"));
    if (stage) i.stages.push_back({*stage, time(v, "first"), time(v, "last"), texts(v, "techniques"), evidence(v)});
  });
  each(from, "gaps", [&](const Json& v) {
    const auto stage = stage_named(text(v, "stage"));
    if (stage) i.gaps.push_back({*stage, text(v, "text")});
  });
  each(from, "objectives", [&](const Json& v) { i.objectives.push_back(objective(v)); });
  into.judged = at(from, "exposure").is_array();
  each(from, "exposure", [&](const Json& v) { i.exposure.push_back(exposure(v)); });
}

}  // namespace custos::engine
