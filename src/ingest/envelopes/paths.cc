#include <algorithm>
#include <array>

#include "ingest/envelopes/shape.h"

namespace custos::ingest {
namespace paths {
namespace {

struct RoleRow {
  std::string_view path;
  Role role;
};

constexpr RoleRow kRoleRows[] = {
    {"Channel", Role::Channel}, {"EventID", Role::EventId}, {"Provider_Name", Role::ProviderName}, {"SourceName", Role::SourceName},
    {"Hashes", Role::Hashes}, {"Hash", Role::Hashes}, {"Hostname", Role::Hostname}, {"Computer", Role::Computer},
    {"ComputerName", Role::ComputerName}, {"EventCode", Role::EventCode}, {"LogName", Role::LogName},
    {"EventLog", Role::LogName}, {"ProviderGuid", Role::ProviderGuid},
    {"RecordNumber", Role::RecordNumber}, {"RecordID", Role::RecordNumber}, {"RecordId", Role::RecordNumber},
    {"EventRecordID", Role::EventRecordId}, {"EventSourceName", Role::LogAnalyticsSource}, {"Provider", Role::LogAnalyticsSource},
    {"Source", Role::LogAnalyticsSource},
    {"TimeCreated_SystemTime", Role::SystemTime}, {"TimeCreated", Role::TimeCreated}, {"UtcTime", Role::UtcTime},
    {"EventTime", Role::EventTime}, {"@timestamp", Role::AtTimestamp}, {"timestamp", Role::Timestamp}, {"Timestamp", Role::Timestamp},
    {"time", Role::Time}, {"ts", Role::Ts}, {"eventTime", Role::EventTimeLower}, {"CreationTime", Role::CreationTime},
    {"CreationDate", Role::Date}, {"published", Role::Published}, {"TimeGenerated", Role::TimeGenerated},
    {"createdDateTime", Role::CreatedDateTime}, {"CreatedDateTime", Role::CreatedDateTime}, {"activityDateTime", Role::ActivityDateTime},
    {"ActivityDateTime", Role::ActivityDateTime}, {"eventTimestamp", Role::EventTimestamp}, {"requestReceivedTimestamp", Role::RequestReceived},
    {"created_at", Role::CreatedAt}, {"__REALTIME_TIMESTAMP", Role::Realtime}, {"_SOURCE_REALTIME_TIMESTAMP", Role::Realtime},
    {"detectedDateTime", Role::DetectedDateTime}, {"receiveTimestamp", Role::ReceiveTimestamp}, {"id.time", Role::IdTime},
    {"EventReceivedTime", Role::EventReceived}, {"date", Role::Date}, {"datetime", Role::Date}, {"_time", Role::Date}, {"utc_time", Role::Date},
    {"eventSource", Role::EventSource}, {"eventName", Role::EventName}, {"awsRegion", Role::AwsMark}, {"userIdentity", Role::AwsMark},
    {"eventVersion", Role::AwsMark}, {"recipientAccountId", Role::AwsMark}, {"Operation", Role::Operation}, {"Workload", Role::Workload},
    {"RecordType", Role::RecordType}, {"category", Role::Category}, {"Category", Role::Category}, {"operationName", Role::OperationName},
    {"OperationName", Role::OperationName}, {"OperationNameValue", Role::ActivityMark}, {"resourceId", Role::ResourceId},
    {"ResourceId", Role::ResourceId}, {"Type", Role::TableType}, {"riskEventType", Role::RiskEventType},
    {"RiskEventType", Role::RiskEventType}, {"properties.riskEventType", Role::RiskEventType}, {"activityDisplayName", Role::ActivityDisplayName},
    {"ActivityDisplayName", Role::ActivityDisplayName}, {"loggedByService", Role::AuditMark}, {"LoggedByService", Role::AuditMark},
    {"targetResources", Role::AuditMark}, {"TargetResources", Role::AuditMark}, {"initiatedBy", Role::AuditMark},
    {"userPrincipalName", Role::UserPrincipal}, {"UserPrincipalName", Role::UserPrincipal}, {"conditionalAccessStatus", Role::SigninMark},
    {"ConditionalAccessStatus", Role::SigninMark}, {"clientAppUsed", Role::SigninMark}, {"ClientAppUsed", Role::SigninMark},
    {"resourceDisplayName", Role::SigninMark}, {"appliedConditionalAccessPolicies", Role::SigninMark}, {"caller", Role::ActivityMark},
    {"Caller", Role::ActivityMark}, {"authorization", Role::ActivityMark}, {"CategoryValue", Role::ActivityMark},
    {"protoPayload", Role::ProtoPayload}, {"protoPayload.serviceName", Role::ServiceName}, {"logName", Role::CloudLogName},
    {"kind", Role::Kind}, {"apiVersion", Role::ApiVersion}, {"verb", Role::Verb}, {"objectRef", Role::ObjectRef}, {"auditID", Role::ObjectRef},
    {"eventType", Role::EventTypeCamel}, {"legacyEventType", Role::OktaMark}, {"actor.alternateId", Role::OktaMark},
    {"debugContext", Role::OktaMark}, {"action", Role::Action}, {"_document_id", Role::GithubMark}, {"org", Role::GithubMark},
    {"org_id", Role::GithubMark}, {"business", Role::GithubMark}, {"auditType.action", Role::AuditTypeAction}, {"event_type_id", Role::EventTypeId},
    {"account_id", Role::AccountId}, {"id.applicationName", Role::WorkspaceApp}, {"event_type", Role::EventTypeSnake}, {"flow_id", Role::EveMark},
    {"dest_ip", Role::EveMark}, {"in_iface", Role::EveMark}, {"stats", Role::EveMark}, {"_path", Role::ZeekPath}, {"id.orig_h", Role::ZeekOrig},
    {"uid", Role::ZeekMark}, {"uids", Role::ZeekMark}, {"fuid", Role::ZeekMark}, {"certificate.serial", Role::ZeekMark},
    {"class_uid", Role::ClassUid}, {"category_uid", Role::CategoryUid}, {"ecs.version", Role::EcsVersion}, {"event.module", Role::EventModule},
    {"event.dataset", Role::EventDataset}, {"preview", Role::SplunkPreview}, {"lastrow", Role::SplunkPreview},
    {"sourcetype", Role::SplunkSourcetype}, {"source", Role::SplunkSource}, {"detail-type", Role::DetailType}, {"_index", Role::SearchIndex},
    {"_SYSTEMD_UNIT", Role::JournalMark}, {"_TRANSPORT", Role::JournalMark}, {"_BOOT_ID", Role::JournalMark}, {"__CURSOR", Role::JournalMark},
    {"SYSLOG_IDENTIFIER", Role::JournalIdentifier}, {"logtype", Role::LogType}, {"node_id", Role::NodeId}, {"host.os.type", Role::OsType},
};

struct Rename {
  std::string_view from, to;
};

constexpr Rename kWinlog[] = {
    {"winlog.channel", "Channel"},
    {"winlog.event_id", "EventID"},
    {"winlog.provider_name", "Provider_Name"},
    {"winlog.provider_guid", "Provider_Guid"},
    {"winlog.computer_name", "Computer"},
    {"winlog.record_id", "EventRecordID"},
    {"winlog.task", "Task"},
    {"winlog.opcode", "Opcode"},
    {"winlog.version", "Version"},
    {"winlog.keywords", "Keywords"},
    {"winlog.activity_id", "Correlation_ActivityID"},
    {"winlog.process.pid", "Execution_ProcessID"},
    {"winlog.process.thread.id", "Execution_ThreadID"},
    {"winlog.user.identifier", "Security_UserID"},
};

bool starts(std::string_view s, std::string_view with) { return s.substr(0, with.size()) == with; }
bool ends(std::string_view s, std::string_view with) { return s.size() >= with.size() && s.substr(s.size() - with.size()) == with; }

std::string_view lookup(std::string_view path, const Rename* table, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    if (table[i].from == path) return table[i].to;
  }
  return {};
}

// "Provider.#attributes.Name", "Provider._attributes.Name", "Provider_attributes.Name", "Provider.@Name" -> "Provider.Name";
// "EventID.#text" -> "EventID". The result is written to `room`, or is `path` itself.
std::string_view plain_path(std::string_view path, std::array<char, 256>& room) {
  if (path.size() > room.size()) return path;
  std::size_t n = 0;
  for (std::size_t i = 0; i < path.size();) {
    bool skipped = false;
    for (const std::string_view mark : {".#attributes", "._attributes", "_attributes", ".$", ".#text", "._text", ".__text"}) {
      if (mark.size() + i > path.size() || path.substr(i, mark.size()) != mark) continue;
      if (i + mark.size() != path.size() && path[i + mark.size()] != '.') continue;
      i += mark.size();
      skipped = true;
      break;
    }
    if (skipped) continue;
    if (path[i] == '@' && n > 0 && room[n - 1] == '.') {
      ++i;
      continue;
    }
    room[n++] = path[i++];
  }
  return n == path.size() ? path : std::string_view(room.data(), n);
}

// What stands behind a section or an element that is known: `own` is set where that is an attribute or the text of the element itself
// ("#attributes.Name", "@Name", "#text") and not of a child.
std::string_view own_part(std::string_view rest, bool& own) {
  for (const std::string_view mark : {"#attributes.", "_attributes.", "$.", "@"}) {
    if (!starts(rest, mark)) continue;
    own = true;
    return rest.substr(mark.size());
  }
  own = rest == "#text" || rest == "_text" || rest == "__text";
  return own ? std::string_view{} : rest;
}

// System's attributes have flat names of their own: Provider_Name, TimeCreated_SystemTime.
PathRule windows_system(std::string_view path, std::string_view rest) {
  PathRule rule;
  std::array<char, 256> room;
  const std::string_view plain = plain_path(rest, room);
  rule.name = plain.empty() ? path : plain;
  std::replace(rule.name.begin(), rule.name.end(), '.', '_');
  if (rule.name == "Provider_EventSourceName") rule.name = "EventSourceName";
  if (rule.name == "Security_UserId") rule.name = "Security_UserID";
  rule.role = role_of(rule.name);
  rule.sparse = true;
  return rule;
}

// `rest`: behind EventData, behind the element below UserData, or behind another section that `element` names.
PathRule windows_data(std::string_view path, std::string_view element, std::string_view rest, bool prefixed) {
  PathRule rule;
  bool own = false;
  const std::string_view part = own_part(rest, own);
  std::array<char, 256> room;
  const std::string_view plain = plain_path(part, room);
  rule.skip = starts(plain, "xmlns") || plain.find(".xmlns") != std::string_view::npos;
  if (own || prefixed) rule.name = element;
  if (!plain.empty()) {
    if (!rule.name.empty()) rule.name += '.';
    rule.name += plain;
  }
  if (rule.name.empty()) rule.name = path;
  rule.role = rule.name == "Data.Name" ? Role::DataName : role_of(rule.name);
  rule.sparse = own && plain.empty();
  return rule;
}

PathRule windows_xml(std::string_view path) {
  constexpr std::string_view kEvent = "Event.";
  const std::string_view below = path.substr(kEvent.size());
  const std::size_t dot = std::min(below.find('.'), below.size());
  std::string_view section = below.substr(0, dot);
  std::string_view rest = below.substr(std::min(dot + 1, below.size()));
  constexpr std::string_view kApart = "_attributes";  // "EventData_attributes": its attributes beside it
  const bool apart = section.size() > kApart.size() && ends(section, kApart);
  if (apart) {
    rest = below.substr(section.size() - kApart.size());
    section.remove_suffix(kApart.size());
  }
  if (section == "System" && !rest.empty()) return windows_system(path, rest);
  if (section == "EventData" && !rest.empty()) return windows_data(path, section, rest, false);
  if (section == "UserData" && !rest.empty()) {
    bool own = false;
    own_part(rest, own);
    if (own) return windows_data(path, section, rest, false);
    const std::size_t end = std::min(rest.find('.'), rest.size());
    std::string_view wrapper = rest.substr(0, end);
    std::string_view inner = rest.substr(std::min(end + 1, rest.size()));
    if (wrapper.size() > kApart.size() && ends(wrapper, kApart)) {
      inner = rest.substr(wrapper.size() - kApart.size());
      wrapper.remove_suffix(kApart.size());
    }
    PathRule rule = windows_data(path, wrapper, inner, inner.empty());
    rule.sparse = rule.sparse || inner.empty();
    return rule;
  }
  for (const std::string_view known : {"RenderingInfo", "ProcessingErrorData", "DebugData", "BinaryEventData"}) {
    if (section == known) return windows_data(path, section, rest, true);
  }
  PathRule rule;
  rule.name = path;
  rule.skip = ends(path, "xmlns") || path.find("xmlns:") != std::string_view::npos;
  return rule;
}

PathRule winlog(std::string_view path) {
  PathRule rule;
  rule.name = path;
  rule.role = Role::Winlog;
  rule.alias = lookup(path, kWinlog, std::size(kWinlog));
  if (starts(path, "winlog.event_data.")) rule.alias = path.substr(18);
  if (starts(path, "winlog.user_data.")) rule.alias = path.substr(17);
  rule.alias_role = role_of(rule.alias);
  return rule;
}

}  // namespace
}  // namespace paths

Role role_of(std::string_view name) {
  for (const paths::RoleRow& row : paths::kRoleRows) {
    if (row.path == name) return row.role;
  }
  return Role::None;
}

PathRule path_rule(std::string_view path) {
  if (paths::starts(path, "Event.")) return paths::windows_xml(path);
  if (paths::starts(path, "winlog.")) return paths::winlog(path);
  PathRule rule;
  rule.name = path;
  rule.role = role_of(path);
  for (const std::string_view text : {"AuditData", "EventData", "SyslogMessage", "_raw", "message", "MESSAGE", "event", "log", "event.original"}) {
    if (path == text) rule.embedded = true;
  }
  // Public rules look into these two of CloudTrail as text.
  rule.whole = path == "requestParameters" || path == "responseElements";
  if (path == "result") rule.transparent_when = Role::SplunkPreview;
  if (path == "event") rule.transparent_when = Role::SplunkSourcetype;
  if (path == "detail") rule.transparent_when = Role::DetailType;
  if (path == "_source") rule.transparent_when = Role::SearchIndex;
  return rule;
}

}  // namespace custos::ingest
