#include "ingest/envelopes/windows_xml.h"

#include <algorithm>

#include "base/text.h"

namespace custos::ingest {
namespace windows_xml {
namespace {

constexpr std::size_t kLongestName = 1025;  // one byte more than a name may have
constexpr std::size_t kCompared = 256;      // fields of the record around that are looked at for equal ones
constexpr std::size_t kKeptText = 64u << 10;

void join(std::string& out, std::string_view prefix, std::string_view name) {
  out.assign(prefix.substr(0, kLongestName));
  if (!out.empty()) out += '.';
  out += name.substr(0, kLongestName);
  if (out.size() > kLongestName) out.resize(kLongestName, 'x');
}

// White space at the end of a value is padding, as in EVTX.
std::string_view without_padding(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r'))) text.remove_suffix(1);
  return text;
}

std::string_view from_root(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\r' || text[at] == '\n' || text[at] == '\t')) ++at;
  return text.substr(at);
}

}  // namespace
}  // namespace windows_xml

bool WindowsXml::looks_like(std::string_view text) {
  const std::string_view root = windows_xml::from_root(text.substr(0, 64));
  for (const std::string_view begin : {"<Event", "<UserData", "<System", "<DataItem", "<?xml"}) {
    if (root.substr(0, begin.size()) == begin) return true;
  }
  return false;
}

WindowsXml::Result WindowsXml::read(std::string_view text, std::uint32_t at, std::size_t most, Batch& batch, Shape* shape) {
  if (roles_of_ != &batch.names()) roles_.clear();
  roles_of_ = &batch.names();
  batch_ = &batch;
  shape_ = shape;
  before_ = std::min(batch.pending().size(), windows_xml::kCompared);
  left_ = most;
  at_ = at;
  result_ = {};
  used_ = 0;
  attributes_.clear();
  started_ = true;
  XmlScanner scanner(text, depth_);
  for (XmlToken token; !result_.full && scanner.next(token);) {
    if (token.kind == XmlToken::Kind::Attribute) {
      attributes_.push_back({token.name, token.text});
      continue;
    }
    if (!started_) start();
    if (token.kind == XmlToken::Kind::Open && !open(token.name)) return {};
    if (token.kind == XmlToken::Kind::Text) this->text(token, batch);
    if (token.kind == XmlToken::Kind::Close) close(batch);
  }
  if (result_.fields > 0) result_.why = scanner.why();
  return result_;
}

// Decides what the element is called as a field, what its children are, and what it is when empty. False for a root of something else.
bool WindowsXml::open(std::string_view element) {
  const Frame document;
  if (used_ == frames_.size()) frames_.emplace_back();
  const Frame& outer = used_ == 0 ? document : frames_[used_ - 1];
  if (used_ > 0) top().children = true;
  Frame& f = frames_[used_++];
  f.element = element;
  f.content = {};
  f.section = f.children = f.named = f.verbatim = f.parts = false;
  f.system = outer.system;
  f.empty = Empty::Drop;
  f.level = Level::Body;
  f.field.assign(element.substr(0, windows_xml::kLongestName));
  f.prefix.clear();
  started_ = false;
  const bool root = outer.level == Level::Document;
  if (root || outer.level == Level::Event) {
    f.section = true;
    if (root && element == "DataItem") f.level = Level::Document;
    if (root && element == "Event") f.level = Level::Event;
    if (element == "System") f.level = Level::System;
    if (element == "EventData") f.level = Level::EventData;
    if (element == "UserData") f.level = Level::UserData;
    f.system = f.level == Level::System;
    if (f.level == Level::Body) f.prefix = f.field;
    return !root || f.level != Level::Body;
  }
  if (outer.level == Level::UserData) return true;  // a wrapper: its children have names of their own
  if (outer.level == Level::EventData) f.empty = element == "Data" ? Empty::Text : Empty::Null;
  if (outer.level == Level::Body) {
    windows_xml::join(f.field, outer.prefix, element);
    f.empty = outer.system ? Empty::Drop : Empty::Null;
  }
  f.prefix = f.field;
  return true;
}

// The start tag is read: <Data Name="Image"> is Image; other attributes are fields of their own.
void WindowsXml::start() {
  started_ = true;
  Frame& f = top();
  const auto named = std::find_if(attributes_.begin(), attributes_.end(), [](const Attribute& a) { return a.name == "Name"; });
  if (f.element == "Data" && !f.system && !f.section && named != attributes_.end()) {
    const std::string_view name = xml_text(named->text, batch_->arena());
    if (!name.empty()) {
      // What stands in front of "Data" in the field's name stays.
      f.field.resize(f.field.size() - std::min(f.field.size(), f.element.size()));
      f.field += name.substr(0, windows_xml::kLongestName);
      f.prefix = f.field;
    }
    f.named = true;
    f.empty = Empty::Text;
    attributes_.erase(named);
  }
  for (const Attribute& a : attributes_) {
    if (a.name.substr(0, 5) == "xmlns" || f.level == Level::Document) continue;
    if (!f.named) f.empty = Empty::Drop;
    const std::string_view text = windows_xml::without_padding(xml_text(a.text, batch_->arena()));
    if (f.system && text.empty()) continue;
    if (f.system && a.name == "EventSourceName") {
      emit(a.name, text, Type::Text, *batch_);
      continue;
    }
    name_.assign(f.field).append(1, f.system ? '_' : '.');
    name_ += a.name == "UserId" && f.system ? std::string_view("UserID") : a.name.substr(0, windows_xml::kLongestName);
    emit(name_, text, Type::Text, *batch_);
  }
  attributes_.clear();
}

void WindowsXml::text(const XmlToken& token, Batch& batch) {
  Frame& f = top();
  if (token.text.empty()) return;
  if (f.content.empty() && !f.parts) {
    f.content = token.text;
    f.verbatim = token.verbatim;
    return;
  }
  // Text in several parts (CDATA, comments between) is one text.
  if (!f.parts) f.joined = f.verbatim ? f.content : xml_text(f.content, batch.arena());
  f.joined += token.verbatim ? token.text : xml_text(token.text, batch.arena());
  f.parts = true;
}

void WindowsXml::close(Batch& batch) {
  Frame& f = frames_[--used_];
  if (f.parts) {
    f.content = batch.arena().keep(f.joined);
    f.verbatim = true;
    f.joined.clear();
    if (f.joined.capacity() > windows_xml::kKeptText) f.joined.shrink_to_fit();
  }
  if ((f.children || f.section) && trim(f.content).empty()) return;
  if (f.content.empty() && f.empty == Empty::Drop) return;
  const std::string_view text = windows_xml::without_padding(f.verbatim ? f.content : xml_text(f.content, batch.arena()));
  if (text.empty() && f.system) return;
  emit(f.field, text, f.content.empty() && f.empty == Empty::Null ? Type::Null : Type::Text, batch);
}

void WindowsXml::emit(std::string_view name, std::string_view text, Type type, Batch& batch) {
  if (left_ == 0) {
    result_.full = true;
    return;
  }
  const NameId id = batch.names().intern(name);
  const std::span<Field> fields = batch.pending();
  for (std::size_t i = 0; i < before_; ++i) {
    if (fields[i].name == id && id != kOtherName && fields[i].text() == text) return;
  }
  --left_;
  ++result_.fields;
  const std::string_view raw = batch.pending_record().raw;
  const bool inside = !text.empty() && text.data() >= raw.data() && text.data() + text.size() <= raw.data() + raw.size();
  if (shape_ != nullptr) {
    const Role known = role(id, name, batch);
    if (known != Role::None) shape_->put(known, fields.size());
  }
  batch.add(id, text, type, inside ? static_cast<std::uint32_t>(text.data() - raw.data()) : at_);
}

// Asked once for every name.
Role WindowsXml::role(NameId id, std::string_view name, const Batch& batch) {
  if (id == kOtherName) return Role::None;
  if (id >= roles_.size()) roles_.resize(batch.names().size(), Role::Count);
  if (roles_[id] == Role::Count) roles_[id] = role_of(name);
  return roles_[id];
}

}  // namespace custos::ingest
