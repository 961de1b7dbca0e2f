// What a flattened record is: its log source in Sigma's words, its time, and the names under which public rules look for its values.
// Called by the JSON decoder between the last field and Batch::end(); feeds the pending event.
// Lives with its decoder; texts it adds are views of texts already in the batch, or live in its arena.
// One thread.
// Refuses nothing: a record recognised as nothing stays of unknown source, with its own names and the first time it holds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/envelopes/shape.h"
#include "ingest/envelopes/windows.h"
#include "model/batch.h"

namespace custos::ingest {

enum class Family : std::uint8_t {
  Unknown, Windows, CloudTrail, Azure, Microsoft365, GoogleCloud, GoogleWorkspace, Okta, GitHub, Kubernetes, Bitbucket, OneLogin, Suricata, Zeek,
  Ocsf, Ecs, Journal, OpenCanary,
};

// What kind of record has these keys. Values are looked at later: the answer depends on `seen` alone, so it can be remembered.
Family family_of(const Shape& shape);

// The time of the record by the habits of its family; kNoTime when it holds none that can be read.
Micros time_of(Batch& batch, const Shape& shape, Family family);

// The second names of a field, one table a family; asked once for every name.
using AliasRule = void (*)(std::string_view name, std::vector<std::string>& aliases);

class Aliases {
 public:
  explicit Aliases(AliasRule rule) : rule_(rule) {}
  // Adds every field of the pending event once more under its other names.
  void apply(Batch& batch);

 private:
  static constexpr std::uint32_t kNotAsked = 0xFFFFFFFF;
  AliasRule rule_;
  std::vector<std::uint32_t> first_;        // by NameId: index in ids_, kNotAsked
  std::vector<std::vector<NameId>> ids_{1}; // 0: none
};

void azure_aliases(std::string_view name, std::vector<std::string>& aliases);
void google_aliases(std::string_view name, std::vector<std::string>& aliases);
void microsoft365_aliases(std::string_view name, std::vector<std::string>& aliases);

// The log source of each family; the pending event's fields and the shape are the same record's.
LogSourceId cloud_source(Batch& batch, const Shape& shape, Family family);
LogSourceId network_source(Batch& batch, const Shape& shape, Family family);
LogSourceId host_source(Batch& batch, const Shape& shape, Family family);

class Envelopes {
 public:
  explicit Envelopes(Batch& batch);
  void finish(Batch& batch, Shape& shape);

 private:
  void windows(Batch& batch, Shape& shape);
  void name_data(Batch& batch, Shape& shape);
  void workspace(Batch& batch, const Shape& shape);
  LogSourceId zeek(Batch& batch, const Shape& shape);
  LogSourceId suricata(Batch& batch, const Shape& shape);

  WindowsEvents windows_;
  Aliases azure_, google_, microsoft365_;
  NameId channel_, event_id_, computer_, record_id_, provider_, service_, data_, data_name_;
  std::array<std::uint64_t, 2> seen_{};
  Family family_ = Family::Unknown;
  struct Answer {
    std::uint64_t question = 0;
    LogSourceId source = kUnknownSource;
  };
  std::array<Answer, 64> zeek_{}, suricata_{};  // for sets of fields and for types of events seen before
};

}  // namespace custos::ingest
