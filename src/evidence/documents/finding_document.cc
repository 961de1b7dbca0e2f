#include "evidence/documents/finding_document.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "evidence/documents/disclosure.h"

namespace custos::evidence {
namespace documents {
namespace {

constexpr std::size_t kMostPlaces = 1000;
constexpr const char* kOpenKeys[] = {"type",       "id",    "rule",   "level",   "time",     "last_time",
                                     "log_source", "count", "attack", "tactics", "pipeline", "engine"};

// Collects values: the hash goes into the document, the disclosure beside it.
class Holder {
 public:
  void hold(std::string_view what, std::string_view name, const nlohmann::json& value) {
    const std::string disclosure = make_disclosure(name, value);
    holds_.push_back({{"what", what}, {"name", name}, {"digest", digest_of(disclosure)}});
    disclosures_ += disclosure + "\n";
  }
  nlohmann::ordered_json& holds() { return holds_; }
  std::string& disclosures() { return disclosures_; }

 private:
  nlohmann::ordered_json holds_ = nlohmann::ordered_json::array();
  std::string disclosures_;
};

void hold_entities(const nlohmann::json& entities, Holder& holder) {
  for (const auto& e : entities) {
    const std::string kind = e.at("kind");
    holder.hold("entity", kind, e.at("value"));
    for (const auto& i : e.value("identities", nlohmann::json::array())) {
      if (i.at("value").is_string()) holder.hold("identity", kind + "/" + i.at("kind").get<std::string>(), i.at("value"));
    }
  }
}

void hold_parts(const std::string& raw, const std::vector<FieldPart>& parts, Holder& holder) {
  std::size_t at = 0;
  const auto hold = [&](std::string_view name, std::size_t until) {
    if (until > at) holder.hold("part", name, raw.substr(at, until - at));
    at = std::max(at, until);
  };
  for (const FieldPart& p : parts) {
    hold("", std::min<std::size_t>(p.at, raw.size()));
    hold(p.field, std::min<std::size_t>(p.at + p.size, raw.size()));
  }
  hold("", raw.size());
}

}  // namespace
}  // namespace documents

SealedFinding seal_finding(const nlohmann::json& line, const std::vector<FieldPart>& parts, bool verbatim, const std::vector<RecordPlace>& places) {
  nlohmann::ordered_json document;
  for (const char* key : documents::kOpenKeys) document[key] = line.at(key);
  std::vector<std::string> segments;
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < std::min(places.size(), documents::kMostPlaces); ++i) {
    const auto known = std::find(segments.begin(), segments.end(), places[i].segment);
    records.push_back({{"segment", known - segments.begin()}, {"leaf", places[i].leaf}});
    if (known == segments.end()) segments.push_back(places[i].segment);
  }
  documents::Holder holder;
  // Rules are public and say nothing of anybody; those of behaviour are made for an actor and name him.
  if (document["rule"].value("kind", "") == "behavior") {
    holder.hold("title", "", document["rule"]["title"]);
    document["rule"]["title"] = "Unusual behaviour";
  }
  if (!line.at("source").at("file").get<std::string>().empty()) holder.hold("file", "", line.at("source").at("file"));
  documents::hold_entities(line.at("entities"), holder);
  for (const auto& m : line.at("matched")) holder.hold("matched", m.at("field").get<std::string>(), m.at("value"));
  if (line.contains("behavior")) holder.hold("behavior", "", line.at("behavior"));
  documents::hold_parts(line.at("raw").get<std::string>(), parts, holder);
  document["segments"] = segments;
  document["records"] = std::move(records);
  document["verbatim"] = verbatim;
  document["holds"] = std::move(holder.holds());
  return {document.dump(), std::move(holder.disclosures())};
}

Result<FindingDocument> read_finding_document(std::string_view text) {
  const auto wrong = [] { return fail(Code::Malformed, "is no finding document"); };
  try {
    const auto j = nlohmann::json::parse(text);
    if (j.at("type") != "finding") return wrong();
    FindingDocument d;
    d.id = j.at("id").get<std::string>();
    d.title = j.at("rule").at("title").get<std::string>();
    d.level = j.at("level").get<std::string>();
    d.time = j.at("time").is_string() ? j.at("time").get<std::string>() : std::string();
    d.count = j.at("count").get<std::uint64_t>();
    d.verbatim = j.at("verbatim").get<bool>();
    const auto segments = j.at("segments").get<std::vector<std::string>>();
    for (const auto& r : j.at("records")) d.places.push_back({segments.at(r.at("segment").get<std::size_t>()), r.at("leaf").get<std::uint32_t>()});
    for (const auto& h : j.at("holds")) {
      d.holds.push_back({h.at("what").get<std::string>(), h.at("name").get<std::string>(), h.at("digest").get<std::string>()});
    }
    return d;
  } catch (const std::exception&) {
    return wrong();
  }
}

}  // namespace custos::evidence
