#include "engine/attribution/entities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace custos::engine {
namespace entity_names {

struct Row {
  std::string_view field, kind;
  Part part = Part::Other;
  std::string_view domain = {}, sid = {};  // fields beside it that tell which account of that name
};

// Field names as the decoders give them, most telling first within a kind.
constexpr std::array kRows = std::to_array<Row>({
    {"Computer", "host", Part::On},
    {"Hostname", "host", Part::On},
    {"hostname", "host", Part::On},
    {"host.name", "host", Part::On},
    {"agent.hostname", "host", Part::On},
    {"WorkstationName", "host", Part::From},
    {"SourceHostname", "host", Part::From},
    {"DestinationHostname", "host", Part::To},
    {"TargetUserName", "user", Part::As, "TargetDomainName", "TargetUserSid"},
    {"SubjectUserName", "user", Part::By, "SubjectDomainName", "SubjectUserSid"},
    {"User", "user", Part::By},
    {"SourceUser", "user", Part::By},
    {"user", "user", Part::By},
    {"userIdentity.userName", "user", Part::By},
    {"userIdentity.arn", "user", Part::By},
    {"userPrincipalName", "user", Part::By},
    {"UserPrincipalName", "user", Part::By},
    {"UserId", "user", Part::By},
    {"actor", "user", Part::By},
    {"actor.alternateId", "user", Part::By},
    {"acct", "user", Part::As},
    {"auid", "user", Part::By},
    {"user.name", "user", Part::By},
    {"user.username", "user", Part::By},
    {"initiatedBy.user.userPrincipalName", "user", Part::By},
    {"properties.userPrincipalName", "user", Part::By},
    {"protoPayload.authenticationInfo.principalEmail", "user", Part::By},
    {"cs-username", "user", Part::By},
    {"InitiatedBy", "user", Part::By},
    {"Image", "process"},
    {"NewProcessName", "process"},
    {"ParentImage", "process"},
    {"SourceImage", "process"},
    {"TargetImage", "process"},
    {"ProcessName", "process"},
    {"Application", "process"},
    {"exe", "process"},
    {"process.executable", "process"},
    {"SourceIp", "address", Part::From},
    {"DestinationIp", "address", Part::To},
    {"IpAddress", "address", Part::From},
    {"SourceAddress", "address", Part::From},
    {"DestAddress", "address", Part::To},
    {"id.orig_h", "address", Part::From},
    {"id.resp_h", "address", Part::To},
    {"src_ip", "address", Part::From},
    {"dest_ip", "address", Part::To},
    {"sourceIPAddress", "address", Part::From},
    {"ClientIP", "address", Part::From},
    {"ClientIPAddress", "address", Part::From},
    {"Client_IPAddress", "address", Part::From},
    {"ipAddress", "address", Part::From},
    {"callerIpAddress", "address", Part::From},
    {"c-ip", "address", Part::From},
    {"client.ipAddress", "address", Part::From},
    {"source.ip", "address", Part::From},
    {"destination.ip", "address", Part::To},
    {"properties.ipAddress", "address", Part::From},
    {"actor_ip", "address", Part::From},
    {"sourceIPs", "address", Part::From},
    {"protoPayload.requestMetadata.callerIp", "address", Part::From},
    {"TargetFilename", "file"},
    {"ImageLoaded", "file"},
    {"ObjectName", "file"},
    {"RelativeTargetName", "file"},
    {"name", "file"},
    {"file.path", "file"},
    {"ObjectId", "file"},
    {"cs-uri-stem", "file"},
    {"QueryName", "domain", Part::To},
    {"query", "domain", Part::To},
    {"server_name", "domain", Part::To},
    {"host", "domain", Part::To},
    {"cs-host", "domain", Part::To},
    {"dns.rrname", "domain", Part::To},
    {"dns.question.name", "domain", Part::To},
    {"tls.sni", "domain", Part::To},
    {"http.hostname", "domain", Part::To},
    {"DestinationName", "domain", Part::To},
});

constexpr std::size_t kMost = 24;
constexpr std::size_t kMostBytes = 512;

bool means_nothing(std::string_view v) {
  return v.empty() || v == "-" || v == "N/A" || v == "(null)" || v == "unset" || v == "4294967295" || v == "::" || v == "0.0.0.0" ||
         equals_ignore_ascii_case(v, "LOCAL");
}

// Some exports keep an object as text: who is in it.
std::string_view in_object(std::string_view text) {
  if (!text.starts_with('{')) return text;
  static constexpr std::string_view kKey = "\"userPrincipalName\":\"";
  const auto at = text.find(kKey);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + kKey.size());
  return text.substr(0, text.find('"'));
}

void qualify(Entity& e, const Event& event, const Row& row) {
  const auto text = [&event](std::string_view field) {
    const Field* f = event.find(field);
    return f == nullptr || f->type == Type::Null || means_nothing(f->text()) || f->size > kMostBytes ? std::string() : std::string(f->text());
  };
  e.domain = text(row.domain);
  e.sid = text(row.sid);
}

}  // namespace entity_names

std::string_view entity_kind(std::string_view field) {
  for (const entity_names::Row& row : entity_names::kRows) {
    if (row.field == field) return row.kind;
  }
  return {};
}

Part entity_part(std::string_view field) {
  for (const entity_names::Row& row : entity_names::kRows) {
    if (row.field == field) return row.part;
  }
  return Part::Other;
}

std::vector<Entity> entities_of(const Event& event) {
  using namespace entity_names;
  std::vector<Entity> out;
  for (const Row& row : kRows) {
    const NameId id = event.batch().names().find(row.field);
    if (id == kOtherName) continue;
    for (const Field& f : event.fields()) {
      if (f.name != id || f.type == Type::Null || f.size > kMostBytes) continue;
      const std::string_view value = in_object(f.text());
      if (means_nothing(value)) continue;
      Entity e{std::string(row.kind), std::string(value)};
      e.part = row.part;
      if (!row.sid.empty()) qualify(e, event, row);
      // Zeek's and nxlog's "host" is a name or a domain by where it stands; an address is an address anyway.
      // One name in two domains of one record is two accounts.
      const auto same = [&e](const Entity& o) { return o == e && (e.domain.empty() || (o.domain == e.domain && o.sid == e.sid)); };
      if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(e));
      if (out.size() >= kMost) return out;
    }
  }
  return out;
}

Ties ties_of(const Event& event) {
  const auto number = [&event](std::initializer_list<std::string_view> fields) -> std::uint64_t {
    for (const std::string_view field : fields) {
      const Field* f = event.find(field);
      if (f == nullptr) continue;
      const std::string_view s = f->text();
      const bool hex = s.starts_with("0x");
      std::uint64_t n = 0;
      if (std::from_chars(s.data() + (hex ? 2 : 0), s.data() + s.size(), n, hex ? 16 : 10).ec == std::errc{} && n > 0) return n;
    }
    return 0;
  };
  Ties t;
  // Of 4688 ProcessId is the parent's.
  t.process = number({"NewProcessId", "SourceProcessId", "ProcessId", "pid"});
  t.parent = number({"ParentProcessId", "ppid"});
  if (t.parent == 0 && event.find("NewProcessId") != nullptr) t.parent = number({"ProcessId"});
  for (const std::string_view field : {"TargetLogonId", "SubjectLogonId", "LogonId", "ses"}) {
    const Field* f = event.find(field);
    if (f == nullptr || f->size > 32) continue;
    const std::string_view s = f->text();
    // Of the system itself, of nobody.
    if (s == "0x3e7" || s == "0x3e4" || s == "0x3e5" || s == "0x0" || s == "4294967295" || s == "-" || s.empty()) continue;
    t.session = s;
    break;
  }
  return t;
}

std::span<const EntityLook::Seen> EntityLook::of(const Event& event) {
  using namespace entity_names;
  found_.clear();
  seen_.clear();
  for (const Field& f : event.fields()) {
    if (f.name >= rows_.size()) rows_.resize(std::size_t{f.name} + 1, -2);
    int& row = rows_[f.name];
    if (row == -2) {
      const auto* at = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.field == event.batch().names().text(f.name); });
      row = f.name == kOtherName || at == kRows.end() ? -1 : static_cast<int>(at - kRows.begin());
    }
    if (row < 0 || f.type == Type::Null || f.size > kMostBytes || means_nothing(f.text())) continue;
    // By row, then as they stand in the event: a few, so each is put in its place.
    auto place = found_.end();
    while (place != found_.begin() && std::prev(place)->row > row) --place;
    found_.insert(place, {row, &f});
  }
  for (const Found& x : found_) {
    const Seen s{kRows[static_cast<std::size_t>(x.row)].kind, in_object(x.field->text())};
    if (s.value.empty()) continue;
    const bool known = std::any_of(seen_.begin(), seen_.end(), [&](const Seen& o) { return o.kind == s.kind && o.value == s.value; });
    if (!known) seen_.push_back(s);
    if (seen_.size() >= kMost) break;
  }
  return seen_;
}

}  // namespace custos::engine
