#include "ingest/format.h"
#include "ingest/formats/auditd/fields.h"
#include "ingest/formats/auditd/joiner.h"
#include "ingest/formats/auditd/record.h"
#include "ingest/lines.h"

namespace custos::ingest::auditd {
namespace decoding {
namespace {

// What ausearch prints between events.
bool is_separator(std::string_view line) { return line == "----" || line.substr(0, 6) == "time->"; }

class AuditDecoder final : public Decoder {
 public:
  explicit AuditDecoder(const DecodeOptions& options) : limits_(options.limits) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    cutter_.open(window);
    Line line;
    for (hand_out(batch, report); !batch.full() && cutter_.next(line, report); hand_out(batch, report)) {
      if (line.number == 1) line.text = without_bom(line.text);
      RecordHead head;
      if (parse_record(line.text, head)) {
        joiner_.add(line, head);
      } else if (!is_separator(line.text)) {
        report.reject(line.offset, line.text.size(), "a line that is no audit record");
      }
    }
    if (window.more == More::Ended && window.bytes.empty()) {
      joiner_.close_all();
      hand_out(batch, report);
    }
    return cutter_.consumed();
  }

 private:
  void hand_out(Batch& batch, Report& report) {
    for (const Joined* event = joiner_.front(); event != nullptr && !batch.full(); event = joiner_.front()) {
      emit(*event, batch, report);
      joiner_.pop();
    }
  }

  void emit(const Joined& event, Batch& batch, Report& report) {
    const std::string_view raw = batch.arena().keep(event.raw);
    LineFields fields(batch, limits_.fields);
    fields.begin(raw, event.offset, event.number);
    fields.places(event.in_place);
    batch.pending_record().time = event.time;
    audit_.begin(fields);
    for (std::size_t i = 0; i < event.starts.size(); ++i) {
      RecordHead head;
      const std::string_view line = event.line(i);
      if (parse_record(raw.substr(event.starts[i], line.size()), head)) audit_.record(head);
    }
    audit_.finish();
    fields.end(report);
  }

  Limits limits_;
  LineCutter cutter_;
  Joiner joiner_;
  AuditFields audit_;
};

int recognise(Bytes head, bool whole) {
  std::size_t records = 0, separators = 0;
  const std::size_t lines = head_lines(without_bom(head), whole, 20, [&](std::string_view line) {
    records += looks_like_record(line);
    separators += is_separator(line);
  });
  if (records == 0 || records * 2 < lines - separators) return 0;
  return 94;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<AuditDecoder>(options); }

}  // namespace
}  // namespace decoding

extern const Format format;
const Format format{
    .name = "auditd",
    .title = "Linux audit log",
    .details =
        "records of one serial joined, hexadecimal decoded, EXECVE, PATH and SOCKADDR included; log source "
        "linux/auditd",
    .recognise = decoding::recognise,
    .open = decoding::open,
};

}  // namespace custos::ingest::auditd
