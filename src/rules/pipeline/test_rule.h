// What the tests of pipelines share: a rule out of its detections' text, and a rule back as one line of text.
// Called by *_test.cc in this folder and in steps/ only.
// Owned values.
// One thread.
// Refuses nothing: a mistake in a test's text fails the test.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rules/parse/document.h"
#include "rules/pipeline/pipeline.h"

namespace custos::rules::pipeline::test {

inline std::string show(const Detection& d) {
  std::string out;
  if (d.kind == Detection::Kind::Leaf) {
    out = d.item.field;
    for (const std::string& modifier : d.item.modifiers) out += "|" + modifier;
    out += "=";
    for (const Scalar& value : d.item.values) out += (out.back() == '=' ? "" : ",") + value.text;
    for (const std::string& id : d.item.applied) out += " #" + id;
    return out;
  }
  for (const Detection& child : d.children)
    out += (out.empty() ? "" : d.kind == Detection::Kind::AllOf ? " & " : " / ") + show(child);
  return "(" + out + ")";
}

inline std::string show(const Condition& c) {
  std::string out;
  for (const Condition& child : c.children) out += (out.empty() ? "" : " ") + show(child);
  switch (c.kind) {
    case Condition::Kind::And: return "and(" + out + ")";
    case Condition::Kind::Or: return "or(" + out + ")";
    case Condition::Kind::Not: return "not(" + out + ")";
    case Condition::Kind::OneOf: return "one(" + c.name + ")";
    case Condition::Kind::AllOf: return "all(" + c.name + ")";
    case Condition::Kind::Name: return c.name;
    case Condition::Kind::True: return "true";
  }
  return out;
}

// "sel: (a=1 & b=2) ; other: c=3 ; sel and not other"
inline std::string show(const Rule& rule) {
  std::string out;
  for (const auto& [name, detection] : rule.detections) out += name + ": " + show(detection) + " ; ";
  return out + show(rule.condition);
}

inline Rule document(const std::string& yaml) {
  auto documents = parse_documents("test.yml", yaml);
  EXPECT_EQ(documents.size(), 1u);
  if (documents.size() != 1 || !documents[0].rule) {
    ADD_FAILURE() << (documents.empty() ? "no document" : documents[0].rule.error().text) << "\n" << yaml;
    return {};
  }
  return std::move(*documents[0].rule);
}

// A rule of windows/process_creation with these lines (indented by two) as its detections and `condition`.
inline Rule rule(const std::string& detections, const std::string& head = "") {
  return document(
      "title: t\nid: 11111111-2222-4333-8444-555555555555\nlogsource: {product: windows, category: "
      "process_creation}\n" +
      head + "detection:\n" + detections);
}

// A rule whose one detection `s` holds this flow map.
inline Rule one(const std::string& map, const std::string& head = "") {
  return rule("  s: " + map + "\n  condition: s\n", head);
}

inline Pipeline pipeline_of(const std::string& transformations, const std::string& head = "name: p\n") {
  auto read = parse_pipeline("p.yml", head + "transformations:\n" + transformations);
  if (!read) {
    ADD_FAILURE() << read.error().text << "\n" << transformations;
    return {};
  }
  return std::move(*read);
}

// The detections after the transformations; "refused: ..." where they refuse the rule.
inline std::string after(const std::string& transformations, Rule r, const std::string& head = "name: p\n") {
  const auto ok = pipeline_of(transformations, head).apply(r);
  return ok ? show(r) : "refused: " + ok.error().text;
}

// The same of a rule with one detection, without its name and condition.
inline std::string item_after(const std::string& transformations, const std::string& map,
                              const std::string& head = "name: p\n") {
  const std::string all = after(transformations, one(map), head);
  return all.starts_with("s: ") ? all.substr(3, all.rfind(" ; ") - 3) : all;
}

}  // namespace custos::rules::pipeline::test
