#include <memory>

#include "base/text.h"
#include "ingest/envelopes/windows.h"
#include "ingest/envelopes/windows_xml.h"
#include "ingest/format.h"
#include "ingest/formats/auditd/fields.h"
#include "ingest/formats/auditd/record.h"
#include "ingest/formats/syslog/event.h"
#include "ingest/formats/syslog/header.h"
#include "ingest/formats/syslog/programs.h"
#include "ingest/lines.h"

namespace custos::ingest::syslog {
namespace {

constexpr std::array<std::string_view, 24> kFacilities{"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                                       "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                                       "ntp",    "audit",  "alert",  "clock",  "local0",   "local1",
                                                       "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::array<std::string_view, 8> kSeverities{"emerg",   "alert",  "crit", "err",
                                                      "warning", "notice", "info", "debug"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Service::kCount)> kServices{
    "syslog", "sshd", "sudo", "auth", "cron", "named", "dnsmasq", "clamav", "guacamole", "vsftpd", "auditd"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Category::kCount)> kCategories{"", "dns", "firewall"};

// Text that a person may have written: no control characters but tabs and escapes.
bool is_text(std::string_view s) {
  for (const char c : s) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\x1b') return false;
  }
  return is_valid_utf8(s);
}

class SyslogDecoder final : public Decoder {
 public:
  explicit SyslogDecoder(const DecodeOptions& options)
      : limits_(options.limits), modified_(options.modified), names_(kNameTexts), xml_(options.limits) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    bind(batch);
    cutter_.open(window);
    Line line;
    while (!batch.full() && cutter_.next(line, report)) {
      if (line.number == 1) line.text = without_bom(line.text);
      if (!line.text.empty()) one(line, batch, report);
    }
    return cutter_.consumed();
  }

 private:
  void bind(Batch& batch);
  void one(const Line& line, Batch& batch, Report& report);
  void note(const Header& h, Report& report);
  void head_fields(const Header& h, SyslogEvent& event, Batch& batch);
  void data(std::string_view text, SyslogEvent& event, Batch& batch);
  LogSourceId message(const Header& h, std::string_view program, SyslogEvent& event, Batch& batch, Report& report);
  bool audit(std::string_view program, std::string_view message, SyslogEvent& event);
  bool xml(std::string_view message, SyslogEvent& event, Report& report);
  LogSourceId source(Service s, Category c) const {
    return sources_[static_cast<std::size_t>(s)][static_cast<std::size_t>(c)];
  }

  Limits limits_;
  Micros modified_;
  KnownNames<N> names_;
  LineCutter cutter_;
  auditd::AuditFields audit_;
  WindowsXml xml_;
  std::unique_ptr<WindowsEvents> windows_;
  NameId system_time_ = kOtherName;
  const Names* windows_of_ = nullptr;
  std::string scratch_;
  const LogSources* bound_ = nullptr;
  std::array<std::array<LogSourceId, static_cast<std::size_t>(Category::kCount)>,
             static_cast<std::size_t>(Service::kCount)>
      sources_{};
};

void SyslogDecoder::bind(Batch& batch) {
  names_.bind(batch.names());
  if (bound_ == &batch.sources()) return;
  bound_ = &batch.sources();
  for (std::size_t s = 0; s < kServices.size(); ++s) {
    for (std::size_t c = 0; c < kCategories.size(); ++c)
      sources_[s][c] = batch.sources().intern("linux", kServices[s], kCategories[c]);
  }
}

void SyslogDecoder::one(const Line& line, Batch& batch, Report& report) {
  const Header h = parse_header(line.text, modified_);
  if (h.shape == Shape::None) {
    if (!is_text(line.text))
      return report.reject(line.offset, line.text.size(), "a line that is neither syslog nor text");
    report.note("a line without a syslog header: kept as a message");
  } else {
    note(h, report);
  }
  LineFields fields(batch, limits_.fields);
  fields.begin(line.text, line.offset, line.number);
  SyslogEvent event(fields, names_);
  batch.pending_record().time = h.time;
  head_fields(h, event, batch);
  const std::string_view program = program_name(h.app);
  event.add_some(N::Program, program);
  event.add_some(N::Message, h.message);
  batch.pending_record().log_source = message(h, program, event, batch, report);
  fields.end(report);
}

void SyslogDecoder::note(const Header& h, Report& report) {
  if (h.bad_priority) report.note("a priority that is none");
  if (h.bad_time) report.note("a date that does not exist: the event has no time");
  if (h.unknown_zone) report.note("a time zone known by name only: taken as UTC");
  if (h.no_year) report.note("a date without a year, and no file time to infer it from: the event has no time");
  if (h.open_data) report.note("structured data that never closes: kept in the message");
}

void SyslogDecoder::head_fields(const Header& h, SyslogEvent& event, Batch& batch) {
  event.add_some(N::Hostname, h.host);
  event.add_some(N::Appname, h.app);
  event.add_number(N::Procid, h.procid);
  event.add_some(N::Msgid, h.msgid);
  if (h.priority >= 0) {
    event.say(N::Facility, kFacilities[static_cast<std::size_t>(h.priority) / 8]);
    event.say(N::Severity, kSeverities[static_cast<std::size_t>(h.priority) % 8]);
  }
  if (!h.data.empty()) data(h.data, event, batch);
}

void SyslogDecoder::data(std::string_view text, SyslogEvent& event, Batch& batch) {
  DataReader reader(text);
  DataParam param;
  while (reader.next(param)) {
    scratch_.assign(param.id).append(".").append(param.name);
    const NameId name = event.fields().name_id(scratch_);
    if (!param.escaped) {
      event.fields().add(name, param.value);
      continue;
    }
    scratch_.clear();
    for (std::size_t i = 0; i < param.value.size(); ++i) {
      const bool escape = param.value[i] == '\\' && i + 1 < param.value.size() &&
                          (param.value[i + 1] == '"' || param.value[i + 1] == '\\' || param.value[i + 1] == ']');
      scratch_ += param.value[escape ? ++i : i];
    }
    event.fields().add_decoded(name, batch.arena().keep(scratch_), param.value);
  }
}

LogSourceId SyslogDecoder::message(const Header& h, std::string_view program, SyslogEvent& event, Batch& batch,
                                   Report& report) {
  if (xml(h.message, event, report)) return batch.pending_record().log_source;
  if (audit(program, h.message, event)) return batch.pending_record().log_source;
  std::string_view text = h.message;
  // rsyslog folds equal lines: "message repeated 5 times: [ Failed password ...]".
  if (starts_with(text, "message repeated ")) {
    Scan scan{text.substr(17)};
    const std::string_view times = scan.word();
    if (scan.eat("times: [")) {
      event.add_number(N::Repeated, times);
      text = scan.s;
      while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
      if (!text.empty() && text.back() == ']') text.remove_suffix(1);
    }
  }
  const Program* known = find_program(program);
  Category category = Category::None;
  if (!decode_pam(text, event) && known != nullptr && known->decode != nullptr) category = known->decode(text, event);
  return source(known == nullptr ? Service::Syslog : known->service, category);
}

// Sysmon for Linux writes its events to syslog as Windows writes its own, as XML.
bool SyslogDecoder::xml(std::string_view message, SyslogEvent& event, Report& report) {
  if (!WindowsXml::looks_like(message)) return false;
  Batch& batch = event.fields().batch();
  if (windows_of_ != &batch.names()) {
    windows_ = std::make_unique<WindowsEvents>(batch);
    system_time_ = batch.names().intern("TimeCreated_SystemTime");
    windows_of_ = &batch.names();
  }
  const std::size_t before = batch.pending().size();
  const auto at = static_cast<std::uint32_t>(message.data() - batch.pending_record().raw.data());
  const std::string_view text = event.fields().dirty() ? valid_utf8(message, batch.arena()) : message;
  const WindowsXml::Result read = xml_.read(text, at, limits_.fields - std::min(limits_.fields, before), batch, nullptr);
  if (read.fields == 0) return false;
  if (read.why != nullptr) report.note(std::string(read.why) + " inside a message: what could be read was read");
  if (read.full) report.reject(batch.pending_record().offset + at, message.size(), "fields beyond the most a record may have");
  for (const Field& f : batch.pending().subspan(before)) {
    if (f.name != system_time_) continue;
    if (const auto t = parse_time(f.text())) batch.pending_record().time = *t;
  }
  windows_->finish(batch);
  return true;
}

// Audit records that came by way of syslog: "audit[123]: SYSCALL arch=...", "kernel: audit: type=1400 audit(..): ...".
// They are not joined: their neighbours may be other programs' lines.
bool SyslogDecoder::audit(std::string_view program, std::string_view text, SyslogEvent& event) {
  auditd::RecordHead head;
  bool found = false;
  if (program == "audit") {
    found = auditd::parse_record(text, head) || auditd::parse_bare_record(text, head);
  } else if (program == "kernel") {
    const std::size_t at = text.substr(0, 64).find("audit: type=");
    found = at != std::string_view::npos && auditd::parse_record(text.substr(at + 7), head);
  } else if (program == "audispd" || program == "auditd" || program == "audisp-syslog" || program == "audisp-remote") {
    found = auditd::parse_record(text, head);
  }
  if (!found) return false;
  if (head.time != kNoTime) event.fields().batch().pending_record().time = head.time;
  audit_.begin(event.fields());
  audit_.record(head);
  audit_.finish();
  return true;
}

// A line counts when its header is whole: a time of a known shape and a program behind it, or the priority of RFC 5424.
bool looks_like_syslog(std::string_view line) {
  const Header h = parse_header(line, kNoTime);
  switch (h.shape) {
    case Shape::None:
      return false;
    case Shape::Rfc5424:
      return !h.host.empty() || !h.app.empty() || h.time != kNoTime;
    case Shape::Rfc3164:
      return h.priority >= 0 || !h.host.empty();
    case Shape::Iso:
    case Shape::Journal:
      return !h.app.empty() && (h.priority >= 0 || !h.host.empty());
    case Shape::Bind:
      return !h.message.empty() && h.message.find(": ") != std::string_view::npos;
  }
  return false;
}

int recognise(Bytes head, bool whole) {
  std::size_t good = 0;
  const std::size_t lines = head_lines(without_bom(head), whole, 30,
                                       [&](std::string_view line) { good += looks_like_syslog(line.substr(0, 4096)); });
  if (good == 0 || good * 3 < lines) return 0;
  return good * 4 >= lines * 3 ? 80 : 60;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<SyslogDecoder>(options); }

}  // namespace

extern const Format format;
const Format format{
    .name = "syslog",
    .title = "syslog (RFC 5424, RFC 3164, journal)",
    .details =
        "sshd, sudo, su, PAM, accounts, systemd, cron, named, dnsmasq, netfilter and audit messages decoded; log "
        "source linux/<service>",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::syslog
