// The columns of a table that say something about people, accounts and hosts, and the names they go by.
// Called by csv.cc.
// Static.
// Any thread.
// Refuses nothing: an unknown name is no column of ours.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace custos::institution {

enum class Column : std::uint8_t {
  Id,
  Name,
  FirstName,
  LastName,
  Mail,
  Unit,
  Role,
  Manager,
  Start,
  End,
  Cases,  // a person
  Account,
  Domain,
  Upn,
  Sid,
  DisplayName,
  Kind,
  Disabled,
  PasswordSet,  // an account
  Host,
  HostDomain,
  Aliases,
  Address,
  Mac,
  Roles,
  Os,
  Network,
  Owner,
  Shared,
  HostStart,
  HostEnd,  // a host
};

// Case, blanks, and `_ - .` make no difference.
std::optional<Column> column_of(std::string_view header);

struct ColumnName {
  std::string_view name;  // lower case, letters and digits only
  Column column;
};
std::span<const ColumnName> column_names();

}  // namespace custos::institution
