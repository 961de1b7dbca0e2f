// What kind of telemetry an event is, in Sigma's words: product, service and categories.
// Called by decoders (intern) and rules (to choose the rules that speak of such events).
// Ids live as long as the table; id 0 is the unknown source: nothing is known, so nothing can be ruled out.
// One thread.
// Refuses to grow without bound: past 4,096 sources a new one is kUnknownSource.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "base/hash.h"

namespace custos {

using LogSourceId = std::uint16_t;
inline constexpr LogSourceId kUnknownSource = 0;

struct LogSource {
  std::string product;                  // "windows", "linux", "zeek", "aws", ...; empty when unknown
  std::string service;                  // "security", "sysmon", "sshd", "cloudtrail", ...
  std::vector<std::string> categories;  // "process_creation", "registry_set" + "registry_event", "dns", ...

  bool unknown() const { return product.empty() && service.empty() && categories.empty(); }
  // "windows/sysmon/process_creation", as the coverage statement and `custos formats` print it.
  std::string text() const;
};

class LogSources {
 public:
  LogSources();
  // `categories` separated by blanks, in a fixed order.
  LogSourceId intern(std::string_view product, std::string_view service, std::string_view categories = {});
  const LogSource& at(LogSourceId id) const { return sources_[id]; }
  std::size_t size() const { return sources_.size(); }

 private:
  std::vector<LogSource> sources_;
  tsl::robin_map<std::string, LogSourceId, TextHash, TextEqual> ids_;
};

}  // namespace custos
