// Events to steps: Sysmon 1, 3 and 11, Security 4688, auditd's executions.
// Called by engine/ for each batch, one a worker; feeds Trail.
// Steps are views into the batch.
// One thread; the dictionary of names must outlive it.
// Refuses events of other kinds, those without a time, and files that neither run nor hold others: programs write thousands.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "correlate/trail/step.h"
#include "model/batch.h"
#include "model/field_picker.h"

namespace custos::correlate {

class StepReader {
 public:
  explicit StepReader(const Names& names);
  void read(const Batch& batch, std::uint32_t source, const std::function<void(const Step&)>& sink);

  // Names as the decoders give them, in the order of kWanted in step_reader.cc.
  enum class Slot : std::uint8_t {
    EventId,
    Computer,
    Hostname,
    Image,
    CommandLine,
    User,
    ProcessId,
    ParentProcessId,
    NewProcessId,
    NewProcessName,
    SubjectUserName,
    SubjectDomainName,
    DestinationIp,
    DestinationPort,
    Initiated,
    TargetFilename,
    Node,
    SyslogHost,
    Exe,
    Proctitle,
    Pid,
    Ppid,
    Auid,
    kCount
  };

 private:
  enum class Family : std::uint8_t { Unseen, Other, Sysmon, Security, Auditd };
  Family family(const Batch& batch, LogSourceId id);
  // What happened, by its number; fields_ is read only where it is wanted.
  bool wanted(Family family, const Event& event);
  bool windows(Family family, Step& step);
  bool sysmon(std::string_view id, Step& step);
  bool auditd(Step& step);

  const Names& names_;
  NameId event_id_ = kOtherName;  // once a record had it
  FieldPicker<Slot> fields_;
  std::vector<Family> families_;  // by log source
  std::string user_, text_;
};

}  // namespace custos::correlate
