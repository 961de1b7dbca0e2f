// JSON logs: NDJSON, arrays, objects one behind the other, exports; the envelopes say what the events in them are.
#include <memory>
#include <string>

#include "ingest/envelopes/envelopes.h"
#include "ingest/format.h"
#include "ingest/formats/json/cut.h"
#include "ingest/formats/json/flatten.h"
#include "ingest/formats/json/framer.h"

namespace custos::ingest::json {
namespace decoder {
namespace {

class JsonDecoder final : public Decoder {
 public:
  explicit JsonDecoder(const DecodeOptions& options) : framer_(options.limits), flattener_(options.limits) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    if (!envelopes_ || names_ != &batch.names()) {
      envelopes_ = std::make_unique<Envelopes>(batch);
      names_ = &batch.names();
    }
    framer_.open(window);
    Framer::Candidate candidate;
    while (!batch.full() && framer_.next(candidate, report)) read(window, candidate, batch, report);
    return framer_.consumed();
  }

 private:
  void read(const Window& window, const Framer::Candidate& candidate, Batch& batch, Report& report) {
    const std::string_view raw = window.bytes.substr(candidate.begin, candidate.end - candidate.begin);
    const std::uint64_t offset = window.offset + candidate.begin;
    batch.begin(raw, offset, number_ + 1);
    const Flat flat = flattener_.flatten(raw, batch);
    if (flat.why != nullptr) {
      batch.drop();
      framer_.refuse(flat.why, report);
      return;
    }
    if (flat.records != kNoPlace && framer_.may_unpack()) {
      batch.drop();
      framer_.unpack(flat.records, flat.records_depth);
      return;
    }
    if (flat.replaced > 0) report.note("invalid UTF-8 replaced", flat.replaced);
    if (flat.xml != nullptr) report.note(std::string(flat.xml) + " inside a value: what could be read was read");
    if (flat.cut != kNoPlace) report.reject(offset + flat.cut, raw.size() - flat.cut, "fields beyond the most a record may have");
    envelopes_->finish(batch, flattener_.shape());
    batch.end();
    ++number_;
    framer_.accept();
  }

  Framer framer_;
  Flattener flattener_;
  std::unique_ptr<Envelopes> envelopes_;
  const Names* names_ = nullptr;
  std::uint64_t number_ = 0;
};

// Whether an object seems to begin at the '{' at `at`: a key or nothing follows.
bool begins_object(Bytes head, std::size_t at) {
  const std::size_t inner = skip_spaces(head, at + 1);
  return inner < head.size() && (head[inner] == '"' || head[inner] == '}');
}

int object_score(Bytes head, std::size_t at, bool whole) {
  if (!begins_object(head, at)) return 0;
  const Cut cut = cut_object(head, at, 1u << 20);
  if (cut.kind == Cut::Kind::Whole) {
    const std::size_t behind = skip_spaces(head, cut.end);
    const bool clean = behind == head.size() || head[behind] == '{' || head[behind] == ',' || head[behind] == '\x1E' || behind > cut.end;
    return clean ? 95 : 80;
  }
  if (cut.kind == Cut::Kind::Broken) return 60;
  return whole ? 75 : 85;
}

int array_score(Bytes head, std::size_t at, bool whole) {
  std::size_t inner = skip_spaces(head, at + 1);
  std::size_t arrays = 1;
  while (inner < head.size() && head[inner] == '[') {
    inner = skip_spaces(head, inner + 1);
    ++arrays;
  }
  if (inner == head.size()) return arrays > 1 ? 60 : 10;
  if (head[inner] == '{') return object_score(head, inner, whole);
  if (head[inner] == ']') return 60;
  return 0;
}

int recognise(Bytes head, bool whole) {
  std::size_t at = head.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  at = skip_spaces(head, at);
  if (at < head.size() && head[at] == '\x1E') at = skip_spaces(head, at + 1);
  if (at == head.size()) return whole ? 0 : 5;  // blanks alone are no format, but what comes behind them may be
  int score = 0;
  if (head[at] == '{') score = object_score(head, at, whole);
  if (head[at] == '[') score = array_score(head, at, whole);
  if (score > 0) return score;
  const bool bracket = head[at] == '{' || head[at] == '[';
  if (bracket && !whole && head.find('\n') == Bytes::npos) return 50;  // one line, longer than a head
  if (bracket && whole && skip_spaces(head, at + 1) == head.size()) return 20;
  // Junk first, and then a line that is an object: a damaged log.
  for (std::size_t line = head.find('\n', at); line != Bytes::npos && line < 4096; line = head.find('\n', line + 1)) {
    if (line + 1 < head.size() && head[line + 1] == '{' && object_score(head, line + 1, whole) >= 95) return 40;
  }
  const std::size_t inner = head.substr(0, 256).find("{\"", at);
  return inner != Bytes::npos && inner > 0 && object_score(head, inner, whole) >= 95 ? 15 : 0;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<JsonDecoder>(options); }

}  // namespace
}  // namespace decoder

extern const Format format;
const Format format = {
    .name = "json",
    .title = "JSON (lines, arrays, objects, exports)",
    .details = "Windows events (evtx_dump, winlogbeat/ECS, Splunk, flat exports), AWS CloudTrail, Entra ID, Microsoft 365, Google Cloud, Okta, "
               "GitHub, Kubernetes audit, Suricata EVE, Zeek, OCSF, systemd journal; anything else by its own field names",
    .numbered = false,
    .recognise = decoder::recognise,
    .open = decoder::open,
};

}  // namespace custos::ingest::json
