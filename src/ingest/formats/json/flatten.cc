#include "ingest/formats/json/flatten.h"

#include <cstring>

namespace custos::ingest::json {
namespace flattening {
namespace {

constexpr std::size_t kEmbeddedPerRecord = 4;
constexpr std::size_t kPadding = 64;
constexpr const char* kBadUtf8 = "invalid UTF-8";

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace
}  // namespace flattening

bool Flattener::fail(const char* why, std::uint32_t at) {
  flat_->why = why;
  flat_->at = at;
  return false;
}

// Stage 1. Returns why the text has no structure, or nullptr.
const char* Flattener::structure(std::string_view text) {
  if (!parser_ || parser_->capacity() < text.size()) {
    std::size_t capacity = 64u << 10;
    while (capacity < text.size()) capacity *= 2;
    parser_.reset();
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, limits_.depth, parser_) != simdjson::SUCCESS) {
      parser_.reset();
      return "no memory to read so large a record";
    }
  }
  const auto error = parser_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), simdjson::stage1_mode::regular);
  if (error == simdjson::SUCCESS) return nullptr;
  if (error == simdjson::UTF8_ERROR) return flattening::kBadUtf8;
  if (error == simdjson::UNCLOSED_STRING) return "a string that is not closed";
  if (error == simdjson::UNESCAPED_CHARS) return "a control character inside a string";
  return error == simdjson::EMPTY ? "nothing but blanks" : simdjson::error_message(error);
}

bool Flattener::parse(std::string_view text, Batch& batch, Flat& flat) {
  flat_ = &flat;
  if (const char* const why = structure(text)) return fail(why, 0);
  text_ = text.data();
  size_ = static_cast<std::uint32_t>(text.size());
  next_ = parser_->structural_indexes.get();
  end_ = next_ + parser_->n_structural_indexes;
  const void* const slash = std::memchr(text_, '\\', text.size());
  slash_ = slash == nullptr ? size_ : static_cast<std::uint32_t>(static_cast<const char*>(slash) - text_);
  nodes_.begin_record();
  levels_.clear();
  return walk(batch);
}

// The grammar of JSON over the structural characters. Every value leaves through after_value.
bool Flattener::walk(Batch& batch) {
  if (next_ == end_ || text_[*next_] != '{') return fail("no JSON object", 0);
  ++next_;
  levels_.push_back({kRoot, false, false, 0});
  if (next_ != end_ && text_[*next_] == '}') {
    ++next_;
    goto closed;
  }
member:
  if (!key(batch)) return false;
value:
  if (fields_left_ == 0) {
    flat_->cut = next_ == end_ ? size_ : *next_;
    return true;
  }
  if (next_ == end_) return fail("a value is missing", size_);
  {
    const std::uint32_t at = *next_++;
    const char c = text_[at];
    if (c != '{' && c != '[') {
      if (!scalar(at, batch)) return false;
    } else {
      if (levels_.size() >= limits_.depth) return fail("nested too deep", at);
      if (!open(c, batch)) {
        if (c == '[') goto value;
        goto member;
      }
    }
  }
after_value:
  if (next_ == end_) return fail("not closed", size_);
  {
    const char c = text_[*next_++];
    const Level& top = levels_.back();
    if (c == ',') {
      if (!top.array) goto member;
      node_ = top.node;
      goto value;
    }
    if (c != (top.array ? ']' : '}')) return fail("a comma or a closing bracket is missing", next_[-1]);
  }
closed:
  if (const Level top = levels_.back(); top.whole && inside_ == kNoPlace) {
    batch.add(nodes_.at(top.node).name, {text_ + top.at, next_[-1] + 1 - top.at}, Type::Text, top.at);
  }
  levels_.pop_back();
  if (!levels_.empty()) goto after_value;
  return next_ == end_ ? true : fail("something stands behind the object", *next_);
}

bool Flattener::key(Batch& batch) {
  if (next_ == end_) return fail("not closed", size_);
  const std::uint32_t at = next_[0], colon = next_[1];  // behind the last one stands a sentinel
  if (text_[at] != '"') return fail("a key is missing", at);
  if (end_ - next_ < 2) return fail("not closed", size_);
  if (text_[colon] != ':') return fail("a colon is missing", colon);
  next_ += 2;
  std::uint32_t quote = colon - 1;
  while (flattening::is_space(text_[quote])) --quote;
  if (quote == at || text_[quote] != '"') return fail("a key is broken", at);
  std::string_view name(text_ + at + 1, quote - at - 1);
  if (slash_ < quote) {
    key_.resize(name.size() + flattening::kPadding);
    char* const end = unescape(name, key_.data(), flat_->replaced);
    if (end == nullptr) return fail("an escape that JSON does not have", at);
    name = {key_.data(), static_cast<std::size_t>(end - key_.data())};
    const void* const slash = std::memchr(text_ + quote, '\\', size_ - quote);
    slash_ = slash == nullptr ? size_ : static_cast<std::uint32_t>(static_cast<const char*>(slash) - text_);
  }
  const Level& top = levels_.back();
  node_ = nodes_.child(top.node, name, batch.names());
  const Node& node = nodes_.at(node_);
  if (node.role != Role::None) shape_.mark(node.role);
  if (levels_.size() == 1) ++members_;
  return true;
}

// Opens the container of the value at hand. True: it was empty and is done.
bool Flattener::open(char bracket, Batch& batch) {
  const std::uint32_t at = next_[-1];
  const bool array = bracket == '[';
  const Node& node = nodes_.at(node_);
  if (next_ != end_ && text_[*next_] == (array ? ']' : '}')) {
    ++next_;
    put(node, {text_ + at, 0}, Type::Null, inside_ == kNoPlace ? at : inside_, batch);
    return true;
  }
  NodeId inner = node_;
  if (!array && node.transparent_when != Role::None) {
    if (shape_.has(node.transparent_when)) {
      inner = nodes_.at(node_).parent;
    } else {
      late_wrapper_ = true;
    }
  }
  if (inside_ == kNoPlace && levels_.size() <= 2) {
    if (!array && levels_.size() == 1) ++objects_;
    if (array && next_ != end_ && text_[*next_] == '{' && !levels_.back().array && (levels_.size() == 1 || node.known_array)) {
      ++record_arrays_;
      array_at_ = at;
      array_depth_ = static_cast<std::uint32_t>(levels_.size());
      array_known_ = node.known_array;
    }
  }
  levels_.push_back({inner, array, node.whole, at});
  if (array) node_ = inner;
  return false;
}

bool Flattener::scalar(std::uint32_t at, Batch& batch) {
  if (text_[at] == '"') return text_value(at, batch);
  std::uint32_t stop = *next_;  // the sentinel behind the last one is the text's size
  while (flattening::is_space(text_[stop - 1])) --stop;
  const std::string_view text(text_ + at, stop - at);
  Type type = Type::Bool;
  if (text == "null") {
    type = Type::Null;
  } else if (text != "true" && text != "false") {
    const Number number = number_kind(text);
    if (number == Number::None) return fail("a value that is none", at);
    type = number == Number::Int ? Type::Int : Type::Float;
  }
  put(nodes_.at(node_), type == Type::Null ? text.substr(0, 0) : text, type, inside_ == kNoPlace ? at : inside_, batch);
  return true;
}

bool Flattener::text_value(std::uint32_t at, Batch& batch) {
  std::uint32_t quote = *next_ - 1;
  while (flattening::is_space(text_[quote])) --quote;
  if (quote == at || text_[quote] != '"') return fail("a string is broken", at);
  std::string_view text(text_ + at + 1, quote - at - 1);
  if (slash_ < quote) {
    const std::size_t asked = text.size() + flattening::kPadding;
    char* const out = batch.arena().take(asked);
    char* const end = unescape(text, out, flat_->replaced);
    if (end == nullptr) return fail("an escape that JSON does not have", at);
    const auto used = static_cast<std::size_t>(end - out);
    text = {out, used};
    // What is inside may be a JSON object; it is read with the padding it needs.
    batch.arena().give_back(asked, nodes_.at(node_).embedded ? asked : used);
    const void* const slash = std::memchr(text_ + quote, '\\', size_ - quote);
    slash_ = slash == nullptr ? size_ : static_cast<std::uint32_t>(static_cast<const char*>(slash) - text_);
  }
  put(nodes_.at(node_), text, Type::Text, inside_ == kNoPlace ? at + 1 : inside_, batch);
  return true;
}

inline void Flattener::put(const Node& node, std::string_view text, Type type, std::uint32_t at, Batch& batch) {
  --fields_left_;
  if (node.special) return put_special(node, text, type, at, batch);
  batch.add(node.name, text, type, at);
}

void Flattener::put_special(const Node& node, std::string_view text, Type type, std::uint32_t at, Batch& batch) {
  if (node.skip || (node.sparse && text.empty())) return;
  const std::size_t index = batch.pending().size();
  batch.add(node.name, text, type, at);
  if (node.role != Role::None) shape_.put(node.role, index);
  if (node.alias != kNoName) {
    batch.add(node.alias, text, type, at);
    if (node.alias_role != Role::None) shape_.put(node.alias_role, index + 1);
  }
  if (node.embedded && inside_ == kNoPlace && type == Type::Text && text.size() > 2 && embedded_.size() < flattening::kEmbeddedPerRecord) {
    const bool object = text.front() == '{' && text.back() == '}';
    if (object || WindowsXml::looks_like(text)) embedded_.push_back({text, at, object});
  }
}

// Values that are JSON objects or Windows events themselves: their fields belong to the event, at the root. What does not parse stays a
// text.
void Flattener::read_embedded(Batch& batch, Flat& whole) {
  const std::vector<Embedded> parts(embedded_);
  for (const Embedded& part : parts) {
    if (!part.object) {
      const WindowsXml::Result read = xml_.read(part.text, part.at, fields_left_, batch, &shape_);
      fields_left_ -= read.fields;
      if (read.why != nullptr) whole.xml = read.why;
      if (read.full && whole.cut == kNoPlace) whole.cut = part.at;
      continue;
    }
    Flat flat;
    const std::vector<Field> before(batch.pending().begin(), batch.pending().end());
    const Shape shape = shape_;
    inside_ = part.at;
    const bool ok = parse(part.text, batch, flat);
    inside_ = kNoPlace;
    if (ok) {
      if (flat.cut != kNoPlace && whole.cut == kNoPlace) whole.cut = part.at;
      continue;
    }
    shape_ = shape;
    batch.drop();
    for (const Field& f : before) batch.add(f.name, f.text(), f.type, f.at);
  }
}

// An export is an object that is nothing but the frame of one array of objects: either its only member, or a member of a known
// name beside which nothing stands that an event would have.
void Flattener::judge_export(Flat& flat) {
  Shape frame;
  frame.mark(Role::Kind);
  frame.mark(Role::ApiVersion);
  const bool event = (shape_.seen[0] & ~frame.seen[0]) != 0 || (shape_.seen[1] & ~frame.seen[1]) != 0;
  const bool only_member = array_depth_ == 1 && members_ == 1;
  const bool known = array_known_ && !event && (array_depth_ == 2 || objects_ == 0);
  if (!only_member && !known) return;
  flat.records = array_at_;
  flat.records_depth = array_depth_;
}

// The record's own object. A wrapper that was named only after what it wraps is read once more, knowing it.
bool Flattener::parse_unwrapped(std::string_view text, Batch& batch, Flat& flat) {
  for (Shape known;; ) {
    batch.drop();
    flat = {};
    shape_.clear();
    shape_.seen = known.seen;
    embedded_.clear();
    members_ = objects_ = record_arrays_ = 0;
    late_wrapper_ = false;
    fields_left_ = limits_.fields;
    if (!parse(text, batch, flat)) return false;
    if (!late_wrapper_ || known.seen != Shape{}.seen) return true;
    for (const Role r : {Role::SplunkPreview, Role::SplunkSourcetype, Role::DetailType, Role::SearchIndex}) {
      if (shape_.has(r)) known.mark(r);
    }
    if (known.seen == Shape{}.seen) return true;
  }
}

Flat Flattener::flatten(std::string_view object, Batch& batch) {
  Flat flat;
  if (names_ != &batch.names() || nodes_.full()) {
    nodes_.reset();
    names_ = &batch.names();
  }
  const bool repaired = !parse_unwrapped(object, batch, flat) && flat.why == flattening::kBadUtf8;
  if (repaired) parse_unwrapped(repaired_.repair(object, batch.arena()), batch, flat);
  if (flat.why == nullptr) {
    if (record_arrays_ == 1) judge_export(flat);
    if (!embedded_.empty()) read_embedded(batch, flat);
  }
  if (repaired) {
    flat.replaced += static_cast<std::uint32_t>(repaired_.count());
    flat.at = repaired_.original(flat.at);
    for (Field& f : batch.pending()) {
      if (f.at != kNoPlace) f.at = repaired_.original(f.at);
    }
    if (flat.records != kNoPlace) flat.records = repaired_.original(flat.records);
    if (flat.cut != kNoPlace) flat.cut = repaired_.original(flat.cut);
  }
  return flat;
}

}  // namespace custos::ingest::json
