#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {
namespace {

constexpr std::string_view kPowers =
    "SeSecurityPrivilege\n\t\t\tSeTakeOwnershipPrivilege\n\t\t\tSeLoadDriverPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege\n\t\t\t"
    "SeDebugPrivilege\n\t\t\tSeSystemEnvironmentPrivilege\n\t\t\tSeImpersonatePrivilege";

struct Way {
  std::string_view process, package;
  std::string_view path;
};

Way way(const Logon& how) {
  switch (how.type) {
    case 2:
    case 7:
    case 10:
    case 11: return {"User32", "Negotiate", "C:\\Windows\\System32\\svchost.exe"};
    case 5: return {"Advapi", "Negotiate", "C:\\Windows\\System32\\services.exe"};
    case 4: return {"Advapi", "Negotiate", "C:\\Windows\\System32\\svchost.exe"};
    default: return {how.package == "NTLM" ? "NtLmSsp" : "Kerberos", how.package, "-"};
  }
}

std::string port_text(std::uint16_t port) { return port == 0 ? "-" : fmt::format("{}", port); }

std::string v6(std::string_view address) { return address == "-" ? "::1" : "::ffff:" + std::string(address); }

}  // namespace

Session Windows::logon(const Act& act, Machine& on, const User& who, const Logon& how) {
  on.next_logon += 1 + on.rng.below(3'000);
  const Session s{&on, &who, on.next_logon, how.type};
  const bool local = how.type != 3;
  const Way w = way(how);
  const std::string id = hex(s.id), type = fmt::format("{}", how.type);
  const std::uint64_t h = hash64(id) ^ hash64(on.name);
  const std::string guid = how.package == "NTLM"
                               ? std::string(kNoGuid)
                               : fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", h >> 32, h >> 16 & 0xFFFF, h & 0xFFFF, h >> 48, h & 0xFFFFFFFFFFFF);
  const Subject subject = local ? this->subject(on, nullptr) : Subject{std::string(kNobodySid), "-", "-", "0x0"};
  // Whoever types a password at the screen, or in a remote desktop's, has it tried by a service of the machine.
  if (how.type == 2 || how.type == 7 || how.type == 10 || how.type == 11) {
    event(act, on, "Security 4648",
          {subject.sid, subject.name, subject.domain, subject.logon, kNoGuid, who.name, who.domain, kNoGuid, "localhost", "localhost", "0x4b0", w.path,
           how.from, port_text(how.port)},
          on.services.pid);
  }
  event(act, on, "Security 4624",
        {subject.sid,
         subject.name,
         subject.domain,
         subject.logon,
         who.sid,
         who.name,
         who.domain,
         id,
         type,
         w.process,
         w.package,
         how.workstation,
         guid,
         "-",
         how.package == "NTLM" ? "NTLM V2" : "-",
         how.package == "NTLM" ? "128" : "0",
         local ? "0x4b0" : "0x0",
         w.path,
         how.from,
         port_text(how.port),
         "%%1833",
         "-",
         "-",
         "-",
         "%%1843",
         "0x0",
         who.admin ? "%%1842" : "%%1843"},
        on.services.pid);
  if (who.admin) event(act, on, "Security 4672", {who.sid, who.name, who.domain, id, kPowers}, on.services.pid);
  return s;
}

Session Windows::machine_logon(const Act& act, Machine& on, const Machine& who, std::string_view from) {
  on.next_logon += 1 + on.rng.below(3'000);
  const Session s{&on, nullptr, on.next_logon, 3};
  const std::string realm = world_.parameters->domain;
  event(act, on, "Security 4624",
        {kNobodySid, "-", "-",     "0x0", who.sid,  who.account, realm,   hex(s.id), "3",  "Kerberos",
         "Kerberos", "-", kNoGuid, "-",   "-",      "0",         "0x0",   "-",       from, fmt::format("{}", 49'152 + on.rng.below(16'000)),
         "%%1833",   "-", "-",     "-",   "%%1843", "0x0",       "%%1842"},
        on.services.pid);
  return s;
}

void Windows::refused(const Act& act, Machine& on, std::string_view name, std::uint32_t sub_status, const Logon& how) {
  const Way w = way(how);
  const Subject subject = how.type != 3 ? this->subject(on, nullptr) : Subject{std::string(kNobodySid), "-", "-", "0x0"};
  event(act, on, "Security 4625",
        {subject.sid,
         subject.name,
         subject.domain,
         subject.logon,
         kNobodySid,
         name,
         world_.parameters->netbios,
         "0xc000006d",
         "%%2313",
         hex(sub_status),
         fmt::format("{}", how.type),
         w.process,
         w.package,
         how.workstation,
         "-",
         "-",
         "0",
         how.type != 3 ? "0x4b0" : "0x0",
         w.path,
         how.from,
         port_text(how.port)},
        on.services.pid);
}

void Windows::logoff(const Act& act, const Session& s) {
  const Subject who = s.user == nullptr ? Subject{std::string(kSystemSid), s.on->account, world_.parameters->netbios, hex(s.id)} : subject(*s.on, &s);
  if (s.type == 2 || s.type == 10) event(act, *s.on, "Security 4647", {who.sid, who.name, who.domain, who.logon}, s.on->services.pid);
  event(act, *s.on, "Security 4634", {who.sid, who.name, who.domain, who.logon, fmt::format("{}", s.type)}, s.on->services.pid);
}

void Windows::locked(const Act& act, const Session& s, bool unlocked) {
  const Subject who = subject(*s.on, &s);
  event(act, *s.on, unlocked ? "Security 4801" : "Security 4800", {who.sid, who.name, who.domain, who.logon, "1"}, s.on->services.pid);
}

void Windows::other_credentials(const Act& act, Machine& on, const User& as, const User& who, std::string_view target, const Process& by) {
  event(act, on, "Security 4648",
        {who.sid, who.name, who.domain, hex(by.logon), kNoGuid, as.name, as.domain, kNoGuid, target, target, hex(by.pid), by.image, "-", "-"}, on.services.pid);
}

void Windows::ticket(const Act& act, std::string_view account, std::string_view sid, std::string_view from, std::uint32_t status) {
  Machine& dc = world_.controller(account);
  const std::string port = fmt::format("{}", 49'152 + dc.rng.below(16'000));
  const std::string krbtgt = world_.domain_sid + "-502";
  if (status == 0x18) {  // wrong password
    event(act, dc, "Security 4771", {account, sid, "krbtgt/" + world_.parameters->netbios, "0x40810010", "0x18", "2", v6(from), port, "", "", ""},
          dc.services.pid);
    return;
  }
  event(act, dc, status == 0 ? "Security 4768" : "Security failed 4768",
        {account, world_.parameters->domain, status == 0 ? sid : kNobodySid, "krbtgt", krbtgt, "0x40810010", hex(status), status == 0 ? "0x12" : "0xffffffff",
         status == 0 ? "2" : "-", v6(from), port, "", "", ""},
        dc.services.pid);
}

void Windows::renewed(const Act& act, std::string_view account, std::string_view from) {
  Machine& dc = world_.controller(account);
  std::string realm = world_.parameters->domain;
  for (char& c : realm) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  event(act, dc, "Security 4770",
        {std::string(account) + "@" + realm, realm, "krbtgt", world_.domain_sid + "-502", "0x2", "0x12", v6(from),
         fmt::format("{}", 49'152 + dc.rng.below(16'000))},
        dc.services.pid);
}

void Windows::service_ticket(const Act& act, std::string_view account, const Machine& service, std::string_view from, std::uint32_t encryption,
                             std::uint32_t status) {
  Machine& dc = world_.controller(account);
  const std::uint64_t h = dc.rng.next();
  std::string realm = world_.parameters->domain;
  for (char& c : realm) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const std::string guid = fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", h >> 32, h >> 16 & 0xFFFF, h & 0xFFFF, h >> 48, h & 0xFFFFFFFFFFFF);
  event(act, dc, status == 0 ? "Security 4769" : "Security failed 4769",
        {std::string(account) + "@" + realm, realm, service.account, status == 0 ? std::string_view(service.sid) : kNobodySid, "0x40810000",
         status == 0 ? hex(encryption) : "0xffffffff", v6(from), fmt::format("{}", 49'152 + h % 16'000), hex(status),
         status == 0 ? std::string_view(guid) : kNoGuid, "-"},
        dc.services.pid);
}

void Windows::service_logon(const Act& act, Machine& on) {
  const Subject self = subject(on, nullptr);
  event(act, on, "Security 4624",
        {self.sid, self.name, self.domain, self.logon, kSystemSid, "SYSTEM", "NT AUTHORITY", "0x3e7", "5",      "Advapi",  "Negotiate", "-",       kNoGuid, "-",
         "-",      "0",       "0x2bc",     "C:\\Windows\\System32\\services.exe", "-", "-", "%%1833", "-", "-", "-", "%%1843", "0x0", "%%1842"},
        on.services.pid);
  event(act, on, "Security 4672", {kSystemSid, "SYSTEM", "NT AUTHORITY", "0x3e7", kPowers}, on.services.pid);
}

void Windows::password_changed(const Act& act, const User& who) {
  Machine& dc = world_.controller(who.name);
  event(act, dc, "Security 4723", {who.name, who.domain, who.sid, who.sid, who.name, who.domain, hex(0x40000 + dc.rng.below(1u << 28)), "-"}, dc.services.pid);
}

void Windows::ntlm(const Act& act, std::string_view account, std::string_view workstation, std::uint32_t status) {
  Machine& dc = world_.controller(account);
  event(act, dc, status == 0 ? "Security 4776" : "Security failed 4776", {"MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", account, workstation, hex(status)},
        dc.services.pid);
}

}  // namespace custos::simulate
