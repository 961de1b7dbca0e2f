// YAML as a small tree: libyaml's events with quoting style and line numbers kept, aliases resolved within bounds.
// Called by rules (documents, pipelines) and by the readers of institution and simulation files.
// Nodes are shared and immutable: an alias is the same node again, so unfolding bombs cost nothing here.
// Any thread.
// Refuses deep nesting, self-containing aliases and over-large documents with a line number; readers walk with a
// budget.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace custos {

// A YAML scalar with its type by the YAML 1.2 core schema; quoted scalars are Text. `00050429` is Text: a leading zero is no number.
struct Scalar {
  enum class Kind : std::uint8_t { Text, Int, Float, Bool, Null };
  Kind kind = Kind::Text;
  std::string text;  // as written ("null" for Null)
  bool operator==(const Scalar&) const = default;
};

struct Yaml {
  enum class Kind : std::uint8_t { Scalar, List, Map };
  Kind kind = Kind::Scalar;
  Scalar scalar;
  bool quoted = false;
  std::vector<std::shared_ptr<const Yaml>> list;
  std::vector<std::pair<std::string, std::shared_ptr<const Yaml>>> map;  // in document order, duplicate keys refused
  std::size_t line = 0;                                                  // from 1

  const Yaml* find(std::string_view key) const;
  // The scalar's text under `key`; empty where there is none.
  std::string text(std::string_view key) const;
};

struct YamlDocument {
  std::shared_ptr<const Yaml> root;
  // The document's own bytes within the input: the first begins at byte 0, each later one at its `---` (or its
  // directives), and each reaches to the next. So the only document of a file has all bytes of the file.
  std::string_view bytes;
};

// All documents of a stream; empty ones (a trailing `---`) are left out. An error names the line; documents before it
// are lost too (a damaged file is not half trusted).
Result<std::vector<YamlDocument>> parse_yaml(std::string_view text);

// Types a plain scalar by the YAML 1.2 core schema, but a number with leading zeros is text. A quoted one is always
// text.
Scalar type_scalar(std::string text, bool quoted);

// How many nodes there are once every alias is written out, at most `cap`: costs the nodes as written, not as unfolded.
// A reader that walks (or copies) what it reads asks this first.
std::size_t unfolded_size(const Yaml& node, std::size_t cap);

}  // namespace custos
