#include "institution/file/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <set>
#include <span>
#include <sstream>

namespace custos::institution {
namespace key_list_test {
namespace {

namespace dom = simdjson::dom;

// "hosts[].roles: words office|server|..." for every key that the reader takes.
class KeyList {
 public:
  KeyList(std::set<std::string>& out, std::string at) : out_(out), at_(std::move(at)) {}

  void version(std::string_view key, int wanted) { say(key, "version " + std::to_string(wanted), Need::Required); }
  void text(std::string_view key, std::string&, Need need = Need::Optional) { say(key, "text", need); }
  void text_or(std::string_view key, std::string&, const std::string&) { say(key, "text"); }
  void texts(std::string_view key, std::vector<std::string>&, Need need = Need::Optional) { say(key, "texts", need); }
  void word(std::string_view key, std::string&, std::string_view, std::span<const std::string_view> known, Words words, Need need = Need::Optional) {
    say(key, (words == Words::Closed ? "one of" : "text") + list(known), need);
  }
  void words(std::string_view key, std::vector<std::string>&, std::span<const std::string_view> known, Words) { say(key, "texts" + list(known)); }
  void flag(std::string_view key, bool&) { say(key, "flag"); }
  void number(std::string_view key, int&, int, int least, int most) { say(key, "number " + std::to_string(least) + " " + std::to_string(most)); }
  void time(std::string_view key, Micros&) { say(key, "time"); }
  void span(Span&) {
    say("from", "time");
    say("until", "time");
  }
  void days(std::string_view key, std::vector<int>&, const std::vector<int>&) { say(key, "days"); }
  void clock(std::string_view key, int&, int) { say(key, "clock"); }
  void dates(std::string_view key, std::vector<std::string>&, const std::vector<std::string>&) { say(key, "dates"); }
  void assignments(std::string_view key, std::vector<std::string>&, std::map<std::string, Span>&) { say(key, "assignments"); }
  void own_hours(std::string_view key, std::optional<WorkingHours>&) { say(key, "hours"); }
  void common_hours(std::string_view key, WorkingHours& hours) {
    say(key, "hours");
    KeyList inner(out_, "hours.");
    Keys<WorkingHours>::of(inner, hours, hours);
  }
  template <class F>
  void group(std::string_view key, std::string_view, F&& fill) {
    KeyList inner(out_, at_ + std::string(key) + ".");
    fill(inner);
  }
  template <class T>
  void entries(std::string_view key, std::vector<T>&) {
    KeyList inner(out_, at_ + std::string(key) + "[].");
    T t;
    Keys<T>::of(inner, t);
  }

 private:
  static std::string list(std::span<const std::string_view> words) {
    std::string out;
    for (const std::string_view w : words) out += " " + std::string(w);
    return out;
  }
  void say(std::string_view key, const std::string& type, Need need = Need::Optional) {
    out_.insert(at_ + std::string(key) + ": " + type + (need == Need::Required ? " required" : ""));
  }
  std::set<std::string>& out_;
  std::string at_;
};

std::string words(dom::element list) {
  std::string out;
  for (dom::element w : dom::array(list)) out += " " + std::string(std::string_view(w));
  return out;
}

// The same lines from the schema.
class SchemaList {
 public:
  SchemaList(dom::element root, std::set<std::string>& out) : root_(root), out_(out) {}

  void object(dom::element o, const std::string& at) {
    EXPECT_EQ(bool(o["additionalProperties"]), false) << at;
    std::set<std::string> required;
    if (dom::element r; o["required"].get(r) == simdjson::SUCCESS) {
      for (dom::element k : dom::array(r)) required.emplace(std::string_view(k));
    }
    for (const auto [key, value] : dom::object(o["properties"])) property(std::string(key), value, at, required.contains(std::string(key)));
  }

 private:
  static std::string ref(dom::element e) {
    std::string_view r;
    return e["$ref"].get(r) == simdjson::SUCCESS ? std::string(r.substr(r.rfind('/') + 1)) : std::string();
  }

  void property(const std::string& key, dom::element p, const std::string& at, bool required) {
    const std::string tail = required ? " required" : "";
    std::string_view type;
    dom::element part;
    std::string r = ref(p);
    if (p["anyOf"].get(part) == simdjson::SUCCESS) {
      r = ref(part.at(1));
      return object(root_["$defs"][r], at + key + "[].");
    }
    if (p["type"].get(type) == simdjson::SUCCESS && type == "object") return object(p, at + key + ".");
    std::string line;
    if (p["const"].get(part) == simdjson::SUCCESS) line = "version " + std::to_string(std::int64_t(part));
    if (p["enum"].get(part) == simdjson::SUCCESS) line = "one of" + words(part);
    if (type == "boolean") line = "flag";
    if (type == "integer") line = "number " + std::to_string(std::int64_t(p["minimum"])) + " " + std::to_string(std::int64_t(p["maximum"]));
    if (!r.empty()) line = r;
    if (p["examples"].get(part) == simdjson::SUCCESS) line += words(r == "texts" ? part.at(0) : part);
    if (at == "hours." && key == "days") line = "days";
    if (at == "hours." && key == "holidays") line = "dates";
    out_.insert(at + key + ": " + line + tail);
  }

  dom::element root_;
  std::set<std::string>& out_;
};

TEST(Keys, TheSchemaSaysTheSame) {
  std::set<std::string> ours, schema;
  Institution i;
  KeyList list(ours, "");
  Keys<Institution>::of(list, i);
  dom::parser parser;
  dom::element root;
  ASSERT_EQ(parser.load(CUSTOS_SOURCE_DIR "/content/institution.schema.json").get(root), simdjson::SUCCESS);
  SchemaList walk(root, schema);
  walk.object(root, "");
  // Hours and days are alternatives in the schema, and stand once.
  for (const auto [key, value] : dom::object(root["$defs"]["hours"]["properties"])) {
    const std::string k(key);
    schema.insert("hours." + k + ": " + (k == "zone" ? "text" : k == "days" ? "days" : k == "holidays" ? "dates" : "clock"));
  }
  EXPECT_EQ(ours, schema);
  EXPECT_GT(ours.size(), 90u);
}

TEST(Keys, TheDocumentNamesEveryKey) {
  std::ifstream in(CUSTOS_SOURCE_DIR "/docs/formats/institution.md");
  std::stringstream doc;
  doc << in.rdbuf();
  std::set<std::string> ours;
  Institution i;
  KeyList list(ours, "");
  Keys<Institution>::of(list, i);
  for (const std::string& line : ours) {
    const std::string path = line.substr(0, line.find(':'));
    const std::string key = path.substr(path.find_last_of(".") + 1);
    EXPECT_NE(doc.str().find("`" + key + "`"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace key_list_test
}  // namespace custos::institution
