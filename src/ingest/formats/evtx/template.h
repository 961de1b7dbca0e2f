// A template definition made ready: a flat list of fields to emit, each a constant or a slot of the record's values.
// Called by the record decoder; made by the compiler from tokens.
// A Template lives as long as its decoder, across chunks; names are those of one dictionary.
// One thread.
// Refuses trees deeper than Limits::depth and more tokens than its budget.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tsl/robin_map.h>

#include "base/limits.h"
#include "ingest/formats/evtx/tokens.h"
#include "ingest/formats/evtx/values.h"
#include "model/batch.h"

namespace custos::ingest::evtx {

// What an element is to the names of its children: see ingest/envelopes/windows.h.
enum class Level : std::uint8_t { Document, Event, System, EventData, UserData, Body };

using ContextId = std::uint16_t;

struct Context {
  Level level = Level::Document;
  bool system = false;  // below System: empty values are left out
  std::string prefix;   // of the children's names
};

// The contexts seen; few, as a nested document stands below EventData or UserData. Id 0 is Level::Document.
class Contexts {
 public:
  Contexts() { intern({}); }
  // Document where there are too many.
  ContextId intern(Context context);
  const Context& at(ContextId id) const { return contexts_[id]; }

 private:
  std::vector<Context> contexts_;
  tsl::robin_map<std::string, ContextId> ids_;
};

enum class Empty : std::uint8_t { Drop, Text, Null };  // what a field without a value becomes

struct Piece {
  static constexpr std::uint32_t kSlot = 0xFFFFFFFF;
  std::uint32_t literal = kSlot;  // index into literals, or kSlot
  std::uint16_t slot = 0;
  std::uint8_t type = 0;  // the substitution type the definition announces
};

struct Literal {
  std::uint32_t at = 0, size = 0;  // in Template::text
  std::uint32_t ordinal = 0;       // the how-maniest literal token of the definition it begins with, for its place
  Type type = Type::Text;
};

// pieces[first, first + count) joined are the value; one slot alone keeps its type and may be an array or binary XML.
struct Op {
  NameId name = 0;
  std::uint32_t first = 0;
  std::uint16_t count = 0;
  std::uint16_t name_count = 0;  // > 0: the name itself is made of the pieces in front of `first`
  ContextId inside = 0;          // for binary XML in a slot
  Empty empty = Empty::Text;
};

struct Template {
  std::vector<Op> ops;
  std::vector<Piece> pieces;
  std::vector<Literal> literals;
  std::string text;
  // The text's copy in the arena of the batch being filled; good for one call of Decoder::decode.
  const char* kept = nullptr;
  std::uint64_t kept_for = 0;

  void clear();
  std::size_t bytes() const;
};

// Reads one document or element tree out of `tokens` into `out`. Returns nullptr, or why it can't be read. `budget` is
// lowered by the tokens read. With `one_element`, stops behind the first root element.
class Compiler {
 public:
  Compiler(Names& names, Contexts& contexts, const Limits& limits)
      : names_(names), contexts_(contexts), limits_(limits) {}
  const char* compile(Tokens& tokens, ContextId context, bool one_element, Template& out, std::uint64_t& budget);

 private:
  struct Attribute {
    std::string name;
    std::vector<Piece> pieces;
  };
  struct Frame {
    std::string element;
    ContextId outer = 0, inside = 0;
    std::vector<Attribute> attributes;
    std::vector<Piece> content;
    std::vector<Piece> name_pieces;  // a Data element whose Name is a substitution
    std::string field;
    Empty empty = Empty::Text;
    bool open = true, section = false, children = false, marked = false;
  };

  const char* token(const Token& token);
  void literal(const Token& token);
  void slot(const Token& token);
  void close_start();
  void place(Frame& frame);
  void end_element();
  void emit(std::string_view name, const std::vector<Piece>& name_pieces, const std::vector<Piece>& value,
            ContextId inside, Empty empty);
  std::vector<Piece>& sink();
  bool blank(const std::vector<Piece>& pieces) const;

  Names& names_;
  Contexts& contexts_;
  const Limits& limits_;
  Arena arena_{4096};
  ValueText values_;
  Template* out_ = nullptr;
  std::vector<Frame> frames_;
  std::vector<Piece> ignored_;  // where the data of processing instructions goes
  std::uint32_t ordinal_ = 0;
  ContextId root_ = 0;
};

// A hash of what a definition says, whatever place its names and it have in the chunk, and the places of its literals
// (chunk offsets, kNoPlace for references) in the order the compiler counts them. Returns nullptr, or why it can't be
// read.
const char* fingerprint(Tokens tokens, std::uint64_t& hash, std::vector<std::uint32_t>& places, std::uint64_t& budget);

}  // namespace custos::ingest::evtx
