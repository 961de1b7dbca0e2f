// A naive reader of the OCSF definitions: does an event hold only known attributes, of the right types and values?
// Called by ocsf_test.cc.
// Lives for one test.
// One thread.
// Refuses nothing: every problem is a line of problems().
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace custos::share::ocsf_check {

using Json = nlohmann::json;

class Checker {
 public:
  explicit Checker(std::filesystem::path dir) : dir_(std::move(dir)), dictionary_(load(dir_ / "dictionary.json")) {
    for (const auto& [name, type] : dictionary_["types"]["attributes"].items()) {
      if (type.contains("observable")) observables_[type["observable"]] = type["caption"];
    }
    for (const auto& entry : std::filesystem::directory_iterator(dir_ / "objects")) {
      const Json o = load(entry.path());
      if (o.contains("observable")) observables_[o["observable"]] = o["caption"];
    }
  }

  // `attributes` of an event class, `base` the names every event may have besides; `required` ones of those.
  void event(const Json& e, const Json& attributes, const std::set<std::string>& required) {
    for (const std::string& name : required) {
      if (!e.contains(name)) complain("", "lacks " + name);
    }
    for (const auto& [name, value] : e.items()) {
      const Json own = attributes.contains(name) ? attributes[name] : Json::object();
      attribute(name, value, own, e, name);
    }
    for (const auto& [name, a] : attributes.items()) {
      if (a.is_object() && a.value("requirement", "") == "required" && !e.contains(name)) complain("", "lacks " + name);
    }
    for (const auto& o : e.value("observables", Json::array())) observable(o, e);
  }

  const std::vector<std::string>& problems() const { return problems_; }
  static Json load(const std::filesystem::path& path) {
    std::ifstream in(path);
    return Json::parse(in);
  }

 private:
  void complain(const std::string& where, const std::string& what) { problems_.push_back(where + ": " + what); }

  Json object_definition(const std::string& name) {
    Json own = load(dir_ / "objects" / (name + ".json"));
    if (!own.contains("extends")) return own;
    Json merged = object_definition(own["extends"]);
    for (const auto& [key, value] : own["attributes"].items()) {
      if (merged["attributes"].contains(key) && merged["attributes"][key].is_object() && value.is_object()) {
        merged["attributes"][key].merge_patch(value);
      } else {
        merged["attributes"][key] = value;
      }
    }
    if (own.contains("constraints")) merged["constraints"] = own["constraints"];
    merged["name"] = name;
    return merged;
  }

  void attribute(const std::string& name, const Json& value, const Json& own, const Json& holder,
                 const std::string& where) {
    if (!dictionary_["attributes"].contains(name)) return complain(where, "is no attribute of OCSF");
    Json a = dictionary_["attributes"][name];
    a.merge_patch(own);
    if (a.value("is_array", false)) {
      if (!value.is_array()) return complain(where, "is no array");
      for (std::size_t i = 0; i < value.size(); ++i) one(value[i], a, holder, where + "[" + std::to_string(i) + "]");
    } else {
      one(value, a, holder, where);
    }
  }

  void one(const Json& value, const Json& a, const Json& holder, const std::string& where) {
    const std::string type = a["type"];
    if (!dictionary_["types"]["attributes"].contains(type)) return object(value, type, where);
    const std::string base = dictionary_["types"]["attributes"][type].value("type", type);
    if (base == "string_t" && !value.is_string()) complain(where, "is no string");
    if (base == "boolean_t" && !value.is_boolean()) complain(where, "is no boolean");
    if ((base == "integer_t" || base == "long_t") && !value.is_number_integer()) complain(where, "is no integer");
    if (base == "integer_t" && value.is_number_integer() && (value > 2147483647 || value < -2147483648ll))
      complain(where, "is no 32-bit integer");
    if (base == "long_t" && value.is_number_unsigned() && value > 9223372036854775807ull)
      complain(where, "is no 64-bit integer");
    if (!a.contains("enum") || where.find("observables") != std::string::npos) return;
    const std::string key = value.is_string() ? value.get<std::string>() : value.dump();
    if (!a["enum"].contains(key)) return complain(where, "has no value " + key);
    if (a.contains("sibling") && key != "99") {
      const std::string sibling = a["sibling"];
      if (holder.contains(sibling) && holder[sibling] != a["enum"][key]["caption"])
        complain(where, "and its sibling differ: " + holder[sibling].dump());
    }
  }

  void object(const Json& value, const std::string& type, const std::string& where) {
    if (!value.is_object()) return complain(where, "is no object");
    if (type == "object") return;  // anything goes: unmapped
    const Json definition = object_definition(type);
    for (const auto& [name, v] : value.items()) {
      if (!definition["attributes"].contains(name)) {
        complain(where + "." + name, "is no attribute of " + type);
        continue;
      }
      attribute(name, v, definition["attributes"][name], value, where + "." + name);
    }
    for (const auto& [name, a] : definition["attributes"].items()) {
      if (a.is_object() && a.contains("requirement") && a["requirement"] == "required" && !value.contains(name))
        complain(where, "lacks " + name);
    }
    if (!definition.contains("constraints") || !definition["constraints"].contains("at_least_one")) return;
    bool any = false;
    for (const auto& name : definition["constraints"]["at_least_one"])
      any = any || value.contains(name.get<std::string>());
    if (!any) complain(where, "has none of " + definition["constraints"]["at_least_one"].dump());
  }

  // The type is one that is told apart, and the name leads to that very value.
  void observable(const Json& o, const Json& e) {
    const int id = o["type_id"];
    if (!observables_.contains(id)) return complain("observables", "has no type " + std::to_string(id));
    if (o["type"] != observables_[id]) complain("observables", o["type"].dump() + " is not " + observables_[id]);
    std::string pointer = "/" + o["name"].get<std::string>();
    for (char& c : pointer) c = c == '.' || c == '[' ? '/' : c;
    std::erase(pointer, ']');
    const Json::json_pointer p(pointer);
    if (!e.contains(p) || e[p] != o["value"]) complain("observables", pointer + " leads nowhere");
  }

  std::filesystem::path dir_;
  Json dictionary_;
  std::map<int, std::string> observables_;
  std::vector<std::string> problems_;
};

}  // namespace custos::share::ocsf_check
