#include "ingest/formats/evtx/record.h"

#include <algorithm>

#include "base/hash.h"
#include "ingest/formats/evtx/layout.h"

namespace custos::ingest::evtx {
namespace record {
namespace {

// What one chunk may cost, however its templates refer to each other. Honest chunks stay far below.
constexpr std::uint64_t kTokens = 1u << 17;
constexpr std::uint64_t kWork = 1u << 20;
constexpr std::uint64_t kText = 16u << 20;
constexpr std::size_t kTemplateBytes = 32u << 20;

}  // namespace
}  // namespace record

RecordDecoder::RecordDecoder(Batch& batch, const Limits& limits)
    : limits_(limits),
      names_(&batch.names()),
      time_(batch.names().intern("TimeCreated_SystemTime")),
      windows_(batch),
      compiler_(batch.names(), contexts_, limits_) {}

void RecordDecoder::new_chunk(Bytes chunk) {
  chunk_ = chunk;
  by_place_.clear();
  places_.clear();
  if (template_bytes_ > record::kTemplateBytes) {
    by_content_.clear();
    template_bytes_ = 0;
  }
  tokens_left_ = record::kTokens;
  work_left_ = record::kWork;
  chunk_text_left_ = record::kText;
}

const char* RecordDecoder::decode(std::uint32_t at, std::uint32_t size, Bytes raw, std::uint64_t offset, Batch& batch) {
  batch_ = &batch;
  record_at_ = at;
  record_end_ = at + size;
  fields_left_ = limits_.fields;
  text_left_ = limits_.record_bytes;
  slots_.clear();
  batch.begin(raw, offset, load_le<std::uint64_t>(chunk_, at + 8));
  const bool fine = xml(at + kRecordHeaderBytes, at + size - 4, 0, false, 0);
  if (!fine || batch.pending().empty()) {
    if (fine) why_ = "record holds no event";
    batch.drop();
    return why_;
  }
  Record& made = batch.pending_record();
  if (made.time == kNoTime) {
    // No FILETIME in System: a time as text, or else the record header's.
    for (const Field& f : batch.pending()) {
      if (f.name != time_) continue;
      if (const auto t = parse_time(f.text())) made.time = *t;
      break;
    }
    if (made.time == kNoTime) {
      if (const auto t = from_filetime(load_le<std::uint64_t>(chunk_, at + 16))) made.time = *t;
    }
  }
  windows_.finish(batch);
  batch.end();
  return nullptr;
}

bool RecordDecoder::xml(std::uint32_t at, std::uint32_t end, ContextId context, bool nested, std::size_t depth) {
  if (depth > limits_.depth) return fail("binary XML is nested too deeply");
  bool any = false;
  while (at < end) {
    Tokens tokens(chunk_, at, end, !nested);
    Token token;
    if (!tokens.next(token)) return fail(tokens.why());
    if (tokens_left_ == 0) return fail("more binary XML than a chunk may hold");
    --tokens_left_;
    switch (token.kind) {
      case Tok::End: return any || nested || fail("record holds no event");
      case Tok::Fragment:
      case Tok::PiTarget:
      case Tok::PiData: at = tokens.at(); break;
      case Tok::Template:
        any = true;
        if (!instance(token, tokens, at, end, context, depth)) return false;
        break;
      case Tok::Open: {
        any = true;
        Tokens again(chunk_, at, end, !nested);
        if (const char* why = compiler_.compile(again, context, true, once_, tokens_left_)) return fail(why);
        at = again.at();
        const std::size_t first = slots_.size();
        if (!run(once_, Piece::kSlot, first, depth)) return false;
        break;
      }
      default: return fail("binary XML does not begin with an element");
    }
  }
  return any || nested || fail("record holds no event");
}

bool RecordDecoder::instance(const Token& token, Tokens& tokens, std::uint32_t& at, std::uint32_t end,
                             ContextId context, std::size_t depth) {
  const Ready r = ready(token, context);
  if (r.why != nullptr) return fail(r.why);
  at = tokens.at();
  const std::size_t first = slots_.size();
  const bool fine = read_slots(at, end) && run(*r.made, r.first_place, first, depth);
  slots_.resize(first);
  return fine;
}

RecordDecoder::Ready RecordDecoder::ready(const Token& token, ContextId context) {
  // Definitions begin below 64 Ki and contexts are few, so both fit into one key.
  const std::uint32_t key = token.definition << 11 | context;
  const auto it = by_place_.find(key);
  Ready r = it != by_place_.end() ? it->second : make(token, context);
  if (it == by_place_.end()) by_place_.emplace(key, r);
  // The identifier is the front of the definition's GUID; another one means that the place was written over.
  if (r.why == nullptr && load_le<std::uint32_t>(chunk_, token.definition + 4) != token.template_id) {
    r.why = "template definition was overwritten";
  }
  return r;
}

RecordDecoder::Ready RecordDecoder::make(const Token& token, ContextId context) {
  Ready r;
  r.first_place = static_cast<std::uint32_t>(places_.size());
  const Tokens tokens(chunk_, token.data_at, token.data_at + static_cast<std::uint32_t>(token.data.size()), true);
  std::uint64_t hash = 0;
  r.why = fingerprint(tokens, hash, places_, tokens_left_);
  if (r.why != nullptr) return r;
  hash ^= (context + 1ull) * 0x9E3779B97F4A7C15ull;
  const auto it = by_content_.find(hash);
  if (it != by_content_.end()) {
    r.made = it->second.get();
    return r;
  }
  auto made = std::make_unique<Template>();
  Tokens again = tokens;
  r.why = compiler_.compile(again, context, false, *made, tokens_left_);
  if (r.why != nullptr) return r;
  template_bytes_ += made->bytes();
  r.made = made.get();
  by_content_.emplace(hash, std::move(made));
  return r;
}

bool RecordDecoder::read_slots(std::uint32_t& at, std::uint32_t end) {
  // Count u32, then (size u16, type u8, 0) for each, then the values one after the other.
  if (end - at < 4) return fail("substitution values are cut");
  const auto count = load_le<std::uint32_t>(chunk_, at);
  at += 4;
  if (count > (end - at) / 4) return fail("more substitution values than the record can hold");
  const char* p = chunk_.data() + at;
  std::uint32_t value = at + 4 * count;
  const std::size_t first = slots_.size();
  slots_.resize(first + count);
  for (Slot* s = slots_.data() + first; s != slots_.data() + slots_.size(); ++s, p += 4) {
    std::memcpy(&s->size, p, 2);
    s->type = static_cast<std::uint8_t>(p[2]);
    s->at = value;
    value += s->size;
    if (value > end) return fail("substitution values run past the record");
  }
  at = value;
  return true;
}

void RecordDecoder::keep_constants(Template& t) {
  t.kept = batch_->arena().keep(t.text).data();
  t.kept_for = generation_;
}

bool RecordDecoder::run(Template& t, std::uint32_t first_place, std::size_t first_slot, std::size_t depth) {
  if (t.kept_for != generation_) keep_constants(t);
  if (t.ops.size() >= work_left_) return fail("more fields than a chunk may hold");
  work_left_ -= t.ops.size();
  for (const Op& op : t.ops) {
    if (op.count == 1 && op.name_count == 0) {
      if (!one(t, op, t.pieces[op.first], first_place, first_slot, depth)) return false;
    } else if (op.count == 0 && op.name_count == 0) {
      nothing(op);
    } else if (!several(t, op, first_slot, depth)) {
      return false;
    }
  }
  return true;
}

bool RecordDecoder::one(const Template& t, const Op& op, const Piece& piece, std::uint32_t first_place,
                        std::size_t first_slot, std::size_t depth) {
  if (piece.literal != Piece::kSlot) {
    const Literal& l = t.literals[piece.literal];
    if (l.size == 0) {
      nothing(op);
      return true;
    }
    const std::uint32_t at = first_place == Piece::kSlot ? kNoPlace : place(places_[first_place + l.ordinal]);
    return add(op, {t.kept + l.at, l.size}, l.type, at);
  }
  const std::size_t index = first_slot + piece.slot;
  if (index >= slots_.size()) {
    nothing(op);
    return true;
  }
  const Slot s = slots_[index];
  return slot(op, s, depth);
}

void RecordDecoder::nothing(const Op& op) {
  if (op.empty != Empty::Drop) add(op, {}, op.empty == Empty::Null ? Type::Null : Type::Text, kNoPlace);
}

bool RecordDecoder::add(const Op& op, std::string_view text, Type type, std::uint32_t at) {
  if (fields_left_ == 0) return fail("more fields than a record may have");
  if (text.size() > text_left_ || text.size() > chunk_text_left_)
    return fail("record unfolds to more text than allowed");
  --fields_left_;
  text_left_ -= text.size();
  chunk_text_left_ -= text.size();
  batch_->add(op.name, text, type, at);
  return true;
}

bool RecordDecoder::slot(const Op& op, const Slot& s, std::size_t depth) {
  const Bytes data(chunk_.data() + s.at, s.size);
  if (s.type == kString) {
    const std::string_view text = without_padding(ValueText::utf16(data, batch_->arena()));
    if (text.empty()) {
      nothing(op);
      return true;
    }
    return add(op, text, Type::Text, place(s.at));
  }
  if (s.type == kBinXml) return xml(s.at, s.at + s.size, op.inside, true, depth + 1);
  if ((s.type & kArray) != 0) return array(op, s);
  if (s.type == kNull || s.size == 0) {
    nothing(op);
    return true;
  }
  Shown shown = values_.show(s.type, data, batch_->arena());
  if (s.type == kAnsi) shown.text = without_padding(shown.text);
  if (s.type == kFileTime && op.name == time_) {
    if (const auto t = from_filetime(load_le<std::uint64_t>(data, 0))) batch_->pending_record().time = *t;
  }
  if (shown.text.empty()) {
    nothing(op);
    return true;
  }
  return add(op, shown.text, shown.type, place(s.at));
}

bool RecordDecoder::array(const Op& op, const Slot& s) {
  const auto type = static_cast<std::uint8_t>(s.type & ~kArray);
  const Bytes data(chunk_.data() + s.at, s.size);
  if (data.empty() || type == kNull) {
    nothing(op);
    return true;
  }
  std::uint32_t at = 0;
  for (Bytes element; next_element(type, data, at, element);) {
    const Shown shown = values_.show(type, element, batch_->arena());
    if (work_left_ == 0) return fail("more fields than a chunk may hold");
    --work_left_;
    const auto from = static_cast<std::uint32_t>(element.data() - chunk_.data());
    const bool text = type == kString || type == kAnsi;
    if (!add(op, text ? without_padding(shown.text) : shown.text, shown.type, place(from))) return false;
  }
  return true;
}

bool RecordDecoder::text_of(const Template& t, const Piece* pieces, std::size_t count, std::size_t first_slot,
                            std::string& out) {
  if (count >= work_left_) return fail("more fields than a chunk may hold");
  work_left_ -= count;
  out.clear();
  for (const Piece* p = pieces; p != pieces + count; ++p) {
    if (p->literal != Piece::kSlot) {
      const Literal& l = t.literals[p->literal];
      out.append(t.text, l.at, l.size);
    } else if (const std::size_t index = first_slot + p->slot; index < slots_.size()) {
      const Slot& s = slots_[index];
      if (s.type == kBinXml) continue;
      const Bytes data(chunk_.data() + s.at, s.size);
      const auto type = static_cast<std::uint8_t>(s.type & ~kArray);
      std::uint32_t at = 0;
      if (s.type == type) {
        if (s.size > 0) out += values_.show(type, data, batch_->arena()).text;
      } else {
        for (Bytes element; next_element(type, data, at, element);) {
          if (element.data() != data.data()) out += ", ";
          out += values_.show(type, element, batch_->arena()).text;
        }
      }
    }
    if (out.size() > text_left_ || out.size() > chunk_text_left_)
      return fail("record unfolds to more text than allowed");
  }
  chunk_text_left_ -= out.size();
  return true;
}

bool RecordDecoder::several(const Template& t, const Op& op, std::size_t first_slot, std::size_t depth) {
  Op named = op;
  const Piece* const value = t.pieces.data() + op.first;
  if (op.name_count > 0) {
    if (!text_of(t, value - op.name_count, op.name_count, first_slot, scratch_)) return false;
    named.name = batch_->names().intern(scratch_.empty() ? std::string_view("Data") : std::string_view(scratch_));
    named.name_count = 0;
  }
  if (op.count == 0) {
    nothing(named);
    return true;
  }
  if (op.count == 1) return one(t, named, *value, Piece::kSlot, first_slot, depth);
  if (!text_of(t, value, op.count, first_slot, scratch_)) return false;
  const std::string_view text = batch_->arena().keep(without_padding(scratch_));
  if (!(text.empty() && op.empty == Empty::Drop) && !add(named, text, Type::Text, kNoPlace)) return false;
  for (const Piece* p = value; p != value + op.count; ++p) {
    const std::size_t index = first_slot + p->slot;
    if (p->literal != Piece::kSlot || index >= slots_.size() || slots_[index].type != kBinXml) continue;
    const Slot s = slots_[index];
    if (!xml(s.at, s.at + s.size, op.inside, true, depth + 1)) return false;
  }
  return true;
}

}  // namespace custos::ingest::evtx
