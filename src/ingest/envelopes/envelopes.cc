#include "ingest/envelopes/envelopes.h"

#include <array>
#include <cstring>

#include "base/hash.h"

namespace custos::ingest {
namespace envelopes {
namespace {

bool is_windows(const Shape& s) {
  const bool id = s.has(Role::EventId) || s.has(Role::EventCode);
  const bool provider = s.has(Role::ProviderName) || s.has(Role::SourceName);
  if (s.has(Role::Channel)) return id || provider || s.has(Role::LogAnalyticsSource);
  return id && (provider || s.has(Role::LogName) || s.has(Role::SplunkSource));
}

bool is_azure(const Shape& s) {
  if (s.has(Role::RiskEventType)) return true;
  if (s.has(Role::ActivityDisplayName) && s.has(Role::AuditMark)) return true;
  if (s.has(Role::UserPrincipal) && s.has(Role::SigninMark)) return true;
  if (s.has(Role::OperationName) && (s.has(Role::ActivityMark) || (s.has(Role::Category) && (s.has(Role::ResourceId) || s.has(Role::TimeGenerated))))) {
    return true;
  }
  return s.has(Role::TableType) && s.has(Role::TimeGenerated);
}

bool is_kubernetes(const Shape& s) { return s.has(Role::Verb) && s.has(Role::ObjectRef) && (s.has(Role::Kind) || s.has(Role::RequestReceived)); }

}  // namespace
}  // namespace envelopes

Family family_of(const Shape& s) {
  if (envelopes::is_windows(s)) return Family::Windows;
  if (s.has(Role::EventTypeSnake) && s.has(Role::EveMark) && s.has(Role::Timestamp)) return Family::Suricata;
  if (s.has(Role::Ts) && (s.has(Role::ZeekPath) || s.has(Role::ZeekOrig) || s.has(Role::ZeekMark))) return Family::Zeek;
  if (s.has(Role::EventSource) && s.has(Role::EventName) && s.has(Role::AwsMark)) return Family::CloudTrail;
  if (envelopes::is_kubernetes(s)) return Family::Kubernetes;
  if (s.has(Role::ProtoPayload)) return Family::GoogleCloud;
  if (s.has(Role::WorkspaceApp)) return Family::GoogleWorkspace;
  if (s.has(Role::ClassUid) && s.has(Role::CategoryUid)) return Family::Ocsf;
  if (s.has(Role::Operation) && (s.has(Role::Workload) || s.has(Role::RecordType))) return Family::Microsoft365;
  if (s.has(Role::EventTypeCamel) && s.has(Role::OktaMark)) return Family::Okta;
  if (envelopes::is_azure(s)) return Family::Azure;
  if (s.has(Role::Action) && s.has(Role::GithubMark) && (s.has(Role::AtTimestamp) || s.has(Role::CreatedAt))) return Family::GitHub;
  if (s.has(Role::AuditTypeAction)) return Family::Bitbucket;
  if (s.has(Role::EventTypeId) && s.has(Role::AccountId)) return Family::OneLogin;
  if (s.has(Role::LogType) && s.has(Role::NodeId)) return Family::OpenCanary;
  if (s.has(Role::JournalMark) && s.has(Role::Realtime)) return Family::Journal;
  if (s.has(Role::EcsVersion) || (s.has(Role::EventModule) && s.has(Role::EventDataset))) return Family::Ecs;
  return Family::Unknown;
}

void Aliases::apply(Batch& batch) {
  const std::size_t count = batch.pending().size();
  for (std::size_t i = 0; i < count; ++i) {
    const Field field = batch.pending()[i];
    if (field.name >= first_.size()) first_.resize(field.name + 1, kNotAsked);
    if (first_[field.name] == kNotAsked) {
      std::vector<std::string> texts;
      rule_(batch.names().text(field.name), texts);
      first_[field.name] = 0;
      if (!texts.empty()) {
        first_[field.name] = static_cast<std::uint32_t>(ids_.size());
        ids_.emplace_back();
        for (const std::string& text : texts) ids_.back().push_back(batch.names().intern(text));
      }
    }
    for (const NameId alias : ids_[first_[field.name]]) batch.add(alias, field.text(), field.type, field.at);
  }
}

Envelopes::Envelopes(Batch& batch)
    : windows_(batch),
      azure_(azure_aliases),
      google_(google_aliases),
      microsoft365_(microsoft365_aliases),
      channel_(batch.names().intern("Channel")),
      event_id_(batch.names().intern("EventID")),
      computer_(batch.names().intern("Computer")),
      record_id_(batch.names().intern("EventRecordID")),
      provider_(batch.names().intern("Provider_Name")),
      service_(batch.names().intern("eventService")),
      data_(batch.names().intern("Data")),
      data_name_(batch.names().intern("Data.Name")) {}

// Converters of XML leave <Data Name="Image">x</Data> as two members, the name and the text: the text gets its name back.
void Envelopes::name_data(Batch& batch, Shape& shape) {
  const std::span<Field> fields = batch.pending();
  for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
    if (fields[i].name != data_name_ || fields[i + 1].name != data_) continue;
    const std::string_view name = fields[i].text();
    fields[i + 1].name = batch.names().intern(name);
    if (const Role role = role_of(name); role != Role::None) shape.put(role, i + 1);
  }
}

// The flat names where an export has others, then what every Windows event gets.
void Envelopes::windows(Batch& batch, Shape& shape) {
  if (shape.has_value(Role::DataName)) name_data(batch, shape);
  const auto also = [&](Role to, NameId name, Role from) {
    if (shape.has_value(to) || !shape.has_value(from)) return;
    const Field f = batch.pending()[shape.slot[static_cast<std::size_t>(from)]];
    shape.put(to, batch.pending().size());
    batch.add(name, f.text(), f.type, f.at);
  };
  also(Role::EventId, event_id_, Role::EventCode);
  also(Role::Channel, channel_, Role::LogName);
  const std::string_view source = shape.text(batch, Role::SplunkSource);
  if (!shape.has_value(Role::Channel) && source.find("WinEventLog:") < 4) {
    const std::size_t channel = source.find(':') + 1;
    const Field f = batch.pending()[shape.slot[static_cast<std::size_t>(Role::SplunkSource)]];
    shape.put(Role::Channel, batch.pending().size());
    batch.add(channel_, source.substr(channel), Type::Text, f.at);
  }
  also(Role::Computer, computer_, Role::Hostname);
  also(Role::Computer, computer_, Role::ComputerName);
  also(Role::EventRecordId, record_id_, Role::RecordNumber);
  if (!shape.has_value(Role::SourceName)) also(Role::ProviderName, provider_, Role::LogAnalyticsSource);
  const auto place = [&](Role r) { return shape.has_value(r) ? shape.slot[static_cast<std::size_t>(r)] : WindowsEvents::kNoField; };
  windows_.finish(batch, {place(Role::Channel), place(Role::ProviderName), place(Role::SourceName), place(Role::EventId), place(Role::Hashes)});
}

// The reports API names the application where the audit log in Google Cloud names its service.
void Envelopes::workspace(Batch& batch, const Shape& shape) {
  constexpr std::string_view kDomain = ".googleapis.com";
  const Field app = batch.pending()[shape.slot[static_cast<std::size_t>(Role::WorkspaceApp)]];
  char* const text = batch.arena().take(app.size + kDomain.size());
  std::memcpy(text, app.data, app.size);
  std::memcpy(text + app.size, kDomain.data(), kDomain.size());
  batch.add(service_, {text, app.size + kDomain.size()}, Type::Text, app.at);
}

// Which Zeek log a record without its name comes from depends on its fields alone: asked once for every set of them.
LogSourceId Envelopes::zeek(Batch& batch, const Shape& shape) {
  if (shape.has_value(Role::ZeekPath)) return network_source(batch, shape, Family::Zeek);
  std::uint64_t names = 1;
  for (const Field& f : batch.pending()) names = (names ^ f.name) * 0x9E3779B97F4A7C15ull + (names >> 29);
  Answer& known = zeek_[names >> 58];
  if (known.question != names) known = {names, network_source(batch, shape, Family::Zeek)};
  return known.source;
}

LogSourceId Envelopes::suricata(Batch& batch, const Shape& shape) {
  const std::uint64_t type = hash64(shape.text(batch, Role::EventTypeSnake)) | 1;
  Answer& known = suricata_[type >> 58];
  if (known.question != type) known = {type, network_source(batch, shape, Family::Suricata)};
  return known.source;
}

void Envelopes::finish(Batch& batch, Shape& shape) {
  if (shape.seen != seen_) {
    seen_ = shape.seen;
    family_ = family_of(shape);
  }
  Record& record = batch.pending_record();
  if (family_ == Family::Windows) windows(batch, shape);
  record.time = time_of(batch, shape, family_);
  switch (family_) {
    case Family::Unknown:
    case Family::Windows: break;
    case Family::Zeek: record.log_source = zeek(batch, shape); break;
    case Family::Suricata: record.log_source = suricata(batch, shape); break;
    case Family::Ocsf: record.log_source = network_source(batch, shape, family_); break;
    case Family::Ecs:
    case Family::Journal:
    case Family::OpenCanary: record.log_source = host_source(batch, shape, family_); break;
    default:
      record.log_source = cloud_source(batch, shape, family_);
      if (family_ == Family::Azure) azure_.apply(batch);
      if (family_ == Family::Microsoft365) microsoft365_.apply(batch);
      if (family_ == Family::GoogleWorkspace && shape.has_value(Role::WorkspaceApp)) workspace(batch, shape);
      if (family_ == Family::GoogleCloud || family_ == Family::GoogleWorkspace) google_.apply(batch);
      break;
  }
}

}  // namespace custos::ingest
