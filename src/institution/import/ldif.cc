#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/import/directory_values.h"
#include "institution/import/import.h"
#include "institution/import/ldif_records.h"

namespace custos::institution {
namespace ldif_import {
namespace {

constexpr auto kWanted = std::to_array<std::string_view>({"objectclass",
                                                          "samaccountname",
                                                          "userprincipalname",
                                                          "objectsid",
                                                          "displayname",
                                                          "cn",
                                                          "name",
                                                          "givenname",
                                                          "sn",
                                                          "department",
                                                          "ou",
                                                          "title",
                                                          "employeetype",
                                                          "manager",
                                                          "mail",
                                                          "memberof",
                                                          "useraccountcontrol",
                                                          "accountexpires",
                                                          "whencreated",
                                                          "createtimestamp",
                                                          "pwdlastset",
                                                          "pwdchangedtime",
                                                          "pwdaccountlockedtime",
                                                          "primarygroupid",
                                                          "admincount",
                                                          "employeeid",
                                                          "employeenumber",
                                                          "dnshostname",
                                                          "operatingsystem",
                                                          "operatingsystemversion",
                                                          "serviceprincipalname",
                                                          "uid",
                                                          "uidnumber",
                                                          "loginshell",
                                                          "netbiosname",
                                                          "ncname",
                                                          "iphostnumber",
                                                          "macaddress"});

// userAccountControl: [MS-ADTS] 2.2.16.
constexpr std::uint32_t kDisabled = 0x2, kWorkstationTrust = 0x1000, kServerTrust = 0x2000, kPartialSecrets = 0x4000000;

std::string text(std::string_view value) { return to_valid_utf8(trim(value)); }

std::uint32_t control(const LdifRecord& r) {
  std::uint64_t n = 0;
  for (const char c : r.one("useraccountcontrol")) {
    if (c < '0' || c > '9' || n > 0xFFFFFFFF) return 0;
    n = n * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return static_cast<std::uint32_t>(n);
}

// Groups whose members administer the directory, by the English names and by the mark that the directory itself puts on them.
bool is_admin(const LdifRecord& r) {
  constexpr auto kGroups = std::to_array<std::string_view>({"Domain Admins", "Enterprise Admins", "Schema Admins", "Administrators", "Account Operators",
                                                            "Server Operators", "Backup Operators", "DnsAdmins", "Group Policy Creator Owners"});
  if (r.one("admincount") == "1" || r.one("primarygroupid") == "512") return true;
  for (const std::string& g : r.all("memberof")) {
    const auto dn = parse_dn(g);
    if (!dn) continue;
    if (std::any_of(kGroups.begin(), kGroups.end(), [&](std::string_view name) { return equals_ignore_ascii_case(dn->front().value, name); })) return true;
  }
  return false;
}

class Import {
 public:
  Import(const std::string& file, const ImportLimits& limits) : file_(file), limits_(limits) { out_.remarks = Remarks(file); }

  Imported run(std::string_view bytes) {
    const std::string all = import_text(bytes);
    LdifReader reader(all, out_.remarks, limits_, [](std::string_view a) { return std::find(kWanted.begin(), kWanted.end(), a) != kWanted.end(); });
    LdifRecord r;
    while (reader.next(r)) {
      ++out_.entries;
      if (out_.people.size() + out_.accounts.size() + out_.hosts.size() >= limits_.entries) {
        out_.remarks.error(r.line, fmt::format("more than {} people, accounts and hosts; the rest was not read", limits_.entries));
        break;
      }
      record(r);
    }
    finish();
    return std::move(out_);
  }

 private:
  void record(const LdifRecord& r) {
    const auto dn = parse_dn(r.dn);
    if (dn && domain_.empty()) domain_ = dn_domain(*dn);
    if (!r.one("netbiosname").empty() && r.has("objectclass", "crossRef")) {
      netbios_.emplace(name_key(dn_domain(parse_dn(r.one("ncname")).value_or(std::vector<DnPart>{}))), text(r.one("netbiosname")));
    }
    const bool managed = r.has("objectclass", "msDS-GroupManagedServiceAccount") || r.has("objectclass", "msDS-ManagedServiceAccount");
    const bool machine = r.has("objectclass", "computer") || r.has("objectclass", "device") || r.has("objectclass", "ipHost");
    if (machine && !managed) return host(r);
    const bool logs_in = managed || r.has("objectclass", "user") || r.has("objectclass", "inetOrgPerson") || r.has("objectclass", "posixAccount") ||
                         r.has("objectclass", "person") || r.has("objectclass", "account");
    if (!logs_in || r.has("objectclass", "contact")) {
      ++out_.passed_over;
      return;
    }
    account(r, managed, dn ? dn_domain(*dn) : std::string());
  }

  std::string reason(const LdifRecord& r) const { return fmt::format("{}, line {}", file_, r.line); }

  Micros when(const LdifRecord& r, std::string_view attribute) {
    const std::string_view value = r.one(attribute);
    if (value.empty()) return kNoTime;
    const auto t = directory_time(value);
    if (!t) out_.remarks.warning(r.line, fmt::format("'{}' is no time: '{}'", attribute, printable(value, 60)));
    return t.value_or(kNoTime);
  }

  void host(const LdifRecord& r) {
    Host h;
    const std::string full = text(r.one("dnshostname"));
    std::string name = text(r.one("samaccountname").empty() ? r.one("cn") : r.one("samaccountname"));
    if (name.ends_with('$')) name.pop_back();
    h.name = full.empty() ? name : full.substr(0, full.find('.'));
    if (const std::size_t dot = full.find('.'); dot != std::string::npos) h.domain = full.substr(dot + 1);
    if (h.name.empty()) {
      out_.remarks.warning(r.line, "a computer without a name was passed over");
      return;
    }
    if (!name.empty() && name_key(name) != name_key(h.name)) h.aliases.push_back(name);
    h.os = text(std::string(r.one("operatingsystem")) + " " + std::string(r.one("operatingsystemversion")));
    const std::uint32_t uac = control(r);
    if ((uac & (kServerTrust | kPartialSecrets)) != 0) h.roles.emplace_back("domain-controller");
    for (std::string& role : roles_of_services(r.all("serviceprincipalname"))) {
      if (std::find(h.roles.begin(), h.roles.end(), role) == h.roles.end()) h.roles.push_back(std::move(role));
    }
    if (h.roles.empty() && h.os.find("Server") != std::string::npos) h.roles.emplace_back("server");
    if (h.roles.empty() && (uac & kWorkstationTrust) != 0 && h.os.starts_with("Windows")) h.roles.emplace_back("workstation");
    for (const std::string& a : r.all("iphostnumber")) h.addresses.push_back(text(a));
    for (const std::string& m : r.all("macaddress")) h.macs.push_back(text(m));
    h.in_use.from = when(r, r.one("whencreated").empty() ? "createtimestamp" : "whencreated");
    out_.hosts.push_back({std::move(h), file_, r.line, reason(r)});
  }

  void account(const LdifRecord& r, bool managed, const std::string& dns_domain) {
    Account a;
    const bool active_directory = !r.one("samaccountname").empty();
    a.name = text(active_directory ? r.one("samaccountname") : r.one("uid"));
    a.upn = text(r.one("userprincipalname"));
    if (a.name.empty()) a.name = a.upn.substr(0, a.upn.find('@'));
    if (a.name.empty()) {
      ++out_.passed_over;
      return;
    }
    if (active_directory) a.domain = dns_domain;  // made the NetBIOS name in finish()
    a.display_name = text(r.one("displayname"));
    if (const std::string_view sid = r.one("objectsid"); !sid.empty()) {
      if (auto s = sid_text(sid)) {
        a.sid = std::move(*s);
      } else {
        out_.remarks.warning(r.line, fmt::format("the objectSid of '{}' is none", printable(a.name, 60)));
      }
    }
    a.disabled = (control(r) & kDisabled) != 0 || r.one("pwdaccountlockedtime") == "000001010000Z";  // locked for good
    a.in_use.from = when(r, r.one("whencreated").empty() ? "createtimestamp" : "whencreated");
    a.in_use.until = when(r, "accountexpires");
    if (a.in_use.from != kNoTime && a.in_use.until != kNoTime && a.in_use.until <= a.in_use.from) {
      out_.remarks.warning(r.line, fmt::format("'{}' expired before it was made; the expiry was left out", printable(a.name, 60)));
      a.in_use.until = kNoTime;
    }
    a.password_set = when(r, r.one("pwdlastset").empty() ? "pwdchangedtime" : "pwdlastset");
    const std::string_view shell = r.one("loginshell");
    const bool no_shell = shell.ends_with("/nologin") || shell.ends_with("/false");
    const bool service = managed || !r.all("serviceprincipalname").empty() || (no_shell && !active_directory);
    a.kind = service ? "service" : is_admin(r) ? "admin" : "person";
    const bool somebody = !service && (!r.one("mail").empty() || !r.one("sn").empty() || !r.one("givenname").empty() || !r.one("employeeid").empty() ||
                                       !r.one("employeenumber").empty());
    if (somebody) return person(r, std::move(a));
    if (a.kind == "person") a.kind = "shared";
    out_.accounts.push_back({std::move(a), file_, r.line, reason(r)});
  }

  void person(const LdifRecord& r, Account a) {
    Person p;
    p.id = text(r.one("employeeid").empty() ? r.one("employeenumber") : r.one("employeeid"));
    if (p.id.empty()) p.id = a.name;
    p.name = a.display_name.empty() ? text(r.one("cn")) : a.display_name;
    p.mail = text(r.one("mail"));
    p.unit = text(r.one("department").empty() ? r.one("ou") : r.one("department"));
    p.role = text(r.one("title").empty() ? r.one("employeetype") : r.one("title"));
    p.manager = text(r.one("manager"));
    by_dn_.emplace(dn_key(r.dn), p.id);
    p.accounts.push_back(std::move(a));
    out_.people.push_back({std::move(p), file_, r.line, reason(r)});
  }

  // What needs the whole file: managers are distinguished names, and the NetBIOS name of a domain may stand behind its accounts.
  void finish() {
    out_.domain = domain_;
    for (auto& [p, file, line, reason] : out_.people) {
      if (p.manager.empty()) continue;
      const auto at = by_dn_.find(dn_key(p.manager));
      if (at == by_dn_.end())
        out_.remarks.warning(line, fmt::format("the manager of '{}' is not in this file: {}", printable(p.id, 60), printable(p.manager, 120)));
      p.manager = at == by_dn_.end() || at->second == p.id ? std::string() : at->second;
      for (Account& a : p.accounts) a.domain = netbios(a.domain);
    }
    for (auto& found : out_.people) {
      for (Account& a : found.value.accounts) a.domain = netbios(a.domain);
    }
    for (auto& found : out_.accounts) found.value.domain = netbios(found.value.domain);
    if (used_netbios_) out_.netbios = netbios(domain_);
  }

  std::string netbios(const std::string& dns) {
    // A NetBIOS name has no dot, so a name that is one already stays.
    if (dns.empty() || dns.find('.') == std::string::npos) return dns;
    const auto at = netbios_.find(name_key(dns));
    if (at == netbios_.end()) {
      // Most domains are called by their first label; Windows cuts it at 15 characters.
      std::size_t size = std::min<std::size_t>(dns.find('.'), 15);
      while (size > 0 && (static_cast<unsigned char>(dns[size]) & 0xC0) == 0x80) --size;
      std::string name = dns.substr(0, size);
      std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      out_.remarks.warning(0, fmt::format("the NetBIOS name of {} is not in this file and was taken to be {}; correct it if accounts are written otherwise",
                                          printable(dns, 80), printable(name, 20)));
      netbios_.emplace(name_key(dns), std::move(name));
    }
    used_netbios_ = true;
    return netbios_.at(name_key(dns));
  }

  std::string file_;
  const ImportLimits& limits_;
  Imported out_;
  std::string domain_;
  bool used_netbios_ = false;
  std::map<std::string, std::string> netbios_;          // by domain
  std::unordered_map<std::string, std::string> by_dn_;  // to the person's id
};

}  // namespace
}  // namespace ldif_import

Imported read_ldif(std::string_view bytes, const std::string& file, const ImportLimits& limits) { return ldif_import::Import(file, limits).run(bytes); }

}  // namespace custos::institution
