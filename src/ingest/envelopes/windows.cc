#include "ingest/envelopes/windows.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "base/text.h"

namespace custos::ingest {
namespace windows {
namespace {

struct ChannelService {
  std::string_view channel;  // lower case
  std::string_view service;
};

// The services of the Sigma taxonomy appendix, with the spellings of the same channels that machines really write.
constexpr ChannelService kServices[] = {
    {"application", "application"},
    {"dns server", "dns-server"},
    {"microsoft-iis-configuration/operational", "iis-configuration"},
    {"microsoft-servicebus-client/admin", "servicebus-client"},
    {"microsoft-servicebus-client/operational", "servicebus-client"},
    {"microsoft-windows-application-experience/program-compatibility-assistant", "application-experience"},
    {"microsoft-windows-application-experience/program-telemetry", "application-experience"},
    {"microsoft-windows-applocker/exe and dll", "applocker"},
    {"microsoft-windows-applocker/msi and script", "applocker"},
    {"microsoft-windows-applocker/packaged app-deployment", "applocker"},
    {"microsoft-windows-applocker/packaged app-execution", "applocker"},
    {"microsoft-windows-appmodel-runtime/admin", "appmodel-runtime"},
    {"microsoft-windows-appxdeploymentserver/operational", "appxdeployment-server"},
    {"microsoft-windows-appxdeployment-server/operational", "appxdeployment-server"},
    {"microsoft-windows-appxpackaging/operational", "appxpackaging-om"},
    {"microsoft-windows-bitlocker/bitlocker management", "bitlocker"},
    {"microsoft-windows-bits-client/operational", "bits-client"},
    {"microsoft-windows-capi2/operational", "capi2"},
    {"microsoft-windows-certificateservicesclient-lifecycle-system/operational", "certificateservicesclient-lifecycle-system"},
    {"microsoft-windows-codeintegrity/operational", "codeintegrity-operational"},
    {"microsoft-windows-dhcp-server/operational", "dhcp"},
    {"microsoft-windows-dhcp server events/operational", "dhcp"},
    {"microsoft-windows-diagnosis-scripted/operational", "diagnosis-scripted"},
    {"microsoft-windows-dns client events/operational", "dns-client"},
    {"microsoft-windows-dns-client/operational", "dns-client"},
    {"microsoft-windows-dns-server/analytical", "dns-server-analytic"},
    {"microsoft-windows-dnsserver/analytical", "dns-server-analytic"},
    {"microsoft-windows-dns-server/audit", "dns-server-audit"},
    {"microsoft-windows-dnsserver/audit", "dns-server-audit"},
    {"microsoft-windows-driverframeworks-usermode/operational", "driver-framework"},
    {"microsoft-windows-hyper-v-worker", "hyper-v-worker"},
    {"microsoft-windows-hyper-v-worker-admin", "hyper-v-worker"},
    {"microsoft-windows-hyper-v-worker-operational", "hyper-v-worker"},
    {"microsoft-windows-kernel-eventtracing", "kernel-event-tracing"},
    {"microsoft-windows-kernel-eventtracing/admin", "kernel-event-tracing"},
    {"microsoft-windows-kernel-shimengine/diagnostic", "kernel-shimengine"},
    {"microsoft-windows-kernel-shimengine/operational", "kernel-shimengine"},
    {"microsoft-windows-ldap-client/debug", "ldap"},
    {"microsoft-windows-lsa/operational", "lsa-server"},
    {"microsoft-windows-ntfs/operational", "ntfs"},
    {"microsoft-windows-ntlm/operational", "ntlm"},
    {"microsoft-windows-powershell/operational", "powershell"},
    {"microsoft-windows-printservice/admin", "printservice-admin"},
    {"microsoft-windows-printservice/operational", "printservice-operational"},
    {"microsoft-windows-security-mitigations/kernel mode", "security-mitigations"},
    {"microsoft-windows-security-mitigations/kernelmode", "security-mitigations"},
    {"microsoft-windows-security-mitigations/user mode", "security-mitigations"},
    {"microsoft-windows-security-mitigations/usermode", "security-mitigations"},
    {"microsoft-windows-sense/operational", "sense"},
    {"microsoft-windows-shell-core/operational", "shell-core"},
    {"microsoft-windows-smbclient/connectivity", "smbclient-connectivity"},
    {"microsoft-windows-smbclient/security", "smbclient-security"},
    {"microsoft-windows-smbserver/connectivity", "smbserver-connectivity"},
    {"microsoft-windows-sysmon/operational", "sysmon"},
    {"microsoft-windows-taskscheduler/operational", "taskscheduler"},
    {"microsoft-windows-terminalservices-localsessionmanager/operational", "terminalservices-localsessionmanager"},
    {"microsoft-windows-vhdmp/operational", "vhdmp"},
    {"microsoft-windows-vhdmp-operational", "vhdmp"},
    {"microsoft-windows-windows defender/operational", "windefend"},
    {"microsoft-windows-windows firewall with advanced security/firewall", "firewall-as"},
    {"microsoft-windows-wmi-activity/operational", "wmi"},
    {"msexchange management", "msexchange-management"},
    {"openssh/operational", "openssh"},
    {"powershellcore/operational", "powershell"},
    {"security", "security"},
    {"system", "system"},
    {"windows powershell", "powershell-classic"},
};

// Providers that write to one channel only: they stand in where an export left the channel out.
constexpr ChannelService kProviders[] = {
    {"microsoft-windows-sysmon", "microsoft-windows-sysmon/operational"},
    {"microsoft-windows-security-auditing", "security"},
    {"linux-sysmon", "linux-sysmon/operational"},
};

constexpr std::string_view kKernelFile = "microsoft-windows-kernel-file";  // an ETW provider; its events have no channel of a log

struct EventCategories {
  std::uint32_t id;
  std::string_view categories;
};

constexpr EventCategories kSysmon[] = {
    {1, "process_creation"},
    {2, "file_change"},
    {3, "network_connection"},
    {4, "sysmon_status"},
    {5, "process_termination"},
    {6, "driver_load"},
    {7, "image_load"},
    {8, "create_remote_thread"},
    {9, "raw_access_thread"},
    {10, "process_access"},
    {11, "file_event"},
    {12, "registry_event registry_add registry_delete"},
    {13, "registry_event registry_set"},
    {14, "registry_event registry_rename"},
    {15, "create_stream_hash"},
    {16, "sysmon_status"},
    {17, "pipe_created"},
    {18, "pipe_created"},
    {19, "wmi_event"},
    {20, "wmi_event"},
    {21, "wmi_event"},
    {22, "dns_query"},
    {23, "file_delete"},
    {24, "clipboard_capture"},
    {25, "process_tampering"},
    {26, "file_delete_detected"},
    {27, "file_block_executable"},
    {28, "file_block_shredding"},
    {29, "file_executable_detected"},
    {255, "sysmon_error"},
};
constexpr EventCategories kPowerShell[] = {{4103, "ps_module"}, {4104, "ps_script"}};
constexpr EventCategories kPowerShellClassic[] = {{400, "ps_classic_start"}, {600, "ps_classic_provider_start"}, {800, "ps_classic_script"}};
constexpr EventCategories kSecurity[] = {{4657, "registry_event registry_set"}, {4688, "process_creation"}};
constexpr EventCategories kKernelFileEvents[] = {{12, "file_access"}, {15, "file_access"}, {16, "file_access"}, {19, "file_rename"}, {27, "file_rename"}};

template <std::size_t N>
std::string_view categories_of(const EventCategories (&table)[N], std::uint32_t id) {
  for (const EventCategories& row : table) {
    if (row.id == id) return row.categories;
  }
  return {};
}

template <std::size_t N>
std::string_view lookup(const ChannelService (&table)[N], std::string_view key) {
  for (const ChannelService& row : table) {
    if (row.channel == key) return row.service;
  }
  return {};
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

// Forwarders put the kind of input before the channel.
std::string_view without_prefix(std::string_view channel) {
  for (const std::string_view prefix : {std::string_view("wineventlog:"), std::string_view("xmlwineventlog:")}) {
    if (channel.size() > prefix.size() && channel.substr(0, prefix.size()) == prefix) return channel.substr(prefix.size());
  }
  return channel;
}

LogSourceId find_source(LogSources& sources, std::string_view channel_text, std::string_view provider_text, std::uint32_t id) {
  const std::string folded = lower(trim(channel_text));
  const std::string provider = lower(trim(provider_text));
  if (provider == kKernelFile) return sources.intern("windows", "", categories_of(kKernelFileEvents, id));
  std::string_view channel = without_prefix(folded);
  if (channel.empty()) channel = lookup(kProviders, provider);
  if (channel.empty()) return kUnknownSource;
  if (channel == "linux-sysmon/operational" || channel == "linux-sysmon") {
    return sources.intern("linux", "sysmon", categories_of(kSysmon, id));
  }
  const std::string_view service = lookup(kServices, channel);
  std::string_view categories;
  if (service == "sysmon") categories = categories_of(kSysmon, id);
  if (service == "security") categories = categories_of(kSecurity, id);
  if (service == "powershell") categories = categories_of(kPowerShell, id);
  if (service == "powershell-classic") categories = categories_of(kPowerShellClassic, id);
  return sources.intern("windows", service, categories);
}

constexpr std::uint32_t kNoId = 0xFFFFFFFF;

std::uint32_t parse_id(std::string_view text) {
  text = trim(text);
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc{} && end == text.data() + text.size() ? id : kNoId;
}

}  // namespace
}  // namespace windows

WindowsEvents::WindowsEvents(Batch& batch)
    : channel_(batch.names().intern("Channel")),
      provider_(batch.names().intern("Provider_Name")),
      source_name_(batch.names().intern("SourceName")),
      event_id_(batch.names().intern("EventID")),
      hashes_(batch.names().intern("Hashes")),
      hash_(batch.names().intern("Hash")),
      parts_{batch.names().intern("sha1"), batch.names().intern("md5"), batch.names().intern("sha256"), batch.names().intern("Imphash")} {}

LogSourceId WindowsEvents::log_source(LogSources& sources, std::string_view channel, std::string_view provider, std::uint32_t event_id) {
  if (known_of_ != &sources) {
    for (Known& k : known_) k.filled = false;
    known_of_ = &sources;
  }
  // A provider matters to the answer only where the channel is missing, or for an ETW provider without one.
  if (!channel.empty() && provider.size() != windows::kKernelFile.size()) provider = {};
  const std::uint64_t hash = hash64(channel) + event_id * 0x9E3779B97F4A7C15ull + provider.size();
  Known& known = known_[(hash >> 7) % known_.size()];
  if (known.filled && known.event_id == event_id && known.channel == channel && known.provider == provider) return known.source;
  known.source = windows::find_source(sources, channel, provider, event_id);
  known.filled = channel.size() + provider.size() <= 1024;  // what a hostile log makes up is not worth keeping
  if (known.filled) {
    known.event_id = event_id;
    known.channel = channel;
    known.provider = provider;
  }
  return known.source;
}

void WindowsEvents::add_hashes(Batch& batch, const Field& hashes) {
  static constexpr std::string_view kKeys[] = {"SHA1", "MD5", "SHA256", "IMPHASH"};
  const std::string_view all = hashes.text();
  const std::string_view raw = batch.pending_record().raw;
  const bool in_raw = hashes.at != kNoPlace && all.data() >= raw.data() && all.data() + all.size() <= raw.data() + raw.size();
  const std::uint32_t at = hashes.at;
  for (std::size_t from = 0; from < all.size();) {
    const std::size_t end = std::min(all.find(',', from), all.size());
    const std::string_view part = trim(all.substr(from, end - from));
    from = end + 1;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!equals_ignore_ascii_case(part.substr(0, equals), kKeys[i])) continue;
      const std::string_view value = part.substr(equals + 1);
      batch.add(parts_[i], value, Type::Text, in_raw ? at + static_cast<std::uint32_t>(value.data() - all.data()) : at);
    }
  }
}

void WindowsEvents::finish(Batch& batch) {
  Places places;
  const std::span<const Field> fields = batch.pending();
  for (std::uint32_t i = 0; i < fields.size(); ++i) {
    const NameId name = fields[i].name;
    if (name == channel_ && places.channel == kNoField) places.channel = i;
    if (name == provider_ && places.provider == kNoField) places.provider = i;
    if (name == source_name_ && places.source_name == kNoField) places.source_name = i;
    if (name == event_id_ && places.event_id == kNoField) places.event_id = i;
    if ((name == hashes_ || name == hash_) && places.hashes == kNoField) places.hashes = i;
  }
  finish(batch, places);
}

void WindowsEvents::finish(Batch& batch, const Places& places) {
  // add() may move the fields: copies from here on.
  const auto copy = [&](std::uint32_t i) { return i == kNoField ? Field{nullptr, 0, kOtherName, kNoPlace, Type::Null} : batch.pending()[i]; };
  const Field provider = copy(places.provider), source_name = copy(places.source_name), hashes = copy(places.hashes);
  batch.pending_record().log_source =
      log_source(batch.sources(), copy(places.channel).text(), places.provider != kNoField ? provider.text() : source_name.text(),
                 places.event_id == kNoField ? windows::kNoId : windows::parse_id(copy(places.event_id).text()));
  if (places.provider == kNoField && places.source_name != kNoField) batch.add(provider_, source_name.text(), source_name.type, source_name.at);
  if (places.source_name == kNoField && places.provider != kNoField) batch.add(source_name_, provider.text(), provider.type, provider.at);
  add_unspaced(batch);
  if (places.hashes == kNoField) return;
  for (const Field& f : batch.pending()) {
    if (f.name == parts_[0] || f.name == parts_[1] || f.name == parts_[2] || f.name == parts_[3]) return;  // the export split them already
  }
  add_hashes(batch, hashes);
}

// "Threat Name" also stands under ThreatName: rules write the names of some providers' fields without their blanks.
void WindowsEvents::add_unspaced(Batch& batch) {
  Names& names = batch.names();
  // Most logs have no such name at all, and then nothing is looked at.
  for (NameId n = static_cast<NameId>(unspaced_.size()); n < names.size(); ++n) {
    std::string name(names.text(n));
    const std::size_t before = name.size();
    std::erase(name, ' ');
    const bool spaced = n != kOtherName && !name.empty() && name.size() != before;
    unspaced_.push_back(spaced ? names.intern(name) : kOtherName);
    any_spaced_ = any_spaced_ || spaced;
  }
  if (!any_spaced_) return;
  const std::size_t fields = batch.pending().size();
  for (std::size_t i = 0; i < fields; ++i) {
    const Field f = batch.pending()[i];
    if (unspaced_[f.name] != kOtherName) batch.add(unspaced_[f.name], f.text(), f.type, f.at);
  }
}

}  // namespace custos::ingest
