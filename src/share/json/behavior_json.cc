#include "share/json/behavior_json.h"

namespace custos::share {
namespace behavior_json_file {
namespace {

void chart(JsonWriter& w, const Chart& c) {
  w.key("chart").open_object().field("title", c.title).field("unit", c.unit).key("bars").open_array();
  for (const auto& [label, value] : c.bars) w.open_object().field("label", label).field("value", value).close_object();
  w.close_array().close_object();
}

void reason(JsonWriter& w, const Reason& r) {
  w.open_object().field("detector", r.detector).field("title", r.title).field("stage", r.stage).field("sentence", r.sentence);
  w.field("p", r.p).key("window").time(r.window);
  chart(w, r.chart);
  w.key("evidence").open_array();
  for (const Place& p : r.evidence) {
    w.open_object().field("file", p.file).field("offset", p.offset).field("record", p.record).close_object();
  }
  w.close_array().close_object();
}

}  // namespace
}  // namespace behavior_json_file

void append_behavior(JsonWriter& w, const Behavior& b) {
  w.open_object().field("p", b.p).field("odds", b.odds).field("threshold", b.threshold).key("raised").time(b.raised);
  w.key("reasons").open_array();
  for (const Reason& r : b.reasons) behavior_json_file::reason(w, r);
  w.close_array().close_object();
}

}  // namespace custos::share
