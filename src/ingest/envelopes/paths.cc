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
    {"ComputerName", Role::ComputerName}, {"EventCode", Role::EventCode}, {"LogName", Role::LogName}, {"ProviderGuid", Role::ProviderGuid},
    {"RecordNumber", Role::RecordNumber}, {"RecordID", Role::RecordNumber}, {"RecordId", Role::RecordNumber},
    {"EventRecordID", Role::EventRecordId}, {"EventSourceName", Role::LogAnalyticsSource}, {"Provider", Role::LogAnalyticsSource},
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

// Where the System part of a Windows event keeps what the flat names say; attributes stand in one of three spellings.
constexpr Rename kSystem[] = {
    {"Provider.Name", "Provider_Name"},
    {"Provider.Guid", "Provider_Guid"},
    {"Provider.EventSourceName", "EventSourceName"},
    {"TimeCreated.SystemTime", "TimeCreated_SystemTime"},
    {"Execution.ProcessID", "Execution_ProcessID"},
    {"Execution.ThreadID", "Execution_ThreadID"},
    {"Security.UserID", "Security_UserID"},
    {"Correlation.ActivityID", "Correlation_ActivityID"},
    {"Correlation.RelatedActivityID", "Correlation_RelatedActivityID"},
    {"EventID.Qualifiers", "EventID_Qualifiers"},
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

PathRule windows_system(std::string_view path, std::string_view rest) {
  PathRule rule;
  std::array<char, 256> room;
  const std::string_view plain = plain_path(rest, room);
  rule.name = lookup(plain, kSystem, std::size(kSystem));
  if (rule.name.empty()) rule.name = plain.empty() ? path : plain;
  rule.role = role_of(rule.name);
  return rule;
}

PathRule windows_data(std::string_view path, std::string_view rest) {
  PathRule rule;
  std::array<char, 256> room;
  const std::string_view plain = plain_path(rest, room);
  rule.skip = ends(plain, "xmlns") || starts(plain, "xmlns");
  rule.name = plain.empty() ? path : plain;
  rule.role = rule.name == "Data.Name" ? Role::DataName : role_of(rule.name);
  return rule;
}

PathRule windows_xml(std::string_view path) {
  if (starts(path, "Event.System.")) return windows_system(path, path.substr(13));
  if (starts(path, "Event.EventData.")) return windows_data(path, path.substr(16));
  if (starts(path, "Event.UserData.")) {
    const std::string_view rest = path.substr(15);
    const std::size_t dot = rest.find('.');
    return windows_data(path, dot == std::string_view::npos ? rest : rest.substr(dot + 1));
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
  for (const std::string_view text : {"AuditData", "EventData", "_raw", "message", "event", "log", "event.original"}) {
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
