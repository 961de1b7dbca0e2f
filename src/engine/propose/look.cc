#include <algorithm>

#include "base/text.h"
#include "engine/propose/sightings.h"

namespace custos::engine {
namespace looking {
namespace {

// The fields that betray something, under all the names that decoders give them.
enum Slot : int {
  kComputer,
  kEvent,
  kTargetUser,
  kTargetDomain,
  kTargetSid,
  kSubjectUser,
  kSubjectDomain,
  kSubjectSid,
  kLogonType,
  kIpAddress,
  kShare,
  kStatus,
  kUserPair,
  kSourceIp,
  kInitiated,
  kHostname,
  kProgram,
  kAction,
  kOutcome,
  kUser,
  kSrcIp,
  kDestIp,
  kDestPort,
  kOrig,
  kLocal,
  kResp,
  kRespPort,
  kAnswers,
  kState,
  kMac,
  kLeased,
  kLeaseHost,
  kEventType,
  kDnsType,
  kCloudUser,
  kCloudAddress,
  kCloudError,
  kOperation,
  kSlotCount
};
static_assert(kSlotCount <= 48);

struct Named {
  std::string_view name;
  Slot slot;
};

constexpr auto kFields = std::to_array<Named>({
    {"Computer", kComputer},
    {"Hostname", kComputer},
    {"host.name", kComputer},
    {"EventID", kEvent},
    {"TargetUserName", kTargetUser},
    {"TargetDomainName", kTargetDomain},
    {"TargetUserSid", kTargetSid},
    {"TargetSid", kTargetSid},
    {"SubjectUserName", kSubjectUser},
    {"SubjectDomainName", kSubjectDomain},
    {"SubjectUserSid", kSubjectSid},
    {"LogonType", kLogonType},
    {"IpAddress", kIpAddress},
    {"ShareName", kShare},
    {"Status", kStatus},
    {"User", kUserPair},
    {"SourceIp", kSourceIp},
    {"Initiated", kInitiated},
    {"hostname", kHostname},
    {"program", kProgram},
    {"action", kAction},
    {"outcome", kOutcome},
    {"user", kUser},
    {"src_ip", kSrcIp},
    {"dest_ip", kDestIp},
    {"dest_port", kDestPort},
    {"id.orig_h", kOrig},
    {"id_orig_h", kOrig},
    {"id_resp_h", kResp},
    {"id_resp_p", kRespPort},
    {"local_orig", kLocal},
    {"id.resp_h", kResp},
    {"id.resp_p", kRespPort},
    {"answers", kAnswers},
    {"conn_state", kState},
    {"mac", kMac},
    {"dhcp.client_mac", kMac},
    {"assigned_addr", kLeased},
    {"assigned_ip", kLeased},
    {"dhcp.assigned_ip", kLeased},
    {"host_name", kLeaseHost},
    {"dhcp.hostname", kLeaseHost},
    {"event_type", kEventType},
    {"dns.type", kDnsType},
    {"userPrincipalName", kCloudUser},
    {"UserPrincipalName", kCloudUser},
    {"properties.userPrincipalName", kCloudUser},
    {"UserId", kCloudUser},
    {"ipAddress", kCloudAddress},
    {"IPAddress", kCloudAddress},
    {"properties.ipAddress", kCloudAddress},
    {"callerIpAddress", kCloudAddress},
    {"ClientIP", kCloudAddress},
    {"ActorIpAddress", kCloudAddress},
    {"ClientIPAddress", kCloudAddress},
    {"status.errorCode", kCloudError},
    {"properties.status.errorCode", kCloudError},
    {"ResultType", kCloudError},
    {"resultType", kCloudError},
    {"Operation", kOperation},
});

enum Kind : int { kNothing, kWindowsSecurity, kWindowsOther, kWindowsDns, kSyslog, kZeek, kSuricata, kSignIn, kMicrosoft365 };

bool one_of(std::string_view s, std::initializer_list<std::string_view> list) { return std::find(list.begin(), list.end(), s) != list.end(); }

// Shares that every Windows machine or every domain controller has.
bool is_own_share(std::string_view share) {
  while (share.starts_with('\\') || share.starts_with('*')) share.remove_prefix(1);
  return !share.empty() && !share.ends_with('$') && !equals_ignore_ascii_case(share, "SYSVOL") && !equals_ignore_ascii_case(share, "NETLOGON");
}

bool succeeded(std::string_view status) { return status.empty() || status == "0x0" || status == "0" || status == "0x00000000"; }

std::string_view without_v4_prefix(std::string_view a) { return a.starts_with("::ffff:") ? a.substr(7) : a; }

}  // namespace
}  // namespace looking

// One event against everything it may betray.
class Look {
 public:
  Look(Sightings& s, const Sightings::Row& row, Micros t) : s_(s), row_(row), t_(t) {}

  void at(int kind) {
    switch (kind) {
      case looking::kWindowsSecurity: return security();
      case looking::kWindowsOther: return windows();
      case looking::kWindowsDns: return dns_server();
      case looking::kSyslog: return syslog();
      case looking::kZeek: return zeek();
      case looking::kSuricata: return suricata();
      case looking::kSignIn: return sign_in();
      case looking::kMicrosoft365: return microsoft365();
      default: return;
    }
  }

 private:
  std::string_view get(int slot) const { return row_[static_cast<std::size_t>(slot)]; }

  HostSighting* computer() {
    HostSighting* h = s_.host(get(looking::kComputer), t_);
    if (h != nullptr) h->own = h->windows = true;
    return h;
  }

  AccountSighting* account(int user, int domain, int sid) {
    AccountSighting* a = s_.account(get(user), get(domain), get(looking::kComputer), t_);
    const std::string_view text = get(sid);
    if (a != nullptr && text.starts_with("S-1-5-21-") && text.size() < 100 && (a->sid.empty() || text < a->sid)) a->sid = std::string(text);
    return a;
  }

  void security() {
    HostSighting* h = computer();
    const std::string_view id = get(looking::kEvent);
    if (id == "4624") return logon(h);
    if (looking::one_of(id, {"4768", "4769", "4771"})) return ticket(h, id);
    if (looking::one_of(id, {"5140", "5145"}) && h != nullptr && looking::is_own_share(get(looking::kShare))) {
      ++h->shares;
      h->share_clients.add(get(looking::kIpAddress), 64);
    }
    account(looking::kSubjectUser, looking::kSubjectDomain, looking::kSubjectSid);
  }

  void logon(HostSighting* h) {
    const std::string_view type = get(looking::kLogonType);
    const std::string_view from = looking::without_v4_prefix(get(looking::kIpAddress));
    s_.address(from, {}, nullptr, t_, false);
    AccountSighting* a = account(looking::kTargetUser, looking::kTargetDomain, looking::kTargetSid);
    if (a == nullptr) return;
    if (looking::one_of(type, {"2", "7", "10", "11"})) {
      ++a->interactive;
      s_.interactive(t_);
      if (h == nullptr) return;
      ++h->interactive;
      h->users.add(fold(a->domain + "\\" + a->name), 64);
    } else if (looking::one_of(type, {"4", "5"})) {
      ++a->service;
    } else {
      ++a->network;
    }
  }

  // A ticket is given by a domain controller, and its client is known by name and address.
  void ticket(HostSighting* h, std::string_view id) {
    if (h != nullptr) ++h->tickets;
    if (id == "4771" || !looking::succeeded(get(looking::kStatus))) return;
    const std::string_view user = get(looking::kTargetUser);
    const std::string_view from = looking::without_v4_prefix(get(looking::kIpAddress));
    const std::string_view name = user.substr(0, user.find('@'));
    if (!name.ends_with('$')) {
      s_.address(from, {}, nullptr, t_, false);
      account(looking::kTargetUser, looking::kTargetDomain, looking::kTargetSid);
      return;
    }
    HostSighting* client = s_.host(name.substr(0, name.size() - 1), t_);
    if (client == nullptr) return;
    client->own = client->windows = true;
    // A ticket that a machine asks of itself comes from "::1".
    s_.address(from, client->name, client, t_, false);
  }

  void windows() {
    HostSighting* h = computer();
    const std::string_view user = get(looking::kUserPair);
    if (const std::size_t slash = user.find('\\'); slash != std::string_view::npos) {
      s_.account(user.substr(slash + 1), user.substr(0, slash), get(looking::kComputer), t_);
    }
    if (h != nullptr && get(looking::kEvent) == "3" && get(looking::kInitiated) == "true") s_.address(get(looking::kSourceIp), h->name, h, t_, false);
  }

  void dns_server() {
    if (HostSighting* h = computer(); h != nullptr) ++h->dns;
  }

  void syslog() {
    HostSighting* h = s_.host(get(looking::kHostname), t_);
    if (h == nullptr) return;
    h->own = true;
    const std::string_view program = get(looking::kProgram);
    if (program == "named" || program == "dnsmasq" || program == "unbound") ++h->dns;
    if (!program.starts_with("sshd") || get(looking::kAction) != "login" || get(looking::kOutcome) != "success") return;
    ++h->ssh;
    h->ssh_sources.add(get(looking::kSrcIp), 64);
    s_.address(get(looking::kSrcIp), {}, nullptr, t_, false);
    AccountSighting* a = s_.account(get(looking::kUser), {}, {}, t_);
    if (a == nullptr) return;
    ++a->remote_shell;
    a->hosts.add(h->name, 64);
    s_.interactive(t_);
  }

  void lease() {
    const std::string_view leased = get(looking::kLeased), mac = get(looking::kMac), name = get(looking::kLeaseHost);
    if (leased.empty()) return;
    const auto normal = normal_mac(mac);
    HostSighting* h = name.empty() ? nullptr : s_.host(name, t_);
    if (h != nullptr) {
      h->own = true;
      if (normal && h->macs.size() < 8) h->macs.insert(*normal);
    }
    s_.address(leased, normal ? *normal : name, h, t_, true);
  }

  // A host that is known by its address alone, because of what it answers.
  void answers_dns(std::string_view address) {
    const auto a = parse_address(address);
    if (!a || !is_private(*a)) return;
    HostSighting* h = s_.host(text_of(*a), t_);
    if (h == nullptr) return;
    h->own = true;
    ++h->dns;
    s_.address(address, {}, h, t_, false);
  }

  void zeek() {
    lease();
    const std::string_view answers = get(looking::kAnswers);
    if (get(looking::kRespPort) == "53" && !answers.empty() && answers != "-") answers_dns(get(looking::kResp));
    s_.flow(get(looking::kOrig), get(looking::kResp), get(looking::kRespPort), t_, get(looking::kLocal) == "true");
    // A connection that was answered has two ends.
    if (looking::one_of(get(looking::kState), {"SF", "S1", "S2", "S3", "RSTO", "RSTR"})) s_.address(get(looking::kResp), {}, nullptr, t_, false);
  }

  void suricata() {
    lease();
    if (get(looking::kEventType) == "dns") {
      // An answer goes from the server; older versions turn it round like the question.
      const bool answer = looking::one_of(get(looking::kDnsType), {"answer", "response"});
      if (answer && get(looking::kDestPort) == "53") answers_dns(get(looking::kDestIp));
      if (answer && get(looking::kDestPort) != "53") answers_dns(get(looking::kSrcIp));
      return;
    }
    if (get(looking::kEventType) == "flow") s_.flow(get(looking::kSrcIp), get(looking::kDestIp), get(looking::kDestPort), t_);
  }

  void sign_in() {
    if (looking::succeeded(get(looking::kCloudError))) s_.cloud(get(looking::kCloudUser), get(looking::kCloudAddress), t_);
  }

  void microsoft365() {
    if (get(looking::kOperation) == "UserLoggedIn") s_.cloud(get(looking::kCloudUser), get(looking::kCloudAddress), t_);
  }

  Sightings& s_;
  const Sightings::Row& row_;
  Micros t_;
};

int Sightings::slot_of(const Names& names, NameId id) {
  if (id >= slots_.size()) slots_.resize(id + 1, -2);
  if (slots_[id] == -2) {
    const std::string_view name = names.text(id);
    const auto at = std::find_if(looking::kFields.begin(), looking::kFields.end(), [name](const auto& f) { return f.name == name; });
    slots_[id] = at == looking::kFields.end() ? -1 : static_cast<int>(at->slot);
  }
  return slots_[id];
}

int Sightings::kind_of(const LogSources& all, LogSourceId id) {
  while (kinds_.size() <= id) {
    const LogSource& s = all.at(static_cast<LogSourceId>(kinds_.size()));
    int kind = looking::kNothing;
    if (s.product == "windows") {
      kind = s.service == "security" ? looking::kWindowsSecurity : s.service.starts_with("dns-server") ? looking::kWindowsDns : looking::kWindowsOther;
    } else if (s.product == "linux") {
      kind = looking::kSyslog;
    } else if (s.product == "zeek") {
      kind = looking::kZeek;
    } else if (s.product == "suricata") {
      kind = looking::kSuricata;
    } else if (s.product == "azure" && s.service == "signinlogs") {
      kind = looking::kSignIn;
    } else if (s.product == "m365") {
      kind = looking::kMicrosoft365;
    }
    kinds_.push_back(kind);
  }
  return kinds_[id];
}

void Sightings::see(const Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Record& record = batch.record(i);
    const int kind = kind_of(batch.sources(), record.log_source);
    if (kind == looking::kNothing) continue;
    Row row{};
    for (const Field& f : batch.fields(i)) {
      const int slot = slot_of(batch.names(), f.name);
      if (slot >= 0 && row[static_cast<std::size_t>(slot)].empty() && f.type != Type::Null) row[static_cast<std::size_t>(slot)] = f.text();
    }
    Look(*this, row, record.time).at(kind);
  }
}

}  // namespace custos::engine
