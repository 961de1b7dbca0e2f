#include "institution/checks/checks.h"

#include "base/text.h"

namespace custos::institution {
namespace place_finding {
namespace {

std::vector<const Yaml*> maps_of(const Yaml* node) {
  std::vector<const Yaml*> out;
  if (node == nullptr) return out;
  if (node->kind == Yaml::Kind::Map) out.push_back(node);
  for (const auto& n : node->list) {
    if (n->kind == Yaml::Kind::Map) out.push_back(n.get());
  }
  return out;
}

}  // namespace
}  // namespace place_finding

Places::Places(const Yaml& root) : root_(&root) {
  for (const auto& [key, value] : root.map) sections_.emplace(key, place_finding::maps_of(value.get()));
  if (const auto people = sections_.find("people"); people != sections_.end()) {
    for (const Yaml* p : people->second) accounts_.push_back(place_finding::maps_of(p->find("accounts")));
  }
}

const Yaml* Places::entry(std::string_view section, std::size_t i) const {
  const auto s = sections_.find(std::string(section));
  return s == sections_.end() || i >= s->second.size() ? nullptr : s->second[i];
}

std::size_t Places::line_in(const Yaml* node, std::string_view key) {
  if (node == nullptr) return 0;
  const Yaml* value = node->find(key);
  return value == nullptr ? node->line : value->line;
}

std::size_t Places::line(std::string_view section, std::size_t i, std::string_view key, std::string_view text) const {
  const Yaml* node = entry(section, i);
  const Yaml* value = node == nullptr ? nullptr : node->find(key);
  if (value == nullptr) return line_of(node);
  for (const auto& n : value->list) {
    if (n->kind == Yaml::Kind::Scalar && n->scalar.text == text) return n->line;
    if (n->kind == Yaml::Kind::Map && n->text("id") == text) return n->line;
  }
  return value->line;
}

std::size_t Places::account(std::size_t person, std::size_t account, std::string_view key) const {
  if (person >= accounts_.size() || account >= accounts_[person].size()) return 0;
  return line_in(accounts_[person][account], key);
}

std::string name_key(std::string_view name) {
  name = trim(name);
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  return fold(name);
}

void check(CheckContext& c) {
  check_names(c);
  check_references(c);
  check_networks(c);
  check_services(c);
  check_times(c);
}

}  // namespace custos::institution
