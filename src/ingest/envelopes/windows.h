// What every decoder of Windows events does last: the log source by channel and event id, and the fields rules expect.
// Called by the EVTX and JSON decoders between the last add() and Batch::end(); feeds the pending event.
// Lives with its decoder; texts it adds live in the batch's arena or are views of texts already there.
// One thread.
// Refuses nothing: an event whose channel and provider say nothing stays of unknown source.
//
// Windows events use the flat names Sigma rules use, whatever container they came in: System children as EventID, Channel,
// Computer, Provider_Name, Provider_Guid, EventRecordID, Level, Task, Opcode, Keywords, Version, Execution_ProcessID,
// Execution_ThreadID, Security_UserID, Correlation_ActivityID, TimeCreated_SystemTime; EventData and UserData children by their own
// name (<Data Name="Image"> is Image; unnamed <Data> are several fields called Data; nested UserData elements joined by dots
// below the first level).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.h"

namespace custos::ingest {

class WindowsEvents {
 public:
  explicit WindowsEvents(Batch& batch);

  // Looks at the pending event's Channel, Provider_Name and EventID, sets its log source, and adds
  //  - Provider_Name from SourceName (or the other way round) where one is missing,
  //  - the parts of Hashes ("SHA1=..,MD5=..,SHA256=..,IMPHASH=.." -> sha1, md5, sha256, Imphash) as views,
  //  - names without blanks beside those with them ("Threat Name" -> ThreatName).
  void finish(Batch& batch);

  // Indexes in Batch::pending(), kNoField where there is none.
  static constexpr std::uint32_t kNoField = 0xFFFFFFFF;
  struct Places {
    std::uint32_t channel = kNoField, provider = kNoField, source_name = kNoField, event_id = kNoField, hashes = kNoField;
  };
  // The same for a decoder that already knows where they stand.
  void finish(Batch& batch, const Places& places);

  // Channel names compare without case. Sysmon, PowerShell, Security, ... per the Sigma taxonomy appendix. A known provider stands
  // in for a missing channel; a channel in no list is Windows without a service.
  LogSourceId log_source(LogSources& sources, std::string_view channel, std::string_view provider, std::uint32_t event_id);

 private:
  struct Known {  // what was answered before, so that a log asks the tables once per (channel, event id)
    std::string channel, provider;
    std::uint32_t event_id = 0;
    LogSourceId source = kUnknownSource;
    bool filled = false;
  };

  void add_hashes(Batch& batch, const Field& hashes);
  void add_unspaced(Batch& batch);

  NameId channel_, provider_, source_name_, event_id_, hashes_, hash_;
  std::array<NameId, 4> parts_;  // sha1, md5, sha256, Imphash
  const LogSources* known_of_ = nullptr;
  std::array<Known, 256> known_;
  std::vector<NameId> unspaced_;  // by NameId: the name without its blanks, kOtherName where it has none
  bool any_spaced_ = false;
};

}  // namespace custos::ingest
