// XML inside a value, from anywhere: the scanner and the flattening of Windows events.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "ingest/envelopes/windows_xml.h"

namespace {

void check(bool ok) {
  if (!ok) std::abort();
}

void scan(std::string_view text, std::size_t depth) {
  using custos::ingest::XmlToken;
  custos::Arena arena;
  custos::ingest::XmlScanner scanner(text, depth);
  std::size_t open = 0;
  bool tag = false;
  for (XmlToken t; scanner.next(t);) {
    const std::string_view value = custos::ingest::xml_text(t.text, arena);
    check(value.size() <= t.text.size() && custos::is_valid_utf8(value) && custos::is_valid_utf8(t.name));
    check(t.kind != XmlToken::Kind::Attribute || tag);
    if (t.kind == XmlToken::Kind::Open) check(++open <= depth);
    if (t.kind == XmlToken::Kind::Close) check(open-- > 0);
    if (t.kind == XmlToken::Kind::Text) check(open > 0);
    tag = t.kind == XmlToken::Kind::Open || t.kind == XmlToken::Kind::Attribute;
  }
  check(open == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = custos::to_valid_utf8({reinterpret_cast<const char*>(data), size});
  // An exact copy on the heap: a sanitizer sees every byte read too far.
  const std::string raw(text.data(), text.size());
  scan(raw, 8);
  custos::ingest::WindowsXml::looks_like(raw);
  custos::Names names(1000);
  custos::LogSources sources;
  custos::Batch batch(names, sources);
  custos::Limits limits;
  limits.depth = 8;
  custos::ingest::WindowsXml xml(limits);
  for (const std::size_t most : {std::size_t{100}, std::size_t{2}}) {
    batch.begin(raw, 0, 1);
    custos::ingest::Shape shape;
    const auto result = xml.read(raw, 0, most, batch, &shape);
    check(result.fields <= most && result.fields == batch.pending().size());
    for (const custos::Field& f : batch.pending()) {
      check(custos::is_valid_utf8(f.text()) && custos::is_valid_utf8(names.text(f.name)) && f.at <= raw.size());
    }
    batch.end();
    batch.clear();
  }
  return 0;
}
