#include "engine/attribution/entities.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace custos::engine {
namespace entity_names {

struct Row {
  std::string_view field, kind;
  std::string_view domain = {}, sid = {};  // fields beside it that tell which account of that name
};

// Field names as the decoders give them, most telling first within a kind.
constexpr std::array kRows = std::to_array<Row>({
    {"Computer", "host"}, {"Hostname", "host"}, {"hostname", "host"}, {"host.name", "host"}, {"agent.hostname", "host"},
    {"WorkstationName", "host"}, {"SourceHostname", "host"}, {"DestinationHostname", "host"},
    {"TargetUserName", "user", "TargetDomainName", "TargetUserSid"},
    {"SubjectUserName", "user", "SubjectDomainName", "SubjectUserSid"}, {"User", "user"}, {"SourceUser", "user"}, {"user", "user"},
    {"userIdentity.userName", "user"}, {"userIdentity.arn", "user"}, {"userPrincipalName", "user"}, {"UserPrincipalName", "user"},
    {"UserId", "user"}, {"actor", "user"}, {"actor.alternateId", "user"}, {"acct", "user"}, {"auid", "user"}, {"user.name", "user"},
    {"user.username", "user"}, {"initiatedBy.user.userPrincipalName", "user"}, {"properties.userPrincipalName", "user"},
    {"protoPayload.authenticationInfo.principalEmail", "user"}, {"cs-username", "user"},
    {"Image", "process"}, {"NewProcessName", "process"}, {"ParentImage", "process"}, {"SourceImage", "process"},
    {"TargetImage", "process"}, {"ProcessName", "process"}, {"Application", "process"}, {"exe", "process"}, {"process.executable", "process"},
    {"SourceIp", "address"}, {"DestinationIp", "address"}, {"IpAddress", "address"}, {"SourceAddress", "address"},
    {"DestAddress", "address"}, {"id.orig_h", "address"}, {"id.resp_h", "address"}, {"src_ip", "address"}, {"dest_ip", "address"},
    {"sourceIPAddress", "address"}, {"ClientIP", "address"}, {"ClientIPAddress", "address"}, {"ipAddress", "address"},
    {"callerIpAddress", "address"}, {"c-ip", "address"}, {"client.ipAddress", "address"}, {"source.ip", "address"},
    {"destination.ip", "address"}, {"properties.ipAddress", "address"}, {"actor_ip", "address"}, {"sourceIPs", "address"},
    {"protoPayload.requestMetadata.callerIp", "address"},
    {"TargetFilename", "file"}, {"ImageLoaded", "file"}, {"ObjectName", "file"}, {"RelativeTargetName", "file"}, {"name", "file"},
    {"file.path", "file"}, {"ObjectId", "file"}, {"cs-uri-stem", "file"},
    {"QueryName", "domain"}, {"query", "domain"}, {"server_name", "domain"}, {"host", "domain"}, {"cs-host", "domain"},
    {"dns.rrname", "domain"}, {"dns.question.name", "domain"}, {"tls.sni", "domain"}, {"http.hostname", "domain"}, {"DestinationName", "domain"},
});

constexpr std::size_t kMost = 24;
constexpr std::size_t kMostBytes = 512;

bool means_nothing(std::string_view v) {
  return v.empty() || v == "-" || v == "N/A" || v == "(null)" || v == "unset" || v == "4294967295" || v == "::" || v == "0.0.0.0" ||
         equals_ignore_ascii_case(v, "LOCAL");
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

std::vector<Entity> entities_of(const Event& event) {
  using namespace entity_names;
  std::vector<Entity> out;
  for (const Row& row : kRows) {
    const NameId id = event.batch().names().find(row.field);
    if (id == kOtherName) continue;
    for (const Field& f : event.fields()) {
      if (f.name != id || f.type == Type::Null || means_nothing(f.text()) || f.size > kMostBytes) continue;
      Entity e{std::string(row.kind), std::string(f.text())};
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
    const Seen s{kRows[static_cast<std::size_t>(x.row)].kind, x.field->text()};
    const bool known = std::any_of(seen_.begin(), seen_.end(), [&](const Seen& o) { return o.kind == s.kind && o.value == s.value; });
    if (!known) seen_.push_back(s);
    if (seen_.size() >= kMost) break;
  }
  return seen_;
}

}  // namespace custos::engine
