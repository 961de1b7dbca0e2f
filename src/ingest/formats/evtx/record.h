// One event record's binary XML into the fields of a batch.
// Called by the decoder for each record of the chunk it was shown; feeds Batch.
// Fields live as the batch says; compiled templates live as long as this object, shared by all chunks.
// One thread.
// Refuses records whose XML, templates or values don't fit, or unfold beyond Limits; the batch is then as it was.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <tsl/robin_map.h>

#include "ingest/envelopes/windows.h"
#include "ingest/formats/evtx/template.h"

namespace custos::ingest::evtx {

class RecordDecoder {
 public:
  RecordDecoder(Batch& batch, const Limits& limits);
  // Whether ids and compiled names still mean the same in this batch.
  bool belongs_to(const Batch& batch) const { return &batch.names() == names_; }

  // A new batch (or the same one, emptied): constants must be kept in its arena anew.
  void new_batch() { ++generation_; }
  void new_chunk(Bytes chunk);
  void move_to(Bytes chunk) { chunk_ = chunk; }

  // Adds the event at [at, at + size) of the chunk. `raw` are the same bytes where they stay readable. Returns nullptr,
  // or why there is no event.
  const char* decode(std::uint32_t at, std::uint32_t size, Bytes raw, std::uint64_t offset, Batch& batch);

 private:
  struct Slot {
    std::uint32_t at = 0;  // chunk offset
    std::uint16_t size = 0;
    std::uint8_t type = kNull;
  };
  struct Ready {  // a definition as it stands in this chunk
    Template* made = nullptr;
    std::uint32_t first_place = 0;  // of its literals, in places_
    const char* why = nullptr;      // it can't be read
  };

  bool xml(std::uint32_t at, std::uint32_t end, ContextId context, bool nested, std::size_t depth);
  bool instance(const Token& token, Tokens& tokens, std::uint32_t& at, std::uint32_t end, ContextId context,
                std::size_t depth);
  Ready ready(const Token& token, ContextId context);
  Ready make(const Token& token, ContextId context);
  bool read_slots(std::uint32_t& at, std::uint32_t end);
  bool run(Template& t, std::uint32_t first_place, std::size_t first_slot, std::size_t depth);
  bool one(const Template& t, const Op& op, const Piece& piece, std::uint32_t first_place, std::size_t first_slot,
           std::size_t depth);
  bool several(const Template& t, const Op& op, std::size_t first_slot, std::size_t depth);
  bool text_of(const Template& t, const Piece* pieces, std::size_t count, std::size_t first_slot, std::string& out);
  bool slot(const Op& op, const Slot& s, std::size_t depth);
  bool array(const Op& op, const Slot& s);
  bool add(const Op& op, std::string_view text, Type type, std::uint32_t at);
  void nothing(const Op& op);
  void keep_constants(Template& t);
  std::uint32_t place(std::uint32_t chunk_at) const {
    return chunk_at >= record_at_ && chunk_at < record_end_ ? chunk_at - record_at_ : kNoPlace;
  }
  bool fail(const char* why) {
    why_ = why;
    return false;
  }

  const Limits limits_;
  const Names* names_;
  const NameId time_;
  WindowsEvents windows_;
  Contexts contexts_;
  Compiler compiler_;
  ValueText values_;

  Bytes chunk_;
  tsl::robin_map<std::uint32_t, Ready> by_place_;  // definition's place and context, of this chunk
  std::vector<std::uint32_t> places_;
  tsl::robin_map<std::uint64_t, std::unique_ptr<Template>> by_content_;
  std::size_t template_bytes_ = 0;
  Template once_;  // XML without a template
  std::uint64_t generation_ = 1;

  Batch* batch_ = nullptr;
  std::vector<Slot> slots_;
  std::uint32_t record_at_ = 0, record_end_ = 0;
  std::size_t fields_left_ = 0, text_left_ = 0;
  std::uint64_t tokens_left_ = 0, work_left_ = 0, chunk_text_left_ = 0;
  const char* why_ = "";
  std::string scratch_;
};

}  // namespace custos::ingest::evtx
