#include "institution/entities/clues.h"

namespace custos::institution {
namespace {

constexpr FieldPicker<Clue>::Wanted kClueNames = std::to_array<std::string_view>(
    {"EventID", "Computer", "Hostname", "IpAddress", "TargetUserName", "TargetDomainName", "TargetUserSid", "TargetSid", "SubjectUserName",
     "SubjectDomainName", "SubjectUserSid", "User", "SourceUser", "Status", "Initiated", "SourceIp", "ProcessGuid", "ProcessId", "NewProcessId",
     "NewProcessName", "ProcessName", "Image", "assigned_addr", "host_name", "client_fqdn", "lease_time", "mac",
     "msg_types", "id.orig_h", "id.resp_h", "src_ip",
     "dest_ip", "c-ip", "message", "program", "hostname", "user", "outcome", "node", "acct", "cs-username", "userPrincipalName", "UserId",
     "userIdentity.userName", "status.errorCode", "DeviceName", "IPAddress", "DestinationDeviceName", "DestinationIPAddress"});

}  // namespace

// Of a lease's messages the last one counts.
Clues::Clues(const Names& names) : picker_(names, kClueNames, Clue::MessageTypes) {}

bool Clues::of_web_server() const {
  if (sources_ == nullptr) return false;
  const LogSource& s = sources_->at(log_source_);
  return s.product.empty() && s.service.empty() && s.categories.size() == 1 && s.categories[0] == "webserver";
}

}  // namespace custos::institution
