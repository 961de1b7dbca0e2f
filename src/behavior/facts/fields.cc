#include "behavior/facts/fields.h"

#include <algorithm>
#include <charconv>

namespace custos::behavior {
namespace picking_fields {

constexpr auto kSlotNames = std::to_array<std::string_view>(
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
static_assert(kSlotNames.size() == static_cast<std::size_t>(Slot::kCount));

}  // namespace picking_fields

void Fields::look_at_new_names() {
  using picking_fields::kSlotNames;
  for (auto id = static_cast<NameId>(slot_of_.size()); id < names_.size(); ++id) {
    const auto at = id == kOtherName ? kSlotNames.end() : std::find(kSlotNames.begin(), kSlotNames.end(), names_.text(id));
    slot_of_.push_back(static_cast<std::uint8_t>(at - kSlotNames.begin()));
  }
}

void Fields::read(const Event& e) {
  if (slot_of_.size() != names_.size()) look_at_new_names();
  // On the way of every event: nothing is touched that need not be.
  for (std::size_t i = 0; i < set_count_; ++i) values_[set_[i]] = {};
  set_count_ = 0;
  const std::uint8_t* const slot_of = slot_of_.data();
  for (const Field& f : e.fields()) {
    const std::uint8_t slot = slot_of[f.name];
    if (slot == kCount || f.type == Type::Null) continue;
    std::string_view& value = values_[slot];
    if (value.data() != nullptr) continue;
    set_[set_count_++] = slot;
    value = f.text();
  }
}

double Fields::number(Slot s) const {
  const std::string_view text = (*this)[s];
  double x = 0;
  std::from_chars(text.data(), text.data() + text.size(), x);
  return x;
}

}  // namespace custos::behavior
