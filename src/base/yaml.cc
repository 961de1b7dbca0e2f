#include "base/yaml.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <yaml.h>

#include "base/text.h"

namespace custos {
namespace yaml {
namespace {

constexpr std::size_t kDepth = 100;
constexpr std::size_t kDocumentBytes = 8u << 20;
constexpr std::size_t kNodes = 1'000'000;
constexpr std::size_t kTagDirectives = 1'000;
constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

using Node = std::shared_ptr<const Yaml>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view s, std::size_t at) {
  std::size_t n = 0;
  while (at + n < s.size() && is_digit(s[at + n])) ++n;
  return n;
}

// 0o17 and 0x1F; the core schema gives them no sign.
bool is_radix_int(std::string_view s) {
  if (s.size() < 3 || s[0] != '0') return false;
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  const std::string_view rest = s.substr(2);
  return (s[1] == 'o' && std::all_of(rest.begin(), rest.end(), octal)) ||
         (s[1] == 'x' && std::all_of(rest.begin(), rest.end(), hex));
}

Scalar::Kind number_kind(std::string_view s) {
  if (is_radix_int(s)) return Scalar::Kind::Int;
  std::size_t at = (s[0] == '-' || s[0] == '+') ? 1 : 0;
  const std::string_view unsigned_part = s.substr(at);
  if (unsigned_part == ".inf" || unsigned_part == ".Inf" || unsigned_part == ".INF") return Scalar::Kind::Float;
  if (s == ".nan" || s == ".NaN" || s == ".NAN") return Scalar::Kind::Float;
  const std::size_t whole = digits_at(s, at);
  if (whole > 1 && s[at] == '0') return Scalar::Kind::Text;  // 00050429 is a serial, not a number
  at += whole;
  if (at == s.size()) return whole > 0 ? Scalar::Kind::Int : Scalar::Kind::Text;
  std::size_t fraction = 0;
  if (s[at] == '.') {
    fraction = digits_at(s, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return Scalar::Kind::Text;
  if (at < s.size() && (s[at] == 'e' || s[at] == 'E')) {
    ++at;
    if (at < s.size() && (s[at] == '-' || s[at] == '+')) ++at;
    const std::size_t exponent = digits_at(s, at);
    if (exponent == 0) return Scalar::Kind::Text;
    at += exponent;
  }
  return at == s.size() ? Scalar::Kind::Float : Scalar::Kind::Text;
}

tl::unexpected<Error> malformed(std::size_t line, std::string_view what) {
  return fail(Code::Malformed, fmt::format("line {}: {}", line, what));
}
tl::unexpected<Error> beyond(std::size_t line, std::string_view what) {
  return fail(Code::Limit, fmt::format("line {}: {}", line, what));
}

std::size_t line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// Length of the valid UTF-8 sequence at `at`; 0 where there is none.
std::size_t sequence_at(std::string_view s, std::size_t at) {
  const auto lead = static_cast<unsigned char>(s[at]);
  const std::size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return n <= s.size() - at && is_valid_utf8(s.substr(at, n)) ? n : 0;
}

// What libyaml would call a reader error, said before it and in words.
Result<void> check_text(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return malformed(1, "this is UTF-16 text; save it as UTF-8");
  }
  // libyaml compares every %TAG with all before it.
  std::size_t tags = 0;
  for (std::size_t at = text.find("%TAG"); at != std::string_view::npos; at = text.find("%TAG", at + 4)) {
    if (++tags > kTagDirectives) return beyond(line_of(text, at), "too many %TAG directives");
  }
  const std::size_t nul = text.find('\0');
  const bool valid = is_valid_utf8(text);
  if (nul == std::string_view::npos && valid) return {};
  std::size_t bad = 0;
  if (!valid) {
    while (const std::size_t n = sequence_at(text, bad)) bad += n;
  }
  if (nul != std::string_view::npos && (valid || nul < bad)) {
    return malformed(line_of(text, nul), "a NUL byte; this is no text file");
  }
  return malformed(line_of(text, bad),
                   fmt::format("byte 0x{:02X} is not valid UTF-8", static_cast<unsigned char>(text[bad])));
}

// libyaml counts characters; the text is cut in bytes. Asked with growing indexes only, so the whole text is walked
// once.
class BytePlaces {
 public:
  explicit BytePlaces(std::string_view text) : text_(text) {}
  std::size_t byte_of(std::size_t character) {
    while (character_ < character && byte_ < text_.size()) {
      ++byte_;
      while (byte_ < text_.size() && (static_cast<unsigned char>(text_[byte_]) & 0xC0) == 0x80) ++byte_;
      ++character_;
    }
    return byte_;
  }

 private:
  std::string_view text_;
  std::size_t character_ = 0, byte_ = 0;
};

// A list or map that is still open.
struct Frame {
  std::shared_ptr<Yaml> node;
  std::string anchor;
  std::size_t height = 0;  // of the tallest child
  bool has_key = false;
  bool key_is_merge = false;
  std::string key;
  std::size_t key_line = 0;
  std::unordered_set<std::string> keys;  // filled once the map is long enough for a search to hurt
  std::vector<Node> merges;
};

struct Anchor {
  Node node;  // null while the node is still open
  std::size_t height = 0;
};

// Owns libyaml's parser and the event in hand.
class Events {
 public:
  explicit Events(std::string_view text) : text_(text) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Events() {
    drop();
    if (ready_) yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Valid until the next call.
  Result<const yaml_event_t*> next() {
    if (!ready_) return fail(Code::Internal, "no memory for a YAML parser");
    drop();
    if (yaml_parser_parse(&parser_, &event_) != 1) return explain();
    held_ = true;
    return &event_;
  }

 private:
  void drop() {
    if (held_) yaml_event_delete(&event_);
    held_ = false;
  }

  tl::unexpected<Error> explain() const {
    if (parser_.error == YAML_MEMORY_ERROR) return fail(Code::Limit, "not enough memory to read the YAML");
    const std::string problem = parser_.problem != nullptr ? parser_.problem : "not YAML";
    if (parser_.error == YAML_READER_ERROR) {
      return malformed(line_of(text_, std::min<std::size_t>(parser_.problem_offset, text_.size())), problem);
    }
    const std::size_t line = parser_.problem_mark.line + 1;
    BytePlaces places(text_);
    const std::size_t at = places.byte_of(parser_.problem_mark.index);
    if (at < text_.size() && text_[at] == '\t') return malformed(line, "a tab where YAML wants spaces");
    std::string words = problem;
    if (parser_.context != nullptr) {
      words += fmt::format(" ({}, begun in line {})", parser_.context, parser_.context_mark.line + 1);
    }
    return malformed(line, words);
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool ready_ = false, held_ = false;
};

class Builder {
 public:
  explicit Builder(std::string_view text) : text_(text), places_(text) {}

  Result<std::vector<YamlDocument>> run() {
    Events events(text_);
    for (;;) {
      const auto event = events.next();
      if (!event) return tl::unexpected(event.error());
      if ((*event)->type == YAML_STREAM_END_EVENT) break;
      if (auto taken = take(**event); !taken) return tl::unexpected(taken.error());
    }
    return cut();
  }

 private:
  static std::string text_of(const yaml_char_t* s) {
    return s == nullptr ? std::string() : reinterpret_cast<const char*>(s);
  }

  Result<void> take(const yaml_event_t& event) {
    const std::size_t line = event.start_mark.line + 1;
    if (auto fits = check_size(event, line); !fits) return fits;
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        starts_.push_back(places_.byte_of(event.start_mark.index));
        start_index_ = event.start_mark.index;
        anchors_.clear();
        root_.reset();
        return {};
      case YAML_DOCUMENT_END_EVENT: roots_.push_back(std::move(root_)); return {};
      case YAML_SCALAR_EVENT: return scalar(event.data.scalar, line);
      case YAML_ALIAS_EVENT: return alias(text_of(event.data.alias.anchor), line);
      case YAML_SEQUENCE_START_EVENT:
        return open(Yaml::Kind::List, text_of(event.data.sequence_start.anchor), text_of(event.data.sequence_start.tag),
                    line);
      case YAML_MAPPING_START_EVENT:
        return open(Yaml::Kind::Map, text_of(event.data.mapping_start.anchor), text_of(event.data.mapping_start.tag),
                    line);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return close();
      default: return {};
    }
  }

  Result<void> check_size(const yaml_event_t& event, std::size_t line) {
    if (event.end_mark.index > start_index_ + kDocumentBytes) return beyond(line, "the document is larger than 8 MiB");
    if (++nodes_ > kNodes) return beyond(line, "more than a million YAML nodes");
    return {};
  }

  Result<void> scalar(const decltype(yaml_event_t::data.scalar)& data, std::size_t line) {
    std::string text(reinterpret_cast<const char*>(data.value), data.length);
    const std::string tag = text_of(data.tag);
    const bool quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
    if (at_key()) {
      Frame& frame = open_.back();
      const bool merge = !quoted && tag.empty() && text == "<<";
      if (data.anchor != nullptr) anchors_[text_of(data.anchor)] = {leaf(text, quoted, line), 1};
      return set_key(frame, std::move(text), merge, line);
    }
    auto node = std::make_shared<Yaml>();
    node->line = line;
    node->quoted = quoted || tag == "!" || tag == "tag:yaml.org,2002:str";
    node->scalar = type_scalar(std::move(text), node->quoted);
    if (auto fits = check_scalar_tag(*node, tag, line); !fits) return fits;
    if (data.anchor != nullptr) anchors_[text_of(data.anchor)] = {node, 1};
    return put(std::move(node), 1, line);
  }

  static Node leaf(const std::string& text, bool quoted, std::size_t line) {
    auto node = std::make_shared<Yaml>();
    node->line = line;
    node->quoted = quoted;
    node->scalar = type_scalar(text, quoted);
    return node;
  }

  static Result<void> check_scalar_tag(const Yaml& node, const std::string& tag, std::size_t line) {
    if (tag.empty() || tag == "!" || tag == "tag:yaml.org,2002:str") return {};
    const std::string_view name = tag.starts_with(kTagPrefix) ? std::string_view(tag).substr(kTagPrefix.size()) : "";
    const Scalar::Kind kind = node.scalar.kind;
    if ((name == "int" && kind == Scalar::Kind::Int) || (name == "null" && kind == Scalar::Kind::Null) ||
        (name == "bool" && kind == Scalar::Kind::Bool) ||
        (name == "float" && (kind == Scalar::Kind::Float || kind == Scalar::Kind::Int))) {
      return {};
    }
    return malformed(
        line, fmt::format("the tag {} on '{}' is not supported", printable(tag, 80), printable(node.scalar.text, 80)));
  }

  Result<void> alias(const std::string& name, std::size_t line) {
    const auto found = anchors_.find(name);
    if (found == anchors_.end())
      return malformed(line, fmt::format("the alias *{} has no anchor", printable(name, 80)));
    const Anchor& anchor = found->second;
    if (anchor.node == nullptr)
      return malformed(line, fmt::format("the alias *{} contains itself", printable(name, 80)));
    if (at_key()) {
      if (anchor.node->kind != Yaml::Kind::Scalar) return malformed(line, "a key must be text, not a list or a map");
      return set_key(open_.back(), anchor.node->scalar.text, false, line);
    }
    return put(anchor.node, anchor.height, line);
  }

  Result<void> open(Yaml::Kind kind, std::string anchor, const std::string& tag, std::size_t line) {
    if (at_key()) return malformed(line, "a key must be text, not a list or a map");
    if (open_.size() >= kDepth) return beyond(line, "nested deeper than 100 levels");
    if (!tag.empty() && tag != "!" &&
        tag != (kind == Yaml::Kind::List ? "tag:yaml.org,2002:seq" : "tag:yaml.org,2002:map")) {
      return malformed(line, fmt::format("the tag {} is not supported", printable(tag, 80)));
    }
    if (!anchor.empty()) anchors_[anchor] = {};
    Frame frame;
    frame.node = std::make_shared<Yaml>();
    frame.node->kind = kind;
    frame.node->line = line;
    frame.anchor = std::move(anchor);
    open_.push_back(std::move(frame));
    return {};
  }

  Result<void> close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (auto merged = merge(frame); !merged) return merged;
    const std::size_t height = frame.height + 1;
    if (!frame.anchor.empty()) {
      // An inner node may have taken the same name since; the later one counts.
      if (Anchor& anchor = anchors_[frame.anchor]; anchor.node == nullptr) anchor = {frame.node, height};
    }
    const std::size_t line = frame.node->line;
    return put(std::move(frame.node), height, line);
  }

  bool at_key() const { return !open_.empty() && open_.back().node->kind == Yaml::Kind::Map && !open_.back().has_key; }

  static bool add_key(Frame& frame, const std::string& key) {
    constexpr std::size_t kFew = 16;
    const auto& map = frame.node->map;
    if (map.size() < kFew) return frame.node->find(key) == nullptr;
    if (frame.keys.empty()) {
      for (const auto& [name, value] : map) frame.keys.insert(name);
    }
    return frame.keys.insert(key).second;
  }

  static Result<void> set_key(Frame& frame, std::string key, bool merge, std::size_t line) {
    if (merge ? !frame.merges.empty() : !add_key(frame, key)) {
      return malformed(line, fmt::format("the key '{}' stands here twice", printable(key, 80)));
    }
    frame.key = std::move(key);
    frame.key_is_merge = merge;
    frame.key_line = line;
    frame.has_key = true;
    return {};
  }

  Result<void> put(Node node, std::size_t height, std::size_t line) {
    if (open_.size() + height > kDepth + 1) return beyond(line, "nested deeper than 100 levels");
    if (open_.empty()) {
      root_ = std::move(node);
      return {};
    }
    Frame& frame = open_.back();
    frame.height = std::max(frame.height, height);
    if (frame.node->kind == Yaml::Kind::List) {
      frame.node->list.push_back(std::move(node));
      return {};
    }
    frame.has_key = false;
    if (!frame.key_is_merge) {
      frame.node->map.emplace_back(std::move(frame.key), std::move(node));
      return {};
    }
    if (node->kind == Yaml::Kind::List) {
      frame.merges.assign(node->list.begin(), node->list.end());
    } else {
      frame.merges.push_back(std::move(node));
    }
    for (const Node& merged : frame.merges) {
      if (merged->kind != Yaml::Kind::Map) return malformed(frame.key_line, "'<<' wants a map, or a list of maps");
    }
    return {};
  }

  // `<<`: the map's own keys win, then those of the maps named first.
  Result<void> merge(Frame& frame) {
    for (const Node& merged : frame.merges) {
      nodes_ += merged->map.size();
      if (nodes_ > kNodes) return beyond(frame.node->line, "more than a million YAML nodes");
      for (const auto& [key, value] : merged->map) {
        if (add_key(frame, key)) frame.node->map.emplace_back(key, value);
      }
    }
    return {};
  }

  std::vector<YamlDocument> cut() {
    std::vector<YamlDocument> documents;
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      const std::size_t begin = i == 0 ? 0 : starts_[i];
      const std::size_t end = i + 1 < roots_.size() ? starts_[i + 1] : text_.size();
      const Node& root = roots_[i];
      if (root == nullptr || (root->kind == Yaml::Kind::Scalar && root->scalar.kind == Scalar::Kind::Null)) continue;
      documents.push_back({root, text_.substr(begin, end - begin)});
    }
    return documents;
  }

  std::string_view text_;
  BytePlaces places_;
  std::size_t nodes_ = 0;
  std::size_t start_index_ = 0;
  std::vector<Frame> open_;
  std::unordered_map<std::string, Anchor> anchors_;
  Node root_;
  std::vector<Node> roots_;
  std::vector<std::size_t> starts_;
};

std::size_t count(const Yaml& node, std::size_t cap, std::unordered_map<const Yaml*, std::size_t>& known) {
  if (node.kind == Yaml::Kind::Scalar) return std::min<std::size_t>(1, cap);
  if (const auto found = known.find(&node); found != known.end()) return found->second;
  std::size_t sum = 1;
  const auto add = [&](const Node& child) {
    if (sum < cap) sum += std::min(count(*child, cap, known), cap - sum);
  };
  for (const Node& child : node.list) add(child);
  for (const auto& entry : node.map) add(entry.second);
  sum = std::min(sum, cap);
  known.emplace(&node, sum);
  return sum;
}

}  // namespace
}  // namespace yaml

const Yaml* Yaml::find(std::string_view key) const {
  for (const auto& [name, value] : map) {
    if (name == key) return value.get();
  }
  return nullptr;
}

std::string Yaml::text(std::string_view key) const {
  const Yaml* value = find(key);
  if (value == nullptr || value->kind != Kind::Scalar || value->scalar.kind == Scalar::Kind::Null) return {};
  return value->scalar.text;
}

Result<std::vector<YamlDocument>> parse_yaml(std::string_view text) {
  if (auto readable = yaml::check_text(text); !readable) return tl::unexpected(readable.error());
  // libyaml takes a byte order mark for the first column, so that `---` behind it is no marker.
  const bool marked = text.starts_with("\xEF\xBB\xBF");
  auto documents = yaml::Builder(marked ? text.substr(3) : text).run();
  if (documents && marked && !documents->empty() && documents->front().bytes.data() == text.data() + 3) {
    documents->front().bytes = {text.data(), documents->front().bytes.size() + 3};
  }
  return documents;
}

Scalar type_scalar(std::string text, bool quoted) {
  using Kind = Scalar::Kind;
  if (quoted) return {Kind::Text, std::move(text)};
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {Kind::Null, "null"};
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" || text == "FALSE") {
    return {Kind::Bool, std::move(text)};
  }
  const Kind kind = yaml::number_kind(text);
  return {kind, std::move(text)};
}

std::size_t unfolded_size(const Yaml& node, std::size_t cap) {
  std::unordered_map<const Yaml*, std::size_t> known;
  return yaml::count(node, cap, known);
}

}  // namespace custos
