#include <algorithm>

#include "ingest/envelopes/envelopes.h"

namespace custos::ingest {
namespace host {
namespace {

struct Known {
  std::string_view name, product, service, category = {};
};

// Datasets of Elastic's shippers; their native names stay, so rules reach them through an ECS pipeline.
constexpr Known kDatasets[] = {
    {"aws.cloudtrail", "aws", "cloudtrail"},
    {"azure.signinlogs", "azure", "signinlogs"},
    {"azure.auditlogs", "azure", "auditlogs"},
    {"azure.activitylogs", "azure", "activitylogs"},
    {"azure.identity_protection", "azure", "riskdetection"},
    {"o365.audit", "m365", "audit"},
    {"gcp.audit", "gcp", "gcp.audit"},
    {"google_workspace.admin", "gcp", "google_workspace.admin"},
    {"google_workspace.login", "gcp", "google_workspace.login"},
    {"okta.system", "okta", "okta"},
    {"github.audit", "github", "audit"},
    {"kubernetes.audit_logs", "kubernetes", "audit", "application"},
    {"system.auth", "linux", "auth"},
    {"system.syslog", "linux", "syslog"},
    {"auditd.log", "linux", "auditd"},
    {"suricata.eve", "suricata", ""},
};

constexpr Known kModules[] = {
    {"zeek", "zeek", ""}, {"suricata", "suricata", ""}, {"aws", "aws", ""}, {"azure", "azure", ""}, {"o365", "m365", "audit"},
    {"gcp", "gcp", ""}, {"okta", "okta", "okta"}, {"github", "github", "audit"}, {"auditd", "linux", "auditd"}, {"system", "linux", ""},
};

// Programs that write to the journal, and the service Sigma knows them by.
constexpr Known kPrograms[] = {
    {"sshd", "linux", "sshd"}, {"sshd-session", "linux", "sshd"}, {"sudo", "linux", "sudo"}, {"su", "linux", "auth"},
    {"login", "linux", "auth"}, {"systemd-logind", "linux", "auth"}, {"useradd", "linux", "auth"}, {"cron", "linux", "cron"},
    {"CRON", "linux", "cron"}, {"crond", "linux", "cron"}, {"clamd", "linux", "clamav"}, {"freshclam", "linux", "clamav"},
    {"vsftpd", "linux", "vsftpd"}, {"guacd", "linux", "guacamole"}, {"audit", "linux", "auditd"},
};

template <std::size_t N>
const Known* lookup(const Known (&table)[N], std::string_view name) {
  for (const Known& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace
}  // namespace host

LogSourceId host_source(Batch& batch, const Shape& shape, Family family) {
  LogSources& sources = batch.sources();
  if (family == Family::OpenCanary) return sources.intern("opencanary", "", "application");
  if (family == Family::Journal) {
    const host::Known* known = host::lookup(host::kPrograms, shape.text(batch, Role::JournalIdentifier));
    return sources.intern("linux", known != nullptr ? known->service : "syslog");
  }
  if (family != Family::Ecs) return kUnknownSource;
  const std::string_view dataset = shape.text(batch, Role::EventDataset);
  if (const host::Known* known = host::lookup(host::kDatasets, dataset)) return sources.intern(known->product, known->service, known->category);
  if (const host::Known* known = host::lookup(host::kModules, shape.text(batch, Role::EventModule))) {
    const std::string_view log = dataset.substr(std::min(dataset.size(), dataset.find('.') + 1));
    const bool zeek = known->product == "zeek" && dataset.substr(0, 5) == "zeek.";
    return sources.intern(known->product, zeek ? log : known->service);
  }
  const std::string_view os = shape.text(batch, Role::OsType);
  return os == "windows" || os == "linux" || os == "macos" ? sources.intern(os, "") : kUnknownSource;
}

}  // namespace custos::ingest
