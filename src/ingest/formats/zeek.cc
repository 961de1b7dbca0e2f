#include "ingest/formats/zeek/header.h"

#include <cstring>

#include <fmt/format.h>

#include "ingest/format.h"
#include "ingest/lines.h"

namespace custos::ingest::zeek {
namespace {

class ZeekDecoder final : public Decoder {
 public:
  explicit ZeekDecoder(const DecodeOptions& options) : limits_(options.limits), header_(options.limits) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    cutter_.open(window);
    Line line;
    while (!batch.full() && cutter_.next(line, report)) {
      if (line.number <= 1) {
        const std::string_view text = without_bom(line.text);
        const std::size_t start = text.find_first_not_of(" \t");
        // A first line that is a header behind blanks: seen in logs that went through an editor.
        if (start != std::string_view::npos && text[start] == '#') line.text = text.substr(start);
      }
      if (line.text.front() == '#') {
        header_.line(line, batch, report);
      } else if (!header_.ready()) {
        report.reject(line.offset, line.text.size(), "a row before any #fields line: its columns have no names");
      } else {
        row(line, batch, report);
      }
    }
    return cutter_.consumed();
  }

 private:
  void row(const Line& line, Batch& batch, Report& report);
  void value(const Column& column, std::string_view text, LineFields& fields);
  void one(const Column& column, std::string_view text, LineFields& fields);
  NameId extra_name(std::size_t column, Names& names);

  Limits limits_;
  Header header_;
  LineCutter cutter_;
};

void ZeekDecoder::row(const Line& line, Batch& batch, Report& report) {
  LineFields fields(batch, limits_.fields);
  fields.begin(line.text, line.offset, line.number);
  Record& record = batch.pending_record();
  record.log_source = header_.source();
  const std::vector<Column>& columns = header_.columns();
  const char separator = header_.separator;
  const char* at = line.text.data();
  const char* const end = at + line.text.size();
  std::size_t i = 0;
  for (;; ++i) {
    const auto* stop = static_cast<const char*>(std::memchr(at, separator, static_cast<std::size_t>(end - at)));
    const std::string_view text(at, static_cast<std::size_t>((stop != nullptr ? stop : end) - at));
    if (i < columns.size()) {
      value(columns[i], text, fields);
      if (static_cast<int>(i) == header_.time_column()) {
        if (const auto t = parse_epoch(text)) record.time = *t;
      }
    } else if (fields.dropped() == 0) {
      fields.add(extra_name(i + 1, batch.names()), text);
    }
    if (stop == nullptr) break;
    at = stop + 1;
  }
  if (i >= columns.size()) report.note("a row of more columns than the header names: the others are column_N");
  if (i + 1 < columns.size()) report.note("a row of fewer columns than the header names");
  // Older scripts leave columns out at the end. A row of one column or of more than there are is none of this log's:
  // somebody put a header before other lines, and no rule sees what they are.
  if (i >= columns.size() || (i == 0 && columns.size() > 1)) report.partial("rows do not fit the header's columns");
  fields.end(report);
}

NameId ZeekDecoder::extra_name(std::size_t column, Names& names) {
  return names.intern(fmt::format("column_{}", column));
}

void ZeekDecoder::value(const Column& column, std::string_view text, LineFields& fields) {
  if (text == header_.unset_field) return;
  if (!column.many) {
    if (text == header_.empty_field) text = text.substr(0, 0);
    return one(column, text, fields);
  }
  if (text == header_.empty_field) {
    fields.add(column.name, text.substr(0, 0));
    return;
  }
  while (true) {
    const std::size_t at = text.find(header_.set_separator);
    const std::string_view element = text.substr(0, at);
    if (element == header_.empty_field) {
      one(column, element.substr(0, 0), fields);
    } else if (element != header_.unset_field) {
      one(column, element, fields);
    }
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 1);
  }
}

void ZeekDecoder::one(const Column& column, std::string_view text, LineFields& fields) {
  switch (column.kind) {
    case Kind::Bool:
      // As in Zeek's JSON, so that a rule needs one spelling.
      if (text == "T" || text == "F") {
        fields.add_decoded(column.name, text == "T" ? "true" : "false", text, Type::Bool);
        return;
      }
      break;
    case Kind::Int:
      fields.add(column.name, text, text.empty() ? Type::Text : Type::Int);
      return;
    case Kind::Float:
    case Kind::Time:
      fields.add(column.name, text, text.empty() ? Type::Text : Type::Float);
      return;
    case Kind::Text:
      break;
  }
  if (text.find('\\') == std::string_view::npos) {
    fields.add(column.name, text);
    return;
  }
  fields.add_decoded(column.name, fields.batch().arena().keep(unescape(text)), text);
}

// Certain of "#separator"; fairly sure of two other header words, as in a log whose first line was lost.
int recognise(Bytes head, bool whole) {
  int words = 0;
  bool first = false;
  std::size_t nth = 0;
  head_lines(without_bom(head), whole, 10, [&](std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return;
    line.remove_prefix(start);
    if (nth++ == 0 && line.rfind("#separator ", 0) == 0) first = true;
    for (const std::string_view word :
         {"#set_separator", "#empty_field", "#unset_field", "#path", "#open", "#fields", "#types"}) {
      words += line.rfind(word, 0) == 0 && line.size() > word.size() && line[word.size()] == '\t';
    }
  });
  if (first) return 96;
  return words >= 2 ? 85 : 0;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<ZeekDecoder>(options); }

}  // namespace

extern const Format format;
const Format format{
    .name = "zeek",
    .title = "Zeek log (TSV)",
    .details = "every Zeek log by its own header, rotated logs included; log source zeek/<path>",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::zeek
