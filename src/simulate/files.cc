#include "simulate/files.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "simulate/calendar.h"

namespace custos::simulate {
namespace {

std::uint64_t lines_in(std::string_view s) { return static_cast<std::uint64_t>(std::count(s.begin(), s.end(), '\n')); }

void text_member(std::string& out, std::string_view value) {
  out += '"';
  append_json_escaped(out, value);
  out += '"';
}

// The shape in which evtx_dump writes an event, so that the same event reads alike from JSON and from EVTX.
void windows_json(const WindowsEvent& e, std::string& out) {
  const WindowsKind& k = *e.kind;
  auto at = std::back_inserter(out);
  fmt::format_to(at, R"({{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"{}")", k.provider);
  if (!k.guid.empty()) fmt::format_to(at, R"(,"Guid":"{}")", k.guid);
  fmt::format_to(
      at, R"(}}}},"EventID":{},"Version":{},"Level":{},"Task":{},"Opcode":{},"Keywords":"0x{:x}","TimeCreated":{{"#attributes":{{"SystemTime":"{}"}}}},)",
      k.event_id, k.version, k.level, k.task, k.opcode, k.keywords, to_rfc3339(e.time));
  fmt::format_to(at, R"("EventRecordID":{},"Execution":{{"#attributes":{{"ProcessID":{},"ThreadID":{}}}}},"Channel":"{}","Computer":"{}","Security":)",
                 e.number, e.process, e.thread, k.channel, e.computer);
  if (e.user_sid.empty()) {
    out += "null}";
  } else {
    fmt::format_to(at, R"({{"#attributes":{{"UserID":"{}"}}}}}})", e.user_sid);
  }
  if (k.fields.empty()) {
    out += ",\"EventData\":null}}";
    return;
  }
  if (k.user_data.empty()) {
    out += ",\"EventData\":{";
  } else {
    fmt::format_to(at, R"(,"UserData":{{"{}":{{)", k.user_data);
  }
  if (k.fields[0].name.empty()) {  // data without names come as one list
    out += "\"Data\":[";
    for (std::size_t i = 0; i < e.values.size(); ++i) {
      if (i > 0) out += ',';
      text_member(out, e.values[i]);
    }
    out += "]}}}";
    return;
  }
  for (std::size_t i = 0; i < k.fields.size(); ++i) {
    fmt::format_to(at, R"({}"{}":)", i == 0 ? "" : ",", k.fields[i].name);
    if ((k.fields[i].type == FieldType::Unsigned || k.fields[i].type == FieldType::Boolean) && !e.values[i].empty()) {
      out += e.values[i];
    } else {
      text_member(out, e.values[i]);
    }
  }
  out += k.user_data.empty() ? "}}}" : "}}}}";
}

}  // namespace

bool Files::wanted(Stream s) const {
  if (layout_.merged && !facts(s).json) return false;
  return layout_.only.empty() || layout_.only.contains(facts(s).name);
}

Files::Open& Files::open(Stream s, Micros day) {
  Open& o = open_[static_cast<std::size_t>(s)];
  const std::int64_t number = day / kDay;
  if (number <= o.day) return o;
  const std::string date = utc_date(day);
  close(s, o);
  o = {};
  o.day = number;
  if (layout_.merged) {
    o.path = "-";
    if (!merged_) merged_ = output_.text("-");
    return o;
  }
  o.path = fmt::format(fmt::runtime(facts(s).path), date);
  if (s == Stream::Windows && layout_.evtx) o.evtx = output_.evtx("logs/" + o.path.substr(0, o.path.rfind('.')) + ".evtx");
  if (s != Stream::Windows || layout_.ndjson) {
    o.file = output_.text("logs/" + o.path);
    o.file->write(facts(s).head);
    o.lines = lines_in(facts(s).head);
  } else {
    o.path = o.path.substr(0, o.path.rfind('.')) + ".evtx";
  }
  return o;
}

void Files::close(Stream s, Open& o) {
  if (o.file) o.file->write(facts(s).tail);
  o.file.reset();
  o.evtx.reset();
}

void Files::text(Stream s, Micros day, std::string_view record) {
  Open& o = open(s, day);
  ++o.records;
  ++records_;
  bytes_ += record.size() + 1;
  o.number = facts(s).by_line() ? o.lines + 1 : o.records;
  if (facts(s).by_line()) o.lines += 1 + lines_in(record);
  if (layout_.merged) {
    merged_->write(record);
    merged_->write("\n");
    return;
  }
  if (o.records > 1) o.file->write(facts(s).separator);
  o.file->write(record);
}

void Files::windows(Micros day, const WindowsEvent& e) {
  if (layout_.ndjson || layout_.merged) {
    line_.clear();
    windows_json(e, line_);
    text(Stream::Windows, day, line_);
  }
  if (layout_.evtx && !layout_.merged) {
    Open& o = open(Stream::Windows, day);
    if (!layout_.ndjson) {
      o.number = ++o.records;
      ++records_;
    }
    o.evtx->write(e);
  }
}

void Files::finish() {
  for (std::size_t i = 0; i < kStreams; ++i) close(static_cast<Stream>(i), open_[i]);
  merged_.reset();
}

}  // namespace custos::simulate
