#include "correlate/attribution/attack_facts.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files/file.h"

namespace custos::correlate {
namespace facts_reading {

using Json = nlohmann::json;

constexpr std::size_t kMostCells = 4'000'000;  // groups times techniques: what known.h makes a table of
constexpr std::size_t kMostListed = 100;
constexpr std::size_t kMostTactics = 256;  // techniques look through them

// What a tree no longer shows: keys that stand twice, and how deep it was.
class Shape {
 public:
  explicit Shape(std::size_t most) : most_(most) {}
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (depth >= 0 && static_cast<std::size_t>(depth) > most_) deep = true;
    if (event == Event::object_start) open_.emplace_back();
    if (event == Event::object_end && !open_.empty()) open_.pop_back();
    if (event == Event::key && !open_.empty() && !open_.back().insert(value.get<std::string>()).second && twice.empty()) twice = value.get<std::string>();
    return !deep;  // what lies deeper is not kept
  }
  bool deep = false;
  std::string twice;

 private:
  std::size_t most_;
  std::vector<std::set<std::string>> open_;
};

template <class Entry>
std::optional<Ordinal> find(const std::vector<Entry>& entries, std::string_view id) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), id, [](const Entry& e, std::string_view i) { return e.id < i; });
  if (at == entries.end() || at->id != id) return std::nullopt;
  return static_cast<Ordinal>(at - entries.begin());
}

// Reads on after what is wrong, with nothing in its place; the first that was wrong is what the caller gets to know.
class Reader {
 public:
  Reader(const Json& root, const Limits& limits) : root_(root), limits_(limits) {}

  Result<AttackFacts> read() {
    if (!root_.is_object()) return fail(Code::Malformed, "is no JSON object; supply the compiled facts (docs/formats/attack-facts.md)");
    facts_.source = text(root_, "source", "");
    read_tactics();
    read_techniques();
    entries("software", facts_.software, [this](const Json& o, AttackSoftware& s) {
      s.kind = optional_text(o, "kind", s.id);
      s.techniques = places(o, "techniques", s.id, facts_.techniques);
    });
    entries("groups", facts_.groups, [this](const Json& o, AttackGroup& g) {
      g.aliases = optional_texts(o, "aliases", g.id);
      g.techniques = places(o, "techniques", g.id, facts_.techniques);
      g.software = places(o, "software", g.id, facts_.software);
    });
    entries("campaigns", facts_.campaigns, [this](const Json& o, AttackCampaign& c) {
      c.first_seen = optional_text(o, "first_seen", c.id);
      c.last_seen = optional_text(o, "last_seen", c.id);
      c.techniques = places(o, "techniques", c.id, facts_.techniques);
      c.software = places(o, "software", c.id, facts_.software);
      c.attributed_to = places(o, "attributed_to", c.id, facts_.groups);
    });
    if (facts_.techniques.empty()) refuse("holds no technique", "techniques");
    if (facts_.groups.empty()) refuse("holds no group", "groups");
    if (facts_.groups.size() * facts_.techniques.size() > kMostCells) {
      refuse(fmt::format("{} groups times {} techniques are more than {}", facts_.groups.size(), facts_.techniques.size(), kMostCells), "groups", Code::Limit);
    }
    if (wrong_) return tl::unexpected<Error>(*wrong_);
    return std::move(facts_);
  }

 private:
  void refuse(std::string text, std::string where, Code code = Code::Malformed) {
    if (!wrong_) wrong_ = Error{code, std::move(text), std::move(where)};
  }

  // Null where it is missing or of another type.
  const Json* member(const Json& object, const char* key, Json::value_t type, const std::string& where) {
    const auto at = object.find(key);
    if (at != object.end() && at->type() == type) return &*at;
    const char* const kind = type == Json::value_t::object ? "an object" : type == Json::value_t::array ? "an array" : "a text";
    refuse(at == object.end() ? fmt::format("needs '{}'", key) : fmt::format("'{}' must be {}", key, kind), where);
    return nullptr;
  }

  std::string text(const Json& object, const char* key, const std::string& where) {
    const Json* const at = member(object, key, Json::value_t::string, where);
    return at == nullptr ? std::string() : at->get_ref<const std::string&>();
  }

  std::string optional_text(const Json& object, const char* key, const std::string& where) {
    const auto at = object.find(key);
    return at == object.end() || at->is_null() ? std::string() : text(object, key, where);
  }

  std::vector<std::string> texts(const Json& object, const char* key, const std::string& where) {
    std::vector<std::string> out;
    const Json* const at = member(object, key, Json::value_t::array, where);
    if (at == nullptr) return out;
    for (const Json& item : *at) {
      if (item.is_string()) {
        out.push_back(item.get_ref<const std::string&>());
      } else {
        refuse(fmt::format("'{}' must hold texts alone", key), where);
      }
    }
    return out;
  }

  std::vector<std::string> optional_texts(const Json& object, const char* key, const std::string& where) {
    return object.contains(key) ? texts(object, key, where) : std::vector<std::string>();
  }

  void read_tactics() {
    const Json* const list = member(root_, "tactics", Json::value_t::array, "");
    if (list == nullptr) return;
    if (list->size() > kMostTactics) return refuse(fmt::format("holds {} entries; the most is {}", list->size(), kMostTactics), "tactics", Code::Limit);
    for (const Json& o : *list) {
      if (!o.is_object()) return refuse("must hold objects alone", "tactics");
      AttackTactic t{text(o, "id", "tactics"), text(o, "name", "tactics"), text(o, "shortname", "tactics")};
      t.preparation = t.shortname == "reconnaissance" || t.shortname == "resource-development";
      facts_.tactics.push_back(std::move(t));
    }
  }

  void read_techniques() {
    entries("techniques", facts_.techniques, [this](const Json& o, AttackTechnique& t) {
      bool visible = false;
      for (const std::string& name : texts(o, "tactics", t.id)) {
        const auto at = std::find_if(facts_.tactics.begin(), facts_.tactics.end(), [&](const AttackTactic& tactic) { return tactic.shortname == name; });
        if (at == facts_.tactics.end()) {
          unknown(t.id, name);
        } else {
          t.tactics.push_back(static_cast<Ordinal>(at - facts_.tactics.begin()));
          visible = visible || !at->preparation;
        }
      }
      t.visible = visible || t.tactics.empty();
      t.platforms = optional_texts(o, "platforms", t.id);
    });
    for (AttackTechnique& t : facts_.techniques) {
      if (const std::size_t dot = t.id.find('.'); dot != std::string::npos) t.parent = find(facts_.techniques, std::string_view(t.id).substr(0, dot));
    }
  }

  template <class Entry, class Rest>
  void entries(const char* key, std::vector<Entry>& into, Rest rest) {
    const Json* const object = member(root_, key, Json::value_t::object, "");
    if (object == nullptr) return;
    if (object->size() > limits_.names) return refuse(fmt::format("holds {} entries; the most is {}", object->size(), limits_.names), key, Code::Limit);
    for (const auto& [id, value] : object->items()) {  // in order of the id: the library's objects are sorted
      if (!value.is_object()) return refuse("must be an object", id);
      Entry e;
      e.id = id;
      e.name = text(value, "name", id);
      rest(value, e);
      into.push_back(std::move(e));
    }
  }

  template <class Entry>
  std::vector<Ordinal> places(const Json& object, const char* key, const std::string& where, const std::vector<Entry>& among) {
    std::vector<Ordinal> out;
    for (const std::string& id : texts(object, key, where)) {
      if (const auto at = find(among, id)) {
        out.push_back(*at);
      } else {
        unknown(where, id);
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  void unknown(const std::string& who, const std::string& what) {
    if (facts_.unknown_count++ < kMostListed) facts_.unknown.push_back(who + " names " + what);
  }

  const Json& root_;
  const Limits& limits_;
  AttackFacts facts_;
  std::optional<Error> wrong_;
};

}  // namespace facts_reading

std::optional<Ordinal> AttackFacts::technique(std::string_view id) const { return facts_reading::find(techniques, id); }

Result<AttackFacts> parse_attack_facts(std::string_view json, const Limits& limits) {
  using namespace facts_reading;
  if (json.size() > limits.record_bytes) return fail(Code::Limit, fmt::format("holds {} bytes; the most is {}", json.size(), limits.record_bytes));
  Shape shape(limits.depth);
  const Json root = Json::parse(json, std::ref(shape), false);
  if (shape.deep) return fail(Code::Limit, fmt::format("is nested deeper than {} levels", limits.depth));
  if (root.is_discarded()) return fail(Code::Malformed, "is no JSON; supply the compiled facts (docs/formats/attack-facts.md)");
  if (!shape.twice.empty()) return fail(Code::Malformed, "a key stands twice in one object", shape.twice);
  return Reader(root, limits).read();
}

Result<AttackFacts> load_attack_facts(const std::string& path, const Limits& limits) {
  const auto bytes = read_file(path, limits.record_bytes);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto facts = parse_attack_facts(*bytes, limits);
  if (!facts) return fail(facts.error().code, facts.error().text, facts.error().where.empty() ? path : path + ": " + facts.error().where);
  return facts;
}

}  // namespace custos::correlate
