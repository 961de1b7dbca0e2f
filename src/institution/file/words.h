// The words an institution file may use where a key wants one of a few, and how strictly.
// Included by keys.h and import/.
// Static constants.
// Any thread.
// Refuses nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace custos::institution {

enum class Need : std::uint8_t { Optional, Required };
// Whether a word outside the list is a mistake, or may be one the institution needs and custos gives no meaning to.
enum class Words : std::uint8_t { Closed, Open };

inline constexpr auto kNetworkKinds = std::to_array<std::string_view>({"office", "server", "dmz", "management", "vpn", "guest", "cloud", "egress"});
inline constexpr auto kRoles = std::to_array<std::string_view>({"workstation", "server", "domain-controller", "file-server", "mail", "web", "dns", "database",
                                                                "proxy", "bastion", "backup", "scanner", "printer", "phone"});
inline constexpr auto kAccountKinds = std::to_array<std::string_view>({"person", "admin", "service", "shared", "machine"});
inline constexpr auto kItemKinds = std::to_array<std::string_view>({"share", "folder", "mailbox", "repository", "case", "person"});
inline constexpr auto kCanaryKinds = std::to_array<std::string_view>({"account", "file", "share", "host", "domain", "mailbox"});
inline constexpr auto kKnownKinds = std::to_array<std::string_view>({"scanner", "egress", "operator", "monitoring", "directory-sync"});
inline constexpr auto kAudiences = std::to_array<std::string_view>({"leadership", "authority"});

}  // namespace custos::institution
