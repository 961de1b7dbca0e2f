#include "behavior/facts/fields.h"

#include <charconv>

namespace custos::behavior {
namespace picking_fields {

constexpr FieldPicker<Slot>::Wanted kSlotNames = std::to_array<std::string_view>(
    {"EventID", "Computer", "Hostname", "IpAddress", "WorkstationName", "TargetUserName", "TargetDomainName", "SubjectUserName", "SubjectDomainName", "User",
     "LogonType", "AuthenticationPackageName", "Status", "ServiceName", "TicketEncryptionType", "NewProcessName", "ParentProcessName", "CommandLine", "Image",
     "ParentImage", "ScriptBlockText", "ShareName", "RelativeTargetName", "ObjectName", "SourceImage", "TargetImage", "TargetFilename", "TargetObject",
     "DestinationPort", "Initiated", "QueryName", "QueryStatus", "TaskName", "GrantedAccess",
     "id.orig_h", "id.resp_h", "id.resp_p", "proto", "orig_ip_bytes", "resp_ip_bytes", "orig_bytes", "resp_bytes", "query", "rcode_name", "server_name", "host",
     "request_body_len", "response_body_len", "src_ip", "dest_ip", "dest_port", "flow.bytes_toserver", "flow.bytes_toclient", "dns.rrname", "dns.type",
     "dns.rcode",
     "alert.signature", "alert.severity", "tls.sni", "http.hostname",
     "program", "message", "hostname", "user", "outcome", "node", "acct", "exe", "proctitle", "type", "res",
     "c-ip", "cs-username", "cs-host", "cs-uri-stem", "cs-method", "sc-status", "cs-bytes", "sc-bytes", "userPrincipalName", "ipAddress", "appDisplayName",
     "clientAppUsed", "status.errorCode", "UserId", "ClientIP", "Operation", "ObjectId", "SiteUrl", "MailboxOwnerUPN", "userIdentity.userName", "eventSource",
     "eventName", "sourceIPAddress", "errorCode",
     "name", "rule", "rule.description", "alert", "action", "event_name", "event_type", "agent.name"});

}  // namespace picking_fields

Fields::Fields(const Names& names) : picker_(names, picking_fields::kSlotNames) {}

double Fields::number(Slot s) const {
  const std::string_view text = (*this)[s];
  // Sizes and ports: most numbers are whole and short, which is exact and quick.
  std::uint64_t whole = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 15 && text[at] >= '0' && text[at] <= '9') whole = whole * 10 + static_cast<std::uint64_t>(text[at++] - '0');
  if (at == text.size()) return static_cast<double>(whole);
  double x = 0;
  std::from_chars(text.data(), text.data() + text.size(), x);
  return x;
}

}  // namespace custos::behavior
