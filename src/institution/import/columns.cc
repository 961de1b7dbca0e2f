#include "institution/import/columns.h"

#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace custos::institution {
namespace table_columns {
namespace {

constexpr auto kNames = std::to_array<ColumnName>({
    {"id", Column::Id},
    {"personid", Column::Id},
    {"employeeid", Column::Id},
    {"employeenumber", Column::Id},
    {"staffid", Column::Id},
    {"personnelnumber", Column::Id},
    {"name", Column::Name},
    {"fullname", Column::Name},
    {"person", Column::Name},
    {"employee", Column::Name},
    {"firstname", Column::FirstName},
    {"givenname", Column::FirstName},
    {"lastname", Column::LastName},
    {"surname", Column::LastName},
    {"sn", Column::LastName},
    {"mail", Column::Mail},
    {"email", Column::Mail},
    {"emailaddress", Column::Mail},
    {"mailaddress", Column::Mail},
    {"primarysmtpaddress", Column::Mail},
    {"unit", Column::Unit},
    {"department", Column::Unit},
    {"division", Column::Unit},
    {"section", Column::Unit},
    {"ou", Column::Unit},
    {"team", Column::Unit},
    {"role", Column::Role},
    {"title", Column::Role},
    {"jobtitle", Column::Role},
    {"position", Column::Role},
    {"function", Column::Role},
    {"manager", Column::Manager},
    {"supervisor", Column::Manager},
    {"reportsto", Column::Manager},
    {"linemanager", Column::Manager},
    {"start", Column::Start},
    {"startdate", Column::Start},
    {"hiredate", Column::Start},
    {"employedfrom", Column::Start},
    {"from", Column::Start},
    {"end", Column::End},
    {"enddate", Column::End},
    {"leavingdate", Column::End},
    {"employeduntil", Column::End},
    {"until", Column::End},
    {"contractend", Column::End},
    {"case", Column::Cases},
    {"cases", Column::Cases},
    {"assignedcases", Column::Cases},
    {"matters", Column::Cases},
    {"account", Column::Account},
    {"accounts", Column::Account},
    {"login", Column::Account},
    {"username", Column::Account},
    {"user", Column::Account},
    {"samaccountname", Column::Account},
    {"uid", Column::Account},
    {"logonname", Column::Account},
    {"domain", Column::Domain},
    {"upn", Column::Upn},
    {"userprincipalname", Column::Upn},
    {"sid", Column::Sid},
    {"objectsid", Column::Sid},
    {"displayname", Column::DisplayName},
    {"kind", Column::Kind},
    {"accountkind", Column::Kind},
    {"accounttype", Column::Kind},
    {"disabled", Column::Disabled},
    {"passwordset", Column::PasswordSet},
    {"passwordlastset", Column::PasswordSet},
    {"pwdlastset", Column::PasswordSet},
    {"host", Column::Host},
    {"hostname", Column::Host},
    {"computer", Column::Host},
    {"computername", Column::Host},
    {"device", Column::Host},
    {"devicename", Column::Host},
    {"dnshostname", Column::Host},
    {"machine", Column::Host},
    {"fqdn", Column::Host},
    {"hostdomain", Column::HostDomain},
    {"alias", Column::Aliases},
    {"aliases", Column::Aliases},
    {"address", Column::Address},
    {"addresses", Column::Address},
    {"ip", Column::Address},
    {"ipaddress", Column::Address},
    {"ipv4", Column::Address},
    {"ipv4address", Column::Address},
    {"ipv6", Column::Address},
    {"ipv6address", Column::Address},
    {"mac", Column::Mac},
    {"macs", Column::Mac},
    {"macaddress", Column::Mac},
    {"hostrole", Column::Roles},
    {"roles", Column::Roles},
    {"hostroles", Column::Roles},
    {"os", Column::Os},
    {"operatingsystem", Column::Os},
    {"network", Column::Network},
    {"vlan", Column::Network},
    {"owner", Column::Owner},
    {"assignedto", Column::Owner},
    {"shared", Column::Shared},
    {"inusefrom", Column::HostStart},
    {"inuseuntil", Column::HostEnd},
});

}  // namespace
}  // namespace table_columns

std::span<const ColumnName> column_names() { return table_columns::kNames; }

std::optional<Column> column_of(std::string_view header) {
  std::string name;
  for (const char c : header.substr(0, 64)) {
    const char l = ascii_lower(c);
    if (l == ' ' || l == '_' || l == '-' || l == '.') continue;
    name += l;
  }
  for (const ColumnName& n : table_columns::kNames) {
    if (n.name == name) return n.column;
  }
  return std::nullopt;
}

}  // namespace custos::institution
