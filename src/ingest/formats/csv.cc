#include <fmt/format.h>

#include "ingest/envelopes/windows.h"
#include "ingest/format.h"
#include "ingest/formats/csv/embedded.h"
#include "ingest/formats/csv/header.h"
#include "ingest/formats/csv/rows.h"
#include "ingest/lines.h"

namespace custos::ingest::csv {
namespace {

class CsvDecoder final : public Decoder {
 public:
  explicit CsvDecoder(const DecodeOptions& options) : limits_(options.limits), embedded_(options.limits) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    if (!dialect_known_) {
      // The separator is told by the same rows the recogniser saw.
      constexpr std::size_t kHead = 64u << 10;
      const Guess g = guess(window.bytes.substr(0, kHead), window.more == More::Ended && window.bytes.size() <= kHead);
      separator_ = g.separator;
      rows_.set_separator(separator_);
      dialect_known_ = true;
    }
    rows_.open(window);
    Line row;
    while (!batch.full() && rows_.next(row, report)) {
      if (row.number == 1) row.text = without_bom(row.text);
      if (names_.empty() && (row.text.empty() || is_preamble(row.text))) continue;
      if (names_.empty()) {
        header(row, batch, report);
      } else if (row.text == header_text_) {
        report.note("the header line again: skipped");
      } else {
        event(row, batch, report);
      }
    }
    return rows_.consumed();
  }

 private:
  void header(const Line& row, Batch& batch, Report& report);
  void event(const Line& row, Batch& batch, Report& report);
  std::string_view cell_text(const Cell& cell, Batch& batch);
  void finish(LineFields& fields, std::string_view json, std::string_view json_cell, Report& report);

  Limits limits_;
  RowCutter rows_;
  bool dialect_known_ = false;
  char separator_ = ',';
  std::string header_text_;
  std::vector<NameId> names_;
  Columns columns_;
  EmbeddedJson embedded_;
  std::unique_ptr<WindowsEvents> windows_;
};

void CsvDecoder::header(const Line& row, Batch& batch, Report& report) {
  header_text_ = row.text.substr(0, 1u << 20);
  std::vector<std::string> texts;
  CellReader reader(row.text, separator_);
  Cell cell;
  std::size_t left_out = 0;
  while (reader.next(cell)) {
    if (texts.size() >= limits_.fields) {
      ++left_out;
      continue;
    }
    const std::string_view text = trim(cell_text(cell, batch));
    texts.push_back(text.empty() ? fmt::format("column_{}", texts.size() + 1) : to_valid_utf8(text));
  }
  if (left_out != 0) {
    report.reject(row.offset, row.text.size(),
                  fmt::format("a header of more than {} columns: the last {} were left out", limits_.fields, left_out));
  }
  columns_ = understand(texts);
  for (const std::string& text : texts) {
    names_.push_back(
        batch.names().intern(columns_.kind == Kind::Windows ? windows_name(text) : std::string_view(text)));
  }
  if (columns_.kind == Kind::Windows) windows_ = std::make_unique<WindowsEvents>(batch);
}

// The text of a cell, "" inside quotes made one quote.
std::string_view CsvDecoder::cell_text(const Cell& cell, Batch& batch) {
  if (!cell.doubled) return cell.text;
  char* const to = batch.arena().take(cell.text.size());
  std::size_t n = 0;
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    to[n++] = cell.text[i];
    if (cell.text[i] == '"' && i + 1 < cell.text.size() && cell.text[i + 1] == '"') ++i;
  }
  batch.arena().give_back(cell.text.size(), n);
  return {to, n};
}

void CsvDecoder::event(const Line& row, Batch& batch, Report& report) {
  LineFields fields(batch, limits_.fields);
  fields.begin(row.text, row.offset, row.number);
  CellReader reader(row.text, separator_);
  Cell cell;
  std::string_view time, date, json, json_cell;
  std::size_t i = 0;
  for (; reader.next(cell); ++i) {
    if (i >= names_.size() && (i >= limits_.fields || fields.dropped() != 0)) {
      report.reject(row.offset, row.text.size(),
                    fmt::format("a row of more than {} columns: the others were left out", limits_.fields));
      break;
    }
    // As PowerShell writes it: nothing at all is no value, "" is an empty one.
    if (cell.text.empty() && !cell.quoted) continue;
    const std::string_view text = cell_text(cell, batch);
    const NameId name = i < names_.size() ? names_[i] : batch.names().intern(fmt::format("column_{}", i + 1));
    if (cell.doubled) {
      fields.add_decoded(name, text, cell.text);
    } else {
      fields.add(name, text);
    }
    const int column = static_cast<int>(i);
    if (column == columns_.time) time = text;
    if (column == columns_.date) date = text;
    if (column == columns_.json) {
      json = text;
      json_cell = cell.text;
    }
  }
  if (i > names_.size()) report.note("a row of more columns than the header names: the others are column_N");
  if (i < names_.size()) report.note("a row of fewer columns than the header names");
  std::optional<Micros> t;
  if (!date.empty()) t = table_time(fmt::format("{} {}", date, time));
  if (!t && !time.empty()) t = table_time(time);
  if (t) batch.pending_record().time = *t;
  finish(fields, json, json_cell, report);
}

void CsvDecoder::finish(LineFields& fields, std::string_view json, std::string_view json_cell, Report& report) {
  Batch& batch = fields.batch();
  if (!json.empty() && json.front() == '{' &&
      !embedded_.add(fields.dirty() ? valid_utf8(json, batch.arena()) : json, json_cell, fields)) {
    report.note("a cell that should hold JSON and does not");
  }
  if (columns_.kind == Kind::Windows) windows_->finish(batch);
  if (columns_.kind == Kind::M365) {
    std::string_view workload;
    const NameId id = batch.names().intern("Workload"), creation = batch.names().intern("CreationTime");
    for (const Field& f : batch.pending()) {
      if (f.name == id) workload = f.text();
      if (f.name == creation) batch.pending_record().time = table_time(f.text()).value_or(batch.pending_record().time);
    }
    const bool alerts = workload == "SecurityComplianceCenter";
    batch.pending_record().log_source = batch.sources().intern("m365", alerts ? "threat_management" : "audit");
  }
  fields.end(report);
}

int recognise(Bytes head, bool whole) { return guess(head, whole).sure; }

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<CsvDecoder>(options); }

}  // namespace

extern const Format format;
const Format format{
    .name = "csv",
    .title = "Table with a header (CSV, TSV)",
    .details =
        "comma, tab, semicolon or bar; Microsoft 365 audit exports and Windows event exports are told by their columns",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::csv
