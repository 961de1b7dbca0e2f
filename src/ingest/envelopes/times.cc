#include <array>

#include "base/time.h"
#include "ingest/envelopes/envelopes.h"

namespace custos::ingest {
namespace times {
namespace {

// The time a value stands for. Numbers count from 1970; .NET writes /Date(milliseconds)/.
Micros read(const Field& field) {
  std::string_view text = field.text();
  if (text.size() > 64 || text.size() < 4) return kNoTime;
  if (field.type == Type::Text) {
    constexpr std::string_view kDotNet = "/Date(";
    if (text.substr(0, kDotNet.size()) == kDotNet) {
      text = text.substr(kDotNet.size(), text.find(')') - kDotNet.size());
    } else if (const auto t = parse_time(text)) {
      return *t;
    }
  }
  return parse_epoch(text).value_or(kNoTime);
}

bool has_zone(std::string_view text) {
  if (text.size() < 11) return false;
  return text.back() == 'Z' || text.find_first_of("+Z", 10) != std::string_view::npos || text.find('-', 11) != std::string_view::npos;
}

Micros first_of(Batch& batch, const Shape& shape, const Role* roles, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!shape.has_value(roles[i])) continue;
    const Micros t = read(batch.pending()[shape.slot[static_cast<std::size_t>(roles[i])]]);
    if (t != kNoTime) return t;
  }
  return kNoTime;
}

template <std::size_t N>
Micros first_of(Batch& batch, const Shape& shape, const Role (&roles)[N]) {
  return first_of(batch, shape, roles, N);
}

// What the event says of itself comes before what a collector wrote beside it; a local time without a zone comes last.
Micros windows(Batch& batch, const Shape& shape) {
  constexpr Role kOwn[] = {Role::SystemTime, Role::TimeCreated};
  if (const Micros t = first_of(batch, shape, kOwn); t != kNoTime) return t;
  constexpr Role kBeats[] = {Role::AtTimestamp};
  if (shape.has(Role::Winlog)) {
    if (const Micros t = first_of(batch, shape, kBeats); t != kNoTime) return t;
  }
  constexpr Role kSysmon[] = {Role::UtcTime};
  if (const Micros t = first_of(batch, shape, kSysmon); t != kNoTime) return t;
  constexpr Role kZoned[] = {Role::EventTime};
  if (has_zone(shape.text(batch, Role::EventTime))) {
    if (const Micros t = first_of(batch, shape, kZoned); t != kNoTime) return t;
  }
  constexpr Role kRest[] = {Role::TimeGenerated, Role::AtTimestamp, Role::EventTime, Role::Date, Role::Time, Role::Timestamp, Role::EventReceived};
  return first_of(batch, shape, kRest);
}

constexpr Role kCloudTrail[] = {Role::EventTimeLower, Role::Time};
constexpr Role kAzure[] = {Role::ActivityDateTime, Role::CreatedDateTime, Role::DetectedDateTime, Role::EventTimestamp, Role::TimeGenerated, Role::Time};
constexpr Role kMicrosoft365[] = {Role::CreationTime, Role::TimeGenerated};
constexpr Role kGoogle[] = {Role::Timestamp, Role::IdTime, Role::ReceiveTimestamp};
constexpr Role kOkta[] = {Role::Published};
constexpr Role kGitHub[] = {Role::CreatedAt, Role::AtTimestamp};
constexpr Role kKubernetes[] = {Role::RequestReceived, Role::Timestamp};
constexpr Role kNetwork[] = {Role::Ts, Role::Timestamp, Role::Time};
constexpr Role kJournal[] = {Role::Realtime};
constexpr Role kAny[] = {Role::AtTimestamp, Role::SystemTime, Role::Timestamp, Role::Time, Role::Ts, Role::EventTimeLower, Role::EventTime,
                         Role::UtcTime, Role::CreationTime, Role::TimeGenerated, Role::TimeCreated, Role::Published, Role::CreatedDateTime,
                         Role::ActivityDateTime, Role::EventTimestamp, Role::RequestReceived, Role::CreatedAt, Role::Realtime,
                         Role::DetectedDateTime, Role::IdTime, Role::Date, Role::ReceiveTimestamp, Role::EventReceived};

}  // namespace
}  // namespace times

Micros time_of(Batch& batch, const Shape& shape, Family family) {
  Micros t = kNoTime;
  switch (family) {
    case Family::Windows: t = times::windows(batch, shape); break;
    case Family::CloudTrail: t = times::first_of(batch, shape, times::kCloudTrail); break;
    case Family::Azure: t = times::first_of(batch, shape, times::kAzure); break;
    case Family::Microsoft365: t = times::first_of(batch, shape, times::kMicrosoft365); break;
    case Family::GoogleCloud:
    case Family::GoogleWorkspace: t = times::first_of(batch, shape, times::kGoogle); break;
    case Family::Okta: t = times::first_of(batch, shape, times::kOkta); break;
    case Family::GitHub: t = times::first_of(batch, shape, times::kGitHub); break;
    case Family::Kubernetes: t = times::first_of(batch, shape, times::kKubernetes); break;
    case Family::Suricata:
    case Family::Zeek:
    case Family::Ocsf: t = times::first_of(batch, shape, times::kNetwork); break;
    case Family::Journal: t = times::first_of(batch, shape, times::kJournal); break;
    default: break;
  }
  return t != kNoTime ? t : times::first_of(batch, shape, times::kAny);
}

}  // namespace custos::ingest
