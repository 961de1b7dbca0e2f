// One line of the Linux audit log: node, type, event id and the body of key=value pairs.
// Called by the auditd decoder, its recogniser and the syslog decoder (audit lines inside syslog).
// Texts are views into the line; type names may be constants.
// Any thread.
// Refuses lines that are no audit record.
#pragma once

#include <string_view>

#include "base/time.h"

namespace custos::ingest::auditd {

struct RecordHead {
  std::string_view node;  // empty without "node="
  std::string_view type;  // "SYSCALL"
  std::string_view id;    // "1710496800.123:4711": what joins the records of one event
  std::string_view body;  // behind "):"; what auditd added to enrich it stands behind a 0x1d
  Micros time = kNoTime;
};

// "[node=gw ]type=SYSCALL msg=audit(1710496800.123:4711): arch=..."; also the kernel's "type=1300 audit(...): ...".
bool parse_record(std::string_view line, RecordHead& head);

// What journald and audispd make of a record: "SYSCALL arch=...", without an id. True when it begins with a type.
bool parse_bare_record(std::string_view message, RecordHead& head);

// Whether the line could begin an audit record: cheap, for recognising.
bool looks_like_record(std::string_view line);

// Record types that user space sends: each is an event of its own.
bool stands_alone(std::string_view type);

// "1300" -> "SYSCALL"; the text itself for a number nobody knows.
std::string_view type_name(std::string_view type);

}  // namespace custos::ingest::auditd
