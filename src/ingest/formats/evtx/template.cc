#include "ingest/formats/evtx/template.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/text.h"

namespace custos::ingest::evtx {
namespace compiling {
namespace {

constexpr std::size_t kContexts = 2048;

std::string text_of(Bytes units) {
  Arena arena{1024};
  return std::string(ValueText::utf16(units, arena));
}

// One byte more than Names takes: what is longer stays too long, but costs no more memory.
constexpr std::size_t kLongestName = 1025;

std::string joined(std::string_view prefix, std::string_view name) {
  std::string s(prefix);
  if (!s.empty()) s += '.';
  s += name;
  if (s.size() > kLongestName) s.resize(kLongestName);
  return s;
}

std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
  h ^= v;
  h *= 0x9E3779B97F4A7C15ull;
  return h ^ (h >> 29);
}

std::string_view entity(std::string_view name) {
  static constexpr std::array<std::array<std::string_view, 2>, 5> kEntities{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}}};
  for (const auto& [known, means] : kEntities) {
    if (known == name) return means;
  }
  return {};
}

bool is_literal(Tok kind) {
  return kind == Tok::Value || kind == Tok::Cdata || kind == Tok::CharRef || kind == Tok::EntityRef;
}

}  // namespace
}  // namespace compiling

ContextId Contexts::intern(Context context) {
  std::string key = context.prefix;
  key += static_cast<char>(context.level);
  key += context.system ? 's' : '-';
  const auto it = ids_.find(key);
  if (it != ids_.end()) return it->second;
  if (contexts_.size() >= compiling::kContexts) return 0;
  const auto id = static_cast<ContextId>(contexts_.size());
  contexts_.push_back(std::move(context));
  ids_.emplace(std::move(key), id);
  return id;
}

void Template::clear() {
  ops.clear();
  pieces.clear();
  literals.clear();
  text.clear();
  kept = nullptr;
  kept_for = 0;
}

std::size_t Template::bytes() const {
  return sizeof *this + ops.capacity() * sizeof(Op) + pieces.capacity() * sizeof(Piece) +
         literals.capacity() * sizeof(Literal) + text.capacity();
}

const char* Compiler::compile(Tokens& tokens, ContextId context, bool one_element, Template& out,
                              std::uint64_t& budget) {
  out.clear();
  out_ = &out;
  root_ = context;
  frames_.clear();
  ignored_.clear();
  ordinal_ = 0;
  arena_.reset();
  bool seen = false;
  for (Token t; tokens.next(t);) {
    if (budget == 0) return "more binary XML than a chunk may hold";
    --budget;
    if (t.kind == Tok::End) {
      if (!frames_.empty()) return "element is not closed";
      return nullptr;
    }
    if (const char* why = token(t)) return why;
    seen = seen || t.kind == Tok::Open;
    if (one_element && seen && frames_.empty()) return nullptr;
  }
  return tokens.why();
}

const char* Compiler::token(const Token& t) {
  switch (t.kind) {
    case Tok::Open:
      if (frames_.size() >= limits_.depth) return "elements are nested too deeply";
      if (!frames_.empty()) {
        if (frames_.back().open) return "element inside a start tag";
        frames_.back().children = true;
      }
      frames_.emplace_back();
      frames_.back().element = compiling::text_of(t.name);
      frames_.back().outer = frames_.size() == 1 ? root_ : frames_[frames_.size() - 2].inside;
      return nullptr;
    case Tok::Attribute:
      if (frames_.empty() || !frames_.back().open) return "attribute outside a start tag";
      frames_.back().attributes.push_back({compiling::text_of(t.name), {}});
      return nullptr;
    case Tok::CloseStart:
      if (frames_.empty() || !frames_.back().open) return "start tag is closed twice";
      close_start();
      return nullptr;
    case Tok::CloseEmpty:
      if (frames_.empty() || !frames_.back().open) return "start tag is closed twice";
      close_start();
      end_element();
      return nullptr;
    case Tok::EndElement:
      if (frames_.empty() || frames_.back().open) return "end tag without a start";
      end_element();
      return nullptr;
    case Tok::Value:
    case Tok::Cdata:
    case Tok::CharRef:
    case Tok::EntityRef: literal(t); return nullptr;
    case Tok::Substitution: slot(t); return nullptr;
    case Tok::Template: return "template instance inside an element";
    case Tok::End:
    case Tok::PiTarget:
    case Tok::PiData:
    case Tok::Fragment: return nullptr;
  }
  return nullptr;
}

std::vector<Piece>& Compiler::sink() {
  if (frames_.empty()) return ignored_;
  Frame& f = frames_.back();
  if (!f.open) return f.content;
  return f.attributes.empty() ? ignored_ : f.attributes.back().pieces;
}

void Compiler::literal(const Token& t) {
  Literal l{static_cast<std::uint32_t>(out_->text.size()), 0, ordinal_++, Type::Text};
  if (t.kind == Tok::CharRef) {
    const char units[2] = {static_cast<char>(t.slot & 0xFF), static_cast<char>(t.slot >> 8)};
    out_->text += compiling::text_of({units, 2});
  } else if (t.kind == Tok::EntityRef) {
    const std::string name = compiling::text_of(t.name);
    const std::string_view means = compiling::entity(name);
    out_->text += means.empty() ? "&" + name + ";" : std::string(means);
  } else {
    const Shown shown = values_.show(t.type, t.data, arena_);
    out_->text += shown.text;
    l.type = shown.type == Type::Null ? Type::Text : shown.type;
  }
  l.size = static_cast<std::uint32_t>(out_->text.size()) - l.at;
  std::vector<Piece>& to = sink();
  if (!to.empty() && to.back().literal != Piece::kSlot && to.back().literal + 1 == out_->literals.size()) {
    // Neighbouring texts are one text; they also stand beside each other in `text`.
    out_->literals.back().size += l.size;
    out_->literals.back().type = Type::Text;
    return;
  }
  to.push_back({static_cast<std::uint32_t>(out_->literals.size()), 0, 0});
  out_->literals.push_back(l);
}

void Compiler::slot(const Token& t) { sink().push_back({Piece::kSlot, t.slot, t.type}); }

bool Compiler::blank(const std::vector<Piece>& pieces) const {
  return std::all_of(pieces.begin(), pieces.end(), [&](const Piece& p) {
    if (p.literal == Piece::kSlot) return false;
    const Literal& l = out_->literals[p.literal];
    return trim(std::string_view(out_->text).substr(l.at, l.size)).empty();
  });
}

// Decides what the element is called as a field, what its children hang below, and what it is when empty.
void Compiler::place(Frame& f) {
  const Context outer = contexts_.at(f.outer);
  const std::string& e = f.element;
  f.field = compiling::joined({}, e);
  const auto inside = [&](Level level, std::string prefix) {
    f.inside = contexts_.intern({level, outer.system || level == Level::System, std::move(prefix)});
  };
  switch (outer.level) {
    case Level::Document: f.section = true; return inside(e == "Event" ? Level::Event : Level::Body, "");
    case Level::Event:
      f.section = true;
      if (e == "System") return inside(Level::System, "");
      if (e == "EventData") return inside(Level::EventData, "");
      if (e == "UserData") return inside(Level::UserData, "");
      return inside(Level::Body, f.field);
    case Level::System: f.empty = Empty::Drop; return inside(Level::Body, f.field);
    case Level::UserData: f.empty = Empty::Drop; return inside(Level::Body, "");
    case Level::EventData: f.empty = e == "Data" ? Empty::Text : Empty::Null; break;
    case Level::Body:
      f.field = compiling::joined(outer.prefix, e);
      f.empty = outer.system ? Empty::Drop : Empty::Null;
      break;
  }
  const auto named =
      std::find_if(f.attributes.begin(), f.attributes.end(), [](const Attribute& a) { return a.name == "Name"; });
  if (e == "Data" && !outer.system && named != f.attributes.end()) {
    f.marked = true;
    f.empty = Empty::Text;
    const std::vector<Piece>& pieces = named->pieces;
    if (pieces.size() == 1 && pieces[0].literal != Piece::kSlot) {
      const Literal& l = out_->literals[pieces[0].literal];
      if (l.size > 0) f.field = compiling::joined(outer.prefix, std::string_view(out_->text).substr(l.at, l.size));
    } else {
      f.name_pieces = pieces;
    }
    f.attributes.erase(named);
  }
  inside(Level::Body, f.field);
}

void Compiler::close_start() {
  Frame& f = frames_.back();
  f.open = false;
  place(f);
  const bool system = contexts_.at(f.inside).system;
  bool attributes = false;
  for (const Attribute& a : f.attributes) {
    if (a.name == "xmlns" || a.name.starts_with("xmlns:")) continue;
    attributes = true;
    // System's attributes have flat names of their own; elsewhere an attribute is named like a child.
    const bool event_source = system && a.name == "EventSourceName";
    const std::string name = event_source ? a.name : f.field + (system ? "_" : ".") + a.name;
    emit(name, {}, a.pieces, 0, system ? Empty::Drop : Empty::Text);
  }
  if (attributes && !f.marked) f.empty = Empty::Drop;
}

void Compiler::end_element() {
  Frame f = std::move(frames_.back());
  frames_.pop_back();
  if (f.section) f.empty = Empty::Drop;
  if ((f.children || f.section) && blank(f.content)) return;
  if (f.content.empty() && f.empty == Empty::Drop) return;
  emit(f.field, f.name_pieces, f.content, f.inside, f.empty);
}

void Compiler::emit(std::string_view name, const std::vector<Piece>& name_pieces, const std::vector<Piece>& value,
                    ContextId inside, Empty empty) {
  if (value.size() == 1 && value[0].literal != Piece::kSlot) {
    Literal& l = out_->literals[value[0].literal];
    l.size = static_cast<std::uint32_t>(without_padding(std::string_view(out_->text).substr(l.at, l.size)).size());
  }
  Op op;
  op.name = name_pieces.empty() ? names_.intern(name) : kOtherName;
  op.name_count = static_cast<std::uint16_t>(std::min<std::size_t>(name_pieces.size(), 0xFFFF));
  op.count = static_cast<std::uint16_t>(std::min<std::size_t>(value.size(), 0xFFFF));
  op.inside = inside;
  op.empty = empty;
  out_->pieces.insert(out_->pieces.end(), name_pieces.begin(), name_pieces.begin() + op.name_count);
  op.first = static_cast<std::uint32_t>(out_->pieces.size());
  out_->pieces.insert(out_->pieces.end(), value.begin(), value.begin() + op.count);
  out_->ops.push_back(op);
}

const char* fingerprint(Tokens tokens, std::uint64_t& hash, std::vector<std::uint32_t>& places, std::uint64_t& budget) {
  std::uint64_t h = 0x8648DBDB;
  for (Token t; tokens.next(t);) {
    if (budget == 0) return "more binary XML than a chunk may hold";
    --budget;
    h = compiling::mix(h, static_cast<std::uint64_t>(t.kind) | static_cast<std::uint64_t>(t.type) << 8 |
                              static_cast<std::uint64_t>(t.slot) << 16 | static_cast<std::uint64_t>(t.optional) << 32);
    if (t.kind == Tok::End) {
      hash = h;
      return nullptr;
    }
    if (!t.name.empty()) h = compiling::mix(h, hash64(t.name));
    if (compiling::is_literal(t.kind)) {
      h = compiling::mix(h, hash64(t.data));
      places.push_back(t.data_at != 0 ? t.data_at : kNoPlace);
    }
  }
  return tokens.why();
}

}  // namespace custos::ingest::evtx
