#include "share/json/incident_json.h"

namespace custos::share {
namespace incident_objects {

void numbers(JsonWriter& w, const EvidenceNumbers& n) {
  w.key("evidence").open_array();
  for (const std::uint32_t i : n) w.value(std::uint64_t{i});
  w.close_array();
}

void evidence(JsonWriter& w, const Incident& i) {
  w.key("evidence").open_array();
  for (const IncidentEvidence& e : i.evidence) {
    w.open_object().field("finding", e.finding).field("title", e.title).field("level", level_name(e.level)).key("time").time(e.time);
    append_place(w.key("last_time").time(e.last_time).key("place"), e.place);
    w.field("records", e.records).field("why", e.why).close_object();
  }
  w.close_array();
}

void entities(JsonWriter& w, const Incident& i) {
  w.key("entities").open_array();
  for (const IncidentEntity& e : i.entities) {
    w.open_object().field("kind", e.kind).field("value", e.value).field("role", e.role).key("first").time(e.first).key("last").time(e.last);
    numbers(w, e.evidence);
    w.close_object();
  }
  w.close_array();
}

void story(JsonWriter& w, const Incident& i) {
  w.key("story").open_array();
  for (const Sentence& s : i.story) {
    w.open_object().key("time").time(s.time).key("last_time").time(s.last_time).key("stage");
    s.stage ? w.value(stage_name(*s.stage)) : w.null();
    w.field("text", s.text);
    numbers(w, s.evidence);
    w.close_object();
  }
  w.close_array();
}

void stages(JsonWriter& w, const Incident& i) {
  w.key("stages").open_array();
  for (const StageSeen& s : i.stages) {
    w.open_object().field("stage", stage_name(s.stage)).key("first").time(s.first).key("last").time(s.last).key("techniques").values(s.techniques);
    numbers(w, s.evidence);
    w.close_object();
  }
  w.close_array().key("gaps").open_array();
  for (const MissingStage& g : i.gaps) w.open_object().field("stage", stage_name(g.stage)).field("text", g.text).close_object();
  w.close_array();
}

void grounds(JsonWriter& w, std::string_view side, const std::vector<Ground>& of) {
  w.key(side).open_array();
  for (const Ground& g : of) {
    w.open_object().field("text", g.text).field("weight", g.weight);
    numbers(w, g.evidence);
    w.close_object();
  }
  w.close_array();
}

void objectives(JsonWriter& w, const Incident& i) {
  w.key("objectives").open_array();
  for (const Objective& o : i.objectives) {
    w.open_object().field("objective", o.name).field("share", o.share);
    grounds(w, "in_favour", o.in_favour);
    grounds(w, "against", o.against);
    w.close_object();
  }
  w.close_array();
}

void exposure(JsonWriter& w, const Incident& i) {
  w.key("exposure").open_array();
  for (const Exposure& e : i.exposure) {
    w.open_object().field("item", e.item).field("kind", e.kind).field("title", e.title).field("confidentiality", e.confidentiality);
    w.field("degree", degree_name(e.degree)).field("certainty", certainty_name(e.certainty));
    w.key("first").time(e.first).key("last").time(e.last).field("times", e.times).key("steps").open_array();
    for (const ExposureStep& s : e.steps) {
      w.open_object().field("degree", degree_name(s.degree)).field("certainty", certainty_name(s.certainty));
      w.key("first").time(s.first).key("last").time(s.last).field("text", s.text);
      numbers(w, s.evidence);
      w.close_object();
    }
    w.close_array().key("by").open_array();
    for (const ExposedBy& b : e.by) {
      w.open_object().field("account", b.account).field("from", b.from).field("session", b.session);
      w.key("first").time(b.first).key("last").time(b.last).field("times", b.times).close_object();
    }
    w.close_array().key("tell").values(e.tell).close_object();
  }
  w.close_array();
}

}  // namespace incident_objects

void append_place(JsonWriter& w, const Place& p) {
  w.open_object().field("file", p.file).field("offset", p.offset).field("record", p.record).close_object();
}

void append_incident(JsonWriter& w, const Incident& i) {
  using namespace incident_objects;
  w.open_object().field("type", "incident").field("id", i.id).key("was").values(i.was).field("title", i.title);
  w.field("level", level_name(i.level)).field("score", i.score);
  w.field("within_budget", i.within_budget).key("first").time(i.first).key("last").time(i.last).key("raised").time(i.raised);
  w.key("attack").values(i.attack);
  evidence(w, i);
  entities(w, i);
  story(w, i);
  stages(w, i);
  objectives(w, i);
  exposure(w, i);
  w.close_object();
}

}  // namespace custos::share
