#include "base/text.h"
#include "ingest/envelopes/envelopes.h"

namespace custos::ingest {
namespace cloud {
namespace {

struct Pair {
  std::string_view from, to;
};

// What the table or category of an Azure export is in Sigma's words.
constexpr Pair kAzureTables[] = {
    {"signinlogs", "signinlogs"},
    {"noninteractiveusersigninlogs", "signinlogs"},
    {"aadnoninteractiveusersigninlogs", "signinlogs"},
    {"serviceprincipalsigninlogs", "signinlogs"},
    {"aadserviceprincipalsigninlogs", "signinlogs"},
    {"managedidentitysigninlogs", "signinlogs"},
    {"aadmanagedidentitysigninlogs", "signinlogs"},
    {"adfssigninlogs", "signinlogs"},
    {"auditlogs", "auditlogs"},
    {"azureactivity", "activitylogs"},
    {"administrative", "activitylogs"},
    {"security", "activitylogs"},
    {"policy", "activitylogs"},
    {"alert", "activitylogs"},
    {"autoscale", "activitylogs"},
    {"recommendation", "activitylogs"},
    {"servicehealth", "activitylogs"},
    {"resourcehealth", "activitylogs"},
    {"userriskevents", "riskdetection"},
    {"aaduserriskevents", "riskdetection"},
    {"riskyusers", "riskdetection"},
    {"aadriskyusers", "riskdetection"},
    {"serviceprincipalriskevents", "riskdetection"},
};

std::string_view azure_table(std::string_view text) {
  for (const Pair& row : kAzureTables) {
    if (equals_ignore_ascii_case(row.from, text)) return row.to;
  }
  return {};
}

bool ends(std::string_view s, std::string_view with) { return s.size() >= with.size() && s.substr(s.size() - with.size()) == with; }

// A table or category that is known decides; else the telling keys do.
std::string_view azure_service(Batch& batch, const Shape& shape) {
  if (shape.has(Role::RiskEventType)) {
    // Alerts of privileged identity management come in the same words as risk detections; their names tell them apart.
    const std::string_view kind = shape.text(batch, Role::RiskEventType);
    return ends(kind, "AlertIncident") || ends(kind, "AlertConfiguration") ? "pim" : "riskdetection";
  }
  for (const Role r : {Role::TableType, Role::Category}) {
    const std::string_view service = azure_table(shape.text(batch, r));
    if (!service.empty() && (r == Role::TableType || shape.has(Role::OperationName))) return service;
  }
  if (shape.has(Role::ActivityDisplayName) && shape.has(Role::AuditMark)) return "auditlogs";
  if (shape.has(Role::UserPrincipal) && shape.has(Role::SigninMark)) return "signinlogs";
  const bool resource = shape.has(Role::ResourceId) && shape.has(Role::OperationName);
  return shape.has(Role::ActivityMark) || resource ? "activitylogs" : "";
}

std::string_view microsoft365_service(std::string_view workload) {
  if (equals_ignore_ascii_case(workload, "Exchange")) return "exchange";
  if (equals_ignore_ascii_case(workload, "SecurityComplianceCenter")) return "threat_management";
  if (equals_ignore_ascii_case(workload, "ThreatIntelligence")) return "threat_detection";
  return "audit";
}

constexpr Pair kAzureNames[] = {
    {"activityDisplayName", "ActivityDisplayName"},
    {"activityDisplayName", "properties.message"},
    {"loggedByService", "LoggedByService"},
    {"category", "Category"},
    {"activityType", "ActivityType"},
    {"operationName.value", "operationName"},
    {"operationName.value", "OperationNameValue"},
    {"category.value", "CategoryValue"},
    {"resourceProviderName.value", "ResourceProviderValue"},
    {"resourceId", "ResourceId"},
    {"targetResources.type", "TargetResources.Type"},
    {"targetResources.modifiedProperties.displayName", "TargetResources.ModifiedProperties.DisplayName"},
    {"targetResources.modifiedProperties.newValue", "TargetResources.ModifiedProperties.NewValue"},
    {"targetResources.modifiedProperties.newValue", "TargetResources.modifiedProperties.newValue"},
    {"authenticationRequirement", "AuthenticationRequirement"},
    {"riskState", "RiskState"},
    {"deviceDetail.trustType", "DeviceDetail.trusttype"},
    {"deviceDetail.isCompliant", "DeviceDetail.isCompliant"},
    {"deviceDetail.deviceId", "DeviceDetail.deviceId"},
    {"resourceDisplayName", "ResourceDisplayName"},
    {"resultType", "ResultType"},
    {"status.errorCode", "ResultType"},
    {"resultDescription", "ResultDescription"},
    {"status.failureReason", "ResultDescription"},
    {"clientAppUsed", "ClientApp"},
    {"userPrincipalName", "Username"},
    {"UserPrincipalName", "Username"},
    {"result", "properties.result"},
    {"result", "Status"},
};

constexpr Pair kGoogleNames[] = {
    {"protoPayload.methodName", "gcp.audit.method_name"},
    {"protoPayload.metadata.event.eventName", "eventName"},
    {"protoPayload.serviceName", "eventService"},
    {"events.name", "eventName"},
    {"resource.type", "data.protoPayload.resource.type"},
    {"logName", "data.protoPayload.logName"},
};

constexpr Pair kMicrosoft365Names[] = {
    {"Workload", "eventSource"}, {"Operation", "eventName"}, {"Name", "eventName"}, {"Status", "status"}, {"ResultStatus", "status"},
};

template <std::size_t N>
void lookup(const Pair (&table)[N], std::string_view name, std::vector<std::string>& aliases) {
  for (const Pair& row : table) {
    if (row.from == name) aliases.emplace_back(row.to);
  }
}

}  // namespace
}  // namespace cloud

// Diagnostic settings put what the service says below "properties"; rules name it without.
void azure_aliases(std::string_view name, std::vector<std::string>& aliases) {
  constexpr std::string_view kBelow = "properties.";
  std::string_view bare = name;
  if (bare.substr(0, kBelow.size()) == kBelow) {
    bare = bare.substr(kBelow.size());
    aliases.emplace_back(bare);
  }
  cloud::lookup(cloud::kAzureNames, bare, aliases);
}

void google_aliases(std::string_view name, std::vector<std::string>& aliases) {
  if (name.substr(0, 13) == "protoPayload.") aliases.push_back("data." + std::string(name));
  cloud::lookup(cloud::kGoogleNames, name, aliases);
}

void microsoft365_aliases(std::string_view name, std::vector<std::string>& aliases) { cloud::lookup(cloud::kMicrosoft365Names, name, aliases); }

LogSourceId cloud_source(Batch& batch, const Shape& shape, Family family) {
  LogSources& sources = batch.sources();
  switch (family) {
    case Family::CloudTrail: return sources.intern("aws", "cloudtrail");
    case Family::Azure: {
      const std::string_view service = cloud::azure_service(batch, shape);
      return service.empty() ? kUnknownSource : sources.intern("azure", service);  // a table of something else
    }
    case Family::Microsoft365: return sources.intern("m365", cloud::microsoft365_service(shape.text(batch, Role::Workload)));
    case Family::GoogleCloud: {
      const std::string_view service = shape.text(batch, Role::ServiceName);
      if (service == "admin.googleapis.com") return sources.intern("gcp", "google_workspace.admin");
      if (service == "login.googleapis.com") return sources.intern("gcp", "google_workspace.login");
      return sources.intern("gcp", "gcp.audit");
    }
    case Family::GoogleWorkspace: {
      const std::string_view app = shape.text(batch, Role::WorkspaceApp);
      if (app == "admin") return sources.intern("gcp", "google_workspace.admin");
      if (app == "login") return sources.intern("gcp", "google_workspace.login");
      return sources.intern("gcp", "");
    }
    case Family::Okta: return sources.intern("okta", "okta");
    case Family::GitHub: return sources.intern("github", "audit");
    case Family::Kubernetes: return sources.intern("kubernetes", "audit", "application");
    case Family::Bitbucket: return sources.intern("bitbucket", "audit");
    case Family::OneLogin: return sources.intern("onelogin", "onelogin.events");
    default: return kUnknownSource;
  }
}

}  // namespace custos::ingest
