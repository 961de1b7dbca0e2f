#include "ingest/formats/json/nodes.h"

#include "base/hash.h"

namespace custos::ingest::json {
namespace keys {
namespace {

constexpr std::size_t kLongestPath = 1024;  // as long as a name may be
constexpr std::size_t kKeyPadding = 16;
constexpr char kRootKey[kKeyPadding] = {};

std::size_t place(NodeId parent, std::string_view key, std::size_t size) {
  return static_cast<std::size_t>(hash64(key) ^ parent * 0x9E3779B97F4A7C15ull) & (size - 1);
}

// Keys under which exports put their records.
bool holds_records(std::string_view path) {
  for (const std::string_view known : {"Records", "records", "value", "hits.hits", "events", "Events", "logs", "logEvents", "items", "entries",
                                       "results", "data", "AuditRecords"}) {
    if (path == known) return true;
  }
  return false;
}

}  // namespace
}  // namespace keys

void Nodes::reset() {
  nodes_.assign(1, Node{});
  nodes_[0].key = keys::kRootKey;
  table_.assign(1024, kRoot);
  keys_.reset();
  last_ = kRoot;
}

void Nodes::grow() {
  std::vector<NodeId> bigger(table_.size() * 2, kRoot);
  for (NodeId id = 1; id < nodes_.size(); ++id) {
    std::size_t i = keys::place(nodes_[id].parent, {nodes_[id].key, nodes_[id].key_size}, bigger.size());
    while (bigger[i] != kRoot) i = (i + 1) & (bigger.size() - 1);
    bigger[i] = id;
  }
  table_ = std::move(bigger);
}

NodeId Nodes::find(NodeId parent, std::string_view key, Names& names) {
  std::size_t i = keys::place(parent, key, table_.size());
  for (; table_[i] != kRoot; i = (i + 1) & (table_.size() - 1)) {
    const Node& n = nodes_[table_[i]];
    if (n.parent == parent && same(n, key)) break;
  }
  NodeId id = table_[i];
  if (id == kRoot) {
    id = make(parent, key, names);
    table_[i] = id;
    if (nodes_.size() * 2 > table_.size()) grow();
  }
  nodes_[last_].follower = id;
  return last_ = id;
}

NodeId Nodes::make(NodeId parent, std::string_view key, Names& names) {
  Node n;
  char* const kept = keys_.take(key.size() + keys::kKeyPadding);
  if (!key.empty()) std::memcpy(kept, key.data(), key.size());
  std::memset(kept + key.size(), 0, keys::kKeyPadding);
  n.key = kept;
  n.key_size = static_cast<std::uint32_t>(key.size());
  n.parent = parent;
  path_.assign(nodes_[parent].path);
  if (parent != kRoot) path_ += '.';
  path_ += key;
  // A path too long to be a name makes all below it too long as well; its first bytes are enough to know that.
  if (path_.size() > keys::kLongestPath) path_.resize(keys::kLongestPath + 1, 'x');
  n.path = keys_.keep(path_);
  if (n.path.size() > keys::kLongestPath) {
    n.name = kOtherName;
  } else {
    const PathRule rule = path_rule(n.path);
    n.name = names.intern(rule.name);
    if (!rule.alias.empty()) n.alias = names.intern(rule.alias);
    n.role = rule.role;
    n.alias_role = rule.alias_role;
    n.transparent_when = rule.transparent_when;
    n.skip = rule.skip;
    n.embedded = rule.embedded;
    n.sparse = rule.sparse;
    n.whole = rule.whole;
    n.known_array = keys::holds_records(n.path);
    n.special = n.role != Role::None || n.alias != kNoName || n.skip || n.embedded || n.sparse;
  }
  nodes_.push_back(n);
  return static_cast<NodeId>(nodes_.size() - 1);
}

}  // namespace custos::ingest::json
