#include "rules/parse/document.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "rules/parse/condition.h"
#include "rules/parse/correlation_section.h"

namespace custos::rules {
namespace parser {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxNodes = 1'000'000;  // visited in one detection section, aliases unfolded

using Node = std::shared_ptr<const Yaml>;

tl::unexpected<Error> at_line(const Yaml& y, std::string text) {
  return fail(Code::Malformed, fmt::format("line {}: {}", y.line, std::move(text)));
}

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), ascii_lower);
  return s;
}

std::vector<std::string> texts(const Yaml* y) {
  std::vector<std::string> out;
  if (y == nullptr) return out;
  if (y->kind == Yaml::Kind::Scalar && y->scalar.kind != Scalar::Kind::Null) out.push_back(y->scalar.text);
  for (const Node& n : y->list) {
    if (n->kind == Yaml::Kind::Scalar) out.push_back(n->scalar.text);
  }
  return out;
}

// Turns a detection section into search identifiers.
class DetectionReader {
 public:
  Result<Detection> read(const Yaml& y, std::size_t depth) {
    if (++nodes_ > kMaxNodes) return at_line(y, fmt::format("more than {} values in one rule (an alias that unfolds?)", kMaxNodes));
    if (depth > kMaxDepth) return at_line(y, fmt::format("nested deeper than {}", kMaxDepth));
    switch (y.kind) {
      case Yaml::Kind::Map: return map(y);
      case Yaml::Kind::List: return list(y, depth);
      default: {
        Detection d{Detection::Kind::Leaf, {}, {}};
        d.item.values.push_back(y.scalar);
        d.item.line = y.line;
        return d;
      }
    }
  }

 private:
  Result<Detection> map(const Yaml& y) {
    Detection all{Detection::Kind::AllOf, {}, {}};
    if (y.map.empty()) return at_line(y, "an empty map matches nothing; remove it");
    for (const auto& [key, value] : y.map) {
      Detection d{Detection::Kind::Leaf, {}, {}};
      auto ok = item(key, *value, d.item);
      if (!ok) return tl::unexpected<Error>(ok.error());
      all.children.push_back(std::move(d));
    }
    return all;
  }

  Result<Detection> list(const Yaml& y, std::size_t depth) {
    Detection any{Detection::Kind::AnyOf, {}, {}};
    if (y.list.empty()) return at_line(y, "an empty list matches nothing; remove it");
    Detection keywords{Detection::Kind::Leaf, {}, {}};
    keywords.item.line = y.line;
    for (const Node& n : y.list) {
      if (n->kind == Yaml::Kind::Scalar) {
        if (++nodes_ > kMaxNodes) return at_line(y, "too many values in one rule");
        if (n->scalar.kind == Scalar::Kind::Null) return at_line(*n, "null cannot be part of a list of values");
        keywords.item.values.push_back(n->scalar);
        continue;
      }
      auto d = read(*n, depth + 1);
      if (!d) return d;
      any.children.push_back(std::move(*d));
    }
    if (!keywords.item.values.empty()) any.children.push_back(std::move(keywords));
    if (any.children.size() == 1) return std::move(any.children.front());
    return any;
  }

  Result<void> item(const std::string& key, const Yaml& value, Item& out) {
    out.line = value.line;
    std::size_t bar = key.find('|');
    out.field = key.substr(0, bar);
    while (bar != std::string::npos) {
      const std::size_t next = key.find('|', bar + 1);
      out.modifiers.push_back(key.substr(bar + 1, next == std::string::npos ? next : next - bar - 1));
      if (out.modifiers.back().empty()) return at_line(value, fmt::format("'{}' has an empty modifier", key));
      bar = next;
    }
    switch (value.kind) {
      case Yaml::Kind::Scalar: out.values.push_back(value.scalar); return {};
      case Yaml::Kind::Map: return at_line(value, fmt::format("the value of '{}' is a map; a value is a text, a number or a list of them", key));
      case Yaml::Kind::List: break;
    }
    if (value.list.empty()) return at_line(value, fmt::format("'{}' has an empty list of values", key));
    for (const Node& n : value.list) {
      if (n->kind != Yaml::Kind::Scalar) return at_line(*n, fmt::format("a value of '{}' is a list or a map", key));
      if (n->scalar.kind == Scalar::Kind::Null) return at_line(*n, "null cannot be part of a list of values");
      if (++nodes_ > kMaxNodes) return at_line(*n, "too many values in one rule");
      out.values.push_back(n->scalar);
    }
    return {};
  }

  std::size_t nodes_ = 0;
};

void read_tags(const Yaml& root, RuleFacts& facts) {
  facts.tags = texts(root.find("tags"));
  for (const std::string& tag : facts.tags) {
    const std::string t = lower(tag);
    if (!t.starts_with("attack.")) continue;
    std::string name = t.substr(7);
    if (name.size() > 1 && name[0] == 't' && std::isdigit(static_cast<unsigned char>(name[1])) != 0) {
      name[0] = 'T';
      facts.attack.push_back(name);
    } else if (name.size() < 2 || !std::isdigit(static_cast<unsigned char>(name[1]))) {
      facts.tactics.push_back(name);  // groups and software are g0001 and s0001: facts, but no tactics
    }
  }
}

Result<void> read_facts(const Yaml& root, Rule& rule) {
  RuleFacts& f = *rule.facts;
  f.id = lower(root.text("id"));
  f.title = root.text("title");
  f.description = root.text("description");
  f.author = root.text("author");
  f.status = root.text("status");
  f.falsepositives = texts(root.find("falsepositives"));
  f.references = texts(root.find("references"));
  rule.name = root.text("name");
  rule.fields = texts(root.find("fields"));
  read_tags(root, f);
  if (const Yaml* level = root.find("level")) {
    const auto parsed = parse_level(level->scalar.text);
    if (!parsed) {
      return at_line(*level, fmt::format("level '{}' is none of informational, low, medium, high, critical", level->scalar.text));
    }
    f.level = *parsed;
  }
  if (f.title.empty()) return at_line(root, "a rule needs a title");
  return {};
}

Result<void> read_log_source(const Yaml& root, Rule& rule) {
  const Yaml* y = root.find("logsource");
  if (y == nullptr) return at_line(root, "a rule needs a logsource");
  if (y->kind != Yaml::Kind::Map) return at_line(*y, "logsource must be a map of product, category and service");
  rule.log_source = {lower(y->text("product")), lower(y->text("category")), lower(y->text("service"))};
  if (rule.log_source == LogSourceRef{}) return at_line(*y, "logsource names neither product nor category nor service");
  return {};
}

// The search identifiers and the condition under `detection:` or `filter:`.
Result<void> read_detections(const Yaml& section, Rule& rule) {
  if (section.kind != Yaml::Kind::Map) return at_line(section, "detection must be a map of search identifiers and a condition");
  DetectionReader reader;
  const Yaml* condition = nullptr;
  for (const auto& [key, value] : section.map) {
    if (key == "condition") {
      condition = value.get();
    } else if (key == "timeframe") {
      return at_line(*value, "timeframe belongs to the obsolete aggregations; write a correlation rule");
    } else if (rule.kind != Rule::Kind::Filter || key != "rules") {
      auto d = reader.read(*value, 0);
      if (!d) return tl::unexpected<Error>(d.error());
      rule.detections.emplace_back(key, std::move(*d));
    }
  }
  if (condition == nullptr) return at_line(section, "a detection needs a condition");
  const std::vector<std::string> conditions = texts(condition);
  if (conditions.empty()) return at_line(*condition, "the condition is empty");
  Condition any{Condition::Kind::Or, {}, 1, {}};
  for (const std::string& text : conditions) {
    auto c = parse_condition(text);
    if (!c) return at_line(*condition, c.error().text);
    any.children.push_back(std::move(*c));
  }
  rule.condition = any.children.size() == 1 ? std::move(any.children.front()) : std::move(any);
  if (auto ok = check_condition(rule.condition, rule); !ok) return at_line(*condition, ok.error().text);
  return {};
}

Result<void> read_filter(const Yaml& root, const Yaml& section, Rule& rule) {
  rule.kind = Rule::Kind::Filter;
  rule.facts->kind = "filter";
  if (auto ok = read_log_source(root, rule); !ok) return ok;
  const Yaml* rules = section.find("rules");
  if (rules == nullptr) return at_line(section, "a filter needs `rules`: the ids or names it applies to, or any");
  rule.filter_rules = texts(rules);
  if (rule.filter_rules.empty()) return at_line(*rules, "the filter's `rules` is empty");
  return read_detections(section, rule);
}

Result<Rule> read_rule(const std::string& path, const Yaml& root, std::string_view bytes) {
  Rule rule;
  if (root.kind != Yaml::Kind::Map) return at_line(root, "this is no Sigma document: a map with title, logsource and detection is expected");
  rule.facts->path = path;
  rule.facts->hash = sha256_hex(bytes);
  if (auto ok = read_facts(root, rule); !ok) return tl::unexpected<Error>(ok.error());
  const Yaml* correlation = root.find("correlation");
  const Yaml* filter = root.find("filter");
  const Yaml* detection = root.find("detection");
  Result<void> ok;
  if (correlation != nullptr) {
    rule.kind = Rule::Kind::Correlation;
    rule.facts->kind = "correlation";
    ok = read_correlation(*correlation, rule);
  } else if (filter != nullptr) {
    ok = read_filter(root, *filter, rule);
  } else if (detection != nullptr) {
    ok = read_log_source(root, rule);
    if (ok) ok = read_detections(*detection, rule);
  } else {
    ok = at_line(root, "this is no Sigma document: it has no detection, correlation or filter");
  }
  if (!ok) return tl::unexpected<Error>(ok.error());
  return rule;
}

// `base` overlaid with `top`; maps merge, everything else is replaced.
Node merged(const Node& base, const Node& top, std::size_t depth) {
  if (!base || base->kind != Yaml::Kind::Map || top->kind != Yaml::Kind::Map || depth > kMaxDepth) return top;
  auto out = std::make_shared<Yaml>(*base);
  out->line = top->line;
  for (const auto& [key, value] : top->map) {
    const std::string& name = key;
    auto it = std::find_if(out->map.begin(), out->map.end(), [&](const auto& e) { return e.first == name; });
    if (it == out->map.end()) {
      out->map.emplace_back(key, value);
    } else {
      it->second = merged(it->second, value, depth + 1);
    }
  }
  return out;
}

Node without_action(const Node& n) {
  auto out = std::make_shared<Yaml>(*n);
  std::erase_if(out->map, [](const auto& e) { return e.first == "action"; });
  return out;
}

}  // namespace parser

std::vector<ParsedDocument> parse_documents(const std::string& path, std::string_view text) {
  std::vector<ParsedDocument> out;
  auto documents = parse_yaml(text);
  if (!documents) {
    out.push_back({{}, {}, {}, tl::unexpected<Error>(documents.error())});
    return out;
  }
  parser::Node global, previous;
  for (const YamlDocument& d : *documents) {
    parser::Node root = d.root;
    if (!root || (root->kind == Yaml::Kind::Scalar && root->scalar.kind == Scalar::Kind::Null)) continue;  // an empty document
    const std::string action = root->kind == Yaml::Kind::Map ? root->text("action") : "";
    if (action == "global") {
      global = parser::merged(global, parser::without_action(root), 0);
      continue;
    }
    if (action == "reset") {
      global = nullptr;
      if (root->map.size() == 1) continue;
    }
    if (!action.empty()) root = parser::without_action(root);
    if (action == "repeat" && previous) root = parser::merged(previous, root, 0);
    if (global) root = parser::merged(global, root, 0);
    previous = root;
    ParsedDocument parsed{{}, {}, {}, parser::read_rule(path, *root, d.bytes)};
    parsed.id = parser::lower(root->text("id"));
    parsed.title = root->text("title");
    if (root->find("correlation") != nullptr) {
      parsed.kind = "correlation";
    } else {
      parsed.kind = root->find("filter") != nullptr ? "filter" : "detection";
    }
    if (!parsed.rule && !action.empty() && action != "repeat" && action != "reset") {
      parsed.rule = fail(Code::Malformed, fmt::format("line {}: action '{}' is none of global, reset, repeat", root->line, action));
    }
    out.push_back(std::move(parsed));
  }
  if (out.empty()) out.push_back({{}, {}, {}, fail(Code::Malformed, "the file holds no Sigma document")});
  return out;
}

}  // namespace custos::rules
