// XML that came inside a value: tags, attributes and texts one after the other, in spite of what transport did to them.
// Called by windows_xml.cc; feeds it views of the text.
// Tokens are views of the scanned text.
// One thread.
// Refuses document type definitions (so no entities of its own) and nesting beyond a depth; text cut off anywhere is closed where it ends.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace custos::ingest {

struct XmlToken {
  enum class Kind : std::uint8_t {
    Open,       // name: of the element
    Attribute,  // name and text; of the element opened last, before any text in it
    Text,       // text
    Close,      // name: of the element; every Open has its Close, whatever the text says
  };
  Kind kind = Kind::Text;
  bool verbatim = false;  // a CDATA section: text is what it says, without references
  std::string_view name;
  std::string_view text;  // as it stands; xml_text() undoes its references
};

class XmlScanner {
 public:
  explicit XmlScanner(std::string_view text, std::size_t depth) : text_(text), depth_(depth) {}

  // False at the end of the root element, or where there is none.
  bool next(XmlToken& token);
  // What was wrong; nullptr when nothing was. What came before it has been handed out.
  const char* why() const { return why_; }

 private:
  bool content(XmlToken& token);
  bool markup(XmlToken& token);
  bool open_tag(XmlToken& token);
  void close_tag();
  bool attribute(XmlToken& token);
  void past(std::string_view mark, std::size_t from);
  void stop(const char* why);
  bool is_markup(std::size_t at) const;
  std::size_t tag_end(std::size_t from) const;

  std::string_view text_;
  std::size_t depth_;
  std::size_t at_ = 0;
  std::size_t tag_end_ = 0;             // while in a start tag: of its '>'
  bool in_tag_ = false, empty_ = false;  // empty: the tag closes its element
  bool began_ = false;                  // the root element
  std::size_t closing_ = 0;             // elements to be closed before anything else
  std::vector<std::string_view> open_;
  const char* why_ = nullptr;
};

// `raw` itself, or a copy in `arena` with &lt; &#10; &#x41; and the like undone. What is no reference stays as it is; one to a
// character that does not exist becomes U+FFFD.
std::string_view xml_text(std::string_view raw, Arena& arena);

}  // namespace custos::ingest
