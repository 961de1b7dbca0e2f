#include "simulate/deed.h"

#include <fmt/format.h>

#include "base/text.h"

namespace custos::simulate {
namespace {

void member(std::string& out, std::string_view key, std::string_view value) {
  out += fmt::format("{}\"{}\":\"", out.back() == '{' ? "" : ",", key);
  append_json_escaped(out, value);
  out += '"';
}

}  // namespace

std::string Deed::row() const {
  std::string out = "{";
  member(out, "campaign", campaign);
  member(out, "kind", kind);
  member(out, "stage", stage);
  if (!technique.empty()) member(out, "technique", technique);
  member(out, "time", to_rfc3339(time));
  out += ",\"entities\":[";
  for (const Entity& e : entities) {
    out += out.back() == '[' ? "{" : ",{";
    member(out, "kind", e.kind);
    member(out, "value", e.value);
    out += '}';
  }
  out += "],\"events\":[";
  for (const Shown& s : shown) {
    out += out.back() == '[' ? "{" : ",{";
    member(out, "file", s.file);
    out += fmt::format(",\"record\":{}", s.record);
    if (!s.id.empty()) member(out, "id", s.id);
    out += '}';
  }
  out += fmt::format("],\"lost\":{}}}", lost);
  return out;
}

}  // namespace custos::simulate
