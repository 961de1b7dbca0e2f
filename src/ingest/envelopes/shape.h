// What a decoder learns about a nested record while it flattens it: which telling keys it has, and where their values stand.
// Filled by formats/json while it reads a record; read by the envelopes, which say what the record is and when it happened.
// Lives for one record.
// One thread.
// Refuses nothing: a key in no list has no role.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/batch.h"

namespace custos::ingest {

// A key that says something about the kind of record it stands in. Several spellings can share a role.
enum class Role : std::uint8_t {
  None,
  // Windows
  Channel, EventId, ProviderName, SourceName, Hashes, Hostname, Computer, ComputerName, EventCode, LogName, ProviderGuid, RecordNumber,
  EventRecordId, Winlog, LogAnalyticsSource, DataName,
  // times
  SystemTime, TimeCreated, UtcTime, EventTime, AtTimestamp, Timestamp, Time, Ts, EventTimeLower, CreationTime, Published, TimeGenerated,
  CreatedDateTime, ActivityDateTime, EventTimestamp, RequestReceived, CreatedAt, Realtime, DetectedDateTime, ReceiveTimestamp, IdTime,
  EventReceived, Date,
  // cloud
  EventSource, EventName, AwsMark, Operation, Workload, RecordType, Category, OperationName, ResourceId, TableType, RiskEventType,
  ActivityDisplayName, AuditMark, UserPrincipal, SigninMark, ActivityMark, ProtoPayload, ServiceName, CloudLogName, Kind, ApiVersion, Verb,
  ObjectRef, EventTypeCamel, OktaMark, Action, GithubMark, AuditTypeAction, EventTypeId, AccountId, WorkspaceApp,
  // network
  EventTypeSnake, EveMark, ZeekPath, ZeekOrig, ZeekMark, ClassUid, CategoryUid,
  // wrappers and others
  EcsVersion, EventModule, EventDataset, SplunkPreview, SplunkSourcetype, SplunkSource, DetailType, SearchIndex, JournalMark, JournalIdentifier,
  LogType, NodeId, OsType,
  Count
};

inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::Count);
static_assert(kRoles <= 128);

struct Shape {
  std::array<std::uint64_t, 2> seen{};    // keys met, with a value of any kind
  std::array<std::uint64_t, 2> valued{};  // keys met with a scalar
  std::array<std::uint32_t, kRoles> slot; // index in Batch::pending() of the first scalar, where `valued` says so

  void clear() { seen = valued = {}; }
  bool has(Role r) const { return test(seen, r); }
  bool has_value(Role r) const { return test(valued, r); }
  void mark(Role r) { set(seen, r); }
  void put(Role r, std::size_t index) {
    if (test(valued, r)) return;
    set(seen, r);
    set(valued, r);
    slot[static_cast<std::size_t>(r)] = static_cast<std::uint32_t>(index);
  }
  // The first scalar of that role; empty when there is none.
  std::string_view text(Batch& batch, Role r) const {
    return has_value(r) ? batch.pending()[slot[static_cast<std::size_t>(r)]].text() : std::string_view{};
  }

 private:
  using Bits = std::array<std::uint64_t, 2>;
  static bool test(const Bits& bits, Role r) { return (bits[static_cast<std::size_t>(r) / 64] >> (static_cast<unsigned>(r) % 64) & 1) != 0; }
  static void set(Bits& bits, Role r) { bits[static_cast<std::size_t>(r) / 64] |= std::uint64_t{1} << (static_cast<unsigned>(r) % 64); }
};

// How the dotted path of a key is treated; asked once for every distinct path of a source.
struct PathRule {
  Role role = Role::None;
  bool skip = false;                 // a value that is part of the container, not of the event (XML name spaces)
  bool sparse = false;               // only where it has a value: empty elements of XML say nothing here
  bool embedded = false;             // the text may itself be a JSON object, or a Windows event as XML
  bool whole = false;                // an object whose own text is a field beside its members
  Role transparent_when = Role::None;  // an object under this key is the event itself once that role was met
  std::string name;                  // of the field
  std::string alias;                 // a second name, or empty
  Role alias_role = Role::None;
};

PathRule path_rule(std::string_view path);

// The role a flat name has by itself.
Role role_of(std::string_view name);

}  // namespace custos::ingest
