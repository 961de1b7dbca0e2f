#include "correlate/trail/step_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace custos::correlate {
namespace step_reading {

constexpr FieldPicker<StepReader::Slot>::Wanted kWanted = std::to_array<std::string_view>({"EventID",
                                                                                           "Computer",
                                                                                           "Hostname",
                                                                                           "Image",
                                                                                           "CommandLine",
                                                                                           "User",
                                                                                           "ProcessId",
                                                                                           "ParentProcessId",
                                                                                           "NewProcessId",
                                                                                           "NewProcessName",
                                                                                           "SubjectUserName",
                                                                                           "SubjectDomainName",
                                                                                           "DestinationIp",
                                                                                           "DestinationPort",
                                                                                           "Initiated",
                                                                                           "TargetFilename",
                                                                                           "node",
                                                                                           "hostname",
                                                                                           "exe",
                                                                                           "proctitle",
                                                                                           "pid",
                                                                                           "ppid",
                                                                                           "auid"});

// "4812", "0x12cc"; 0 where it is none.
std::uint64_t number(std::string_view s) {
  const bool hex = s.starts_with("0x");
  if (hex) s.remove_prefix(2);
  std::uint64_t n = 0;
  const auto end = std::from_chars(s.data(), s.data() + s.size(), n, hex ? 16 : 10);
  return end.ec == std::errc{} && end.ptr == s.data() + s.size() ? n : 0;
}

// Files that run, or that hold other files: what intruders bring and take.
bool runs_or_holds(std::string_view path) {
  static constexpr std::array<std::string_view, 24> kEndings = {"exe", "dll", "sys", "scr", "com", "ps1", "psm1", "bat", "cmd", "vbs", "js",  "hta",
                                                                "lnk", "msi", "jar", "py",  "iso", "zip", "7z",   "rar", "cab", "tar", "dmp", "wsf"};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.size() - dot > 5) return false;
  const std::string ending = fold(path.substr(dot + 1));
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace step_reading

StepReader::StepReader(const Names& names) : names_(names), fields_(names, step_reading::kWanted) {}

StepReader::Family StepReader::family(const Batch& batch, LogSourceId id) {
  if (id >= families_.size()) families_.resize(std::size_t{id} + 1, Family::Unseen);
  Family& known = families_[id];
  if (known != Family::Unseen) return known;
  const LogSource& s = batch.sources().at(id);
  known = s.product == "windows" && s.service == "sysmon"     ? Family::Sysmon
          : s.product == "windows" && s.service == "security" ? Family::Security
          : s.product == "linux" && s.service == "auditd"     ? Family::Auditd
                                                              : Family::Other;
  return known;
}

bool StepReader::wanted(Family family, const Event& event) {
  if (family == Family::Auditd) return true;
  if (event_id_ == kOtherName) event_id_ = names_.find("EventID");
  for (const Field& f : event.fields()) {
    if (f.name != event_id_ || f.type == Type::Null) continue;
    const std::string_view id = f.text();
    return family == Family::Security ? id == "4688" : id == "1" || id == "3" || id == "11";
  }
  return false;
}

bool StepReader::sysmon(std::string_view id, Step& step) {
  using namespace step_reading;
  step.process = number(fields_[Slot::ProcessId]);
  step.parent = number(fields_[Slot::ParentProcessId]);
  step.image = fields_[Slot::Image];
  step.user = fields_[Slot::User];
  step.text = fields_[Slot::CommandLine];
  if (id == "1") return true;
  if (id == "11") {
    step.kind = Step::Kind::Write;
    step.text = fields_[Slot::TargetFilename];
    return runs_or_holds(step.text);
  }
  if (fields_[Slot::Initiated] == "false" || fields_[Slot::DestinationIp].empty()) return false;
  step.kind = Step::Kind::Contact;
  text_.assign(fields_[Slot::DestinationIp]).append(":").append(fields_[Slot::DestinationPort]);
  step.text = text_;
  return true;
}

bool StepReader::windows(Family family, Step& step) {
  using namespace step_reading;
  step.host = fields_[Slot::Computer].empty() ? fields_[Slot::Hostname] : fields_[Slot::Computer];
  if (family == Family::Sysmon) return sysmon(fields_[Slot::EventId], step);
  step.process = number(fields_[Slot::NewProcessId]);
  step.parent = number(fields_[Slot::ProcessId]);
  step.image = fields_[Slot::NewProcessName];
  user_.assign(fields_[Slot::SubjectDomainName]).append("\\").append(fields_[Slot::SubjectUserName]);
  step.user = user_;
  step.text = fields_[Slot::CommandLine];
  return true;
}

bool StepReader::auditd(Step& step) {
  using namespace step_reading;
  if (fields_[Slot::Proctitle].empty() || fields_[Slot::Pid].empty()) return false;
  step.host = fields_[Slot::Node].empty() ? fields_[Slot::SyslogHost] : fields_[Slot::Node];
  step.process = number(fields_[Slot::Pid]);
  step.parent = number(fields_[Slot::Ppid]);
  step.image = fields_[Slot::Exe];
  step.user = fields_[Slot::Auid];
  step.text = fields_[Slot::Proctitle];
  return true;
}

void StepReader::read(const Batch& batch, std::uint32_t source, const std::function<void(const Step&)>& sink) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record& r = batch.record(i);
    const Family family = this->family(batch, r.log_source);
    if (family == Family::Other || r.time == kNoTime || !wanted(family, batch[i])) continue;
    fields_.read(batch[i]);
    Step step;
    if (family == Family::Auditd ? !auditd(step) : !windows(family, step)) continue;
    if (step.host.empty() || step.process == 0) continue;
    step.time = r.time;
    step.source = source;
    step.offset = r.offset;
    step.record = r.number;
    sink(step);
  }
}

}  // namespace custos::correlate
