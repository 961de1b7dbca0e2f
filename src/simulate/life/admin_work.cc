#include <fmt/format.h>

#include "simulate/life/work.h"

namespace custos::simulate {
namespace {

struct Spoken {
  const char *text, *image;  // what is typed; the program that starts, if one does
};

// What administrators type on an ordinary day: many of these lines look like an intruder's.
constexpr Spoken kShell[] = {
    {"ipconfig /all", "C:\\Windows\\System32\\ipconfig.exe"},
    {"ping -n 4 app-01", "C:\\Windows\\System32\\PING.EXE"},
    {"nslookup files-01", "C:\\Windows\\System32\\nslookup.exe"},
    {"tracert 10.20.1.1", "C:\\Windows\\System32\\TRACERT.EXE"},
    {"whoami /groups", "C:\\Windows\\System32\\whoami.exe"},
    {"net user /domain", "C:\\Windows\\System32\\net.exe"},
    {"systeminfo", "C:\\Windows\\System32\\systeminfo.exe"},
    {"gpresult /r", "C:\\Windows\\System32\\gpresult.exe"},
    {"klist", "C:\\Windows\\System32\\klist.exe"},
    {"netstat -ano", "C:\\Windows\\System32\\NETSTAT.EXE"},
};
constexpr const char* kScripts[] = {
    "Get-ADUser -Filter {Enabled -eq $true} -Properties LastLogonDate | Sort-Object LastLogonDate | Select-Object -First 20",
    "Get-Service -ComputerName app-01 | Where-Object Status -ne 'Running'",
    "Get-EventLog -LogName System -EntryType Error -Newest 50",
    "Get-ADComputer -Filter * -Properties OperatingSystem | Group-Object OperatingSystem",
    "Get-ChildItem D:\\ -Recurse | Measure-Object -Property Length -Sum",
    "Restart-Service -Name Spooler",
    "Test-NetConnection files-01 -Port 445",
    "Import-Module ActiveDirectory; Get-ADGroupMember 'Domain Admins'",
    "Invoke-Command -ComputerName app-01 -ScriptBlock { Get-Process | Sort-Object CPU -Descending | Select-Object -First 10 }",
    "Get-HotFix | Sort-Object InstalledOn | Select-Object -Last 5",
};
constexpr const char* kLinux[][3] = {
    {"apt-get", "update", nullptr},    {"systemctl", "status", "nginx"}, {"tail", "/var/log/syslog", nullptr},     {"df", "-h", nullptr},
    {"journalctl", "-u", "ssh"},       {"ls", "-la", "/var/www"},        {"vi", "/etc/nginx/nginx.conf", nullptr}, {"ss", "-tlnp", nullptr},
    {"systemctl", "restart", "nginx"}, {"apt-get", "upgrade", "-y"},     {"cat", "/etc/hosts", nullptr},           {"id", nullptr, nullptr},
};

}  // namespace

void shell(Scene& scene, const Act& act, Desk& d, const Programs& programs) {
  Rng& rng = d.who.rng;
  const Program* cmd = programs.find("terminal");
  if (cmd == nullptr) return;
  const Process p = programs.run(scene, act, d.machine, &d.session, *cmd);
  Micros later = 3 * kSecond;
  for (unsigned n = 1 + rng.poisson(2); n > 0; --n, later += static_cast<Micros>(rng.exponential(25 * kSecond))) {
    const Spoken& s = kShell[rng.below(std::size(kShell))];
    const Process child = scene.windows.start(act.then(later), d.machine, &d.session, p, {.image = s.image, .command = s.text});
    scene.windows.end(act.then(later + static_cast<Micros>(rng.exponential(2 * kSecond))), d.machine, child);
  }
}

void admin_shell(Scene& scene, const Act& act, Desk& d, const Programs& programs) {
  Rng& rng = d.who.rng;
  const Program* powershell = programs.find("powershell");
  if (powershell == nullptr || d.who.admin == nullptr) return shell(scene, act, d, programs);
  // Started with the administrator's account beside one's own: "run as".
  scene.windows.other_credentials(act, d.machine, *d.who.admin, *d.who.user, "localhost", d.machine.explorer);
  scene.windows.ticket(act.then(4'000), d.who.admin->name, d.who.admin->sid, d.machine.address);
  const Session elevated = scene.windows.logon(act.then(20'000), d.machine, *d.who.admin, {.type = 2, .from = "::1", .package = "Negotiate"});
  const Process p = programs.run(scene, act.then(60'000), d.machine, &elevated, *powershell);
  Micros later = 4 * kSecond;
  for (unsigned n = 1 + rng.poisson(3); n > 0; --n, later += static_cast<Micros>(rng.exponential(60 * kSecond))) {
    const std::string_view text = kScripts[rng.below(std::size(kScripts))];
    scene.windows.script(act.then(later), d.machine, p, text);
    if (text.find("-ComputerName") == std::string_view::npos && text.find("-AD") == std::string_view::npos) continue;
    // Remoting and directory questions show at the other end too.
    Machine& there = text.find("-AD") != std::string_view::npos ? scene.world.first(Kind::DomainController) : scene.world.first(Kind::AppServer);
    scene.windows.service_ticket(act.then(later + 5'000), d.who.admin->name, there, d.machine.address);
    const Session s = scene.windows.logon(act.then(later + 40'000), there, *d.who.admin, {.type = 3, .from = d.machine.address, .port = d.machine.next_port()});
    scene.network.internal(act.then(later), d.machine, there, there.kind == Kind::DomainController ? 9'389 : 5'985, "", 9'000 + rng.below(9'000),
                           40'000 + rng.below(90'000), 20 * kSecond, &p);
    if (there.kind == Kind::AppServer) {
      const Process host = scene.windows.start(
          act.then(later + 300'000), there, &s, there.svchost,
          {.image = "C:\\Windows\\System32\\wsmprovhost.exe", .command = "C:\\Windows\\system32\\wsmprovhost.exe -Embedding", .integrity = "High"});
      scene.windows.script(act.then(later + kSecond), there, host, text);
      scene.windows.end(act.then(later + 15 * kSecond), there, host);
    }
    scene.windows.logoff(act.then(later + 18 * kSecond), s);
  }
  scene.windows.logoff(act.then(later + 60 * kSecond), elevated);
}

void remote_desktop(Scene& scene, const Act& act, Desk& d, const Programs& programs) {
  Rng& rng = d.who.rng;
  if (d.who.admin == nullptr) return;
  const auto lasts = static_cast<Micros>(rng.draw({900, 0.9}) * kSecond);
  if (rng.chance(0.5)) {
    constexpr Kind kThere[] = {Kind::AppServer, Kind::FileServer, Kind::Backup, Kind::DomainController};
    Machine& there = scene.world.first(kThere[rng.below(std::size(kThere))]);
    if (const Program* p = programs.find("mstsc")) programs.run(scene, act, d.machine, &d.session, *p, nullptr, {}, there.name);
    scene.windows.ticket(act.then(5 * kSecond), d.who.admin->name, d.who.admin->sid, d.machine.address);
    scene.windows.service_ticket(act.then(5'100'000), d.who.admin->name, there, d.machine.address);
    scene.network.internal(act.then(3 * kSecond), d.machine, there, 3'389, "rdp", 300'000 + rng.below(900'000), 5'000'000 + rng.below(20'000'000), lasts);
    const Session s = scene.windows.logon(act.then(6 * kSecond), there, *d.who.admin,
                                          {.type = 10, .from = d.machine.address, .port = d.machine.next_port(), .package = "Negotiate"});
    const Process mmc = scene.windows.start(act.then(40 * kSecond), there, &s, there.explorer,
                                            {.image = "C:\\Windows\\System32\\mmc.exe",
                                             .command = "\"C:\\Windows\\system32\\mmc.exe\" \"C:\\Windows\\system32\\services.msc\"",
                                             .description = "Microsoft Management Console",
                                             .integrity = "High"});
    scene.windows.end(act.then(lasts - kSecond), there, mmc);
    scene.windows.logoff(act.then(lasts), s);
    return;
  }
  constexpr Kind kThere[] = {Kind::Bastion, Kind::Web, Kind::Resolver, Kind::Proxy, Kind::Database};
  Machine& there = scene.world.first(kThere[rng.below(std::size(kThere))]);
  if (const Program* p = programs.find("ssh")) programs.run(scene, act, d.machine, &d.session, *p, nullptr, {}, there.name);
  const std::uint16_t port = d.machine.next_port();
  scene.network.internal(act, d.machine, there, 22, "ssh", 20'000 + rng.below(90'000), 40'000 + rng.below(900'000), lasts);
  const Shell s = scene.linux_.login(act.then(700'000), there, *d.who.user, d.machine.address, port);
  Micros later = 5 * kSecond;
  for (unsigned n = 2 + rng.poisson(5); n > 0 && later < lasts; --n, later += static_cast<Micros>(rng.exponential(30 * kSecond))) {
    const auto& words = kLinux[rng.below(std::size(kLinux))];
    std::vector<std::string> command;
    for (const char* word : words) {
      if (word != nullptr) command.emplace_back(word);
    }
    scene.linux_.run(act.then(later), s, command, "/home/" + s.user, rng.chance(0.35));
  }
  scene.linux_.logout(act.then(lasts), s);
}

void cloud_console(Scene& scene, const Act& act, Desk& d) {
  Rng& rng = d.who.rng;
  const std::string_view from = seen_from(scene, d);
  constexpr std::string_view kCalls[][2] = {
      {"ec2.amazonaws.com", "DescribeInstances"}, {"s3.amazonaws.com", "ListBuckets"},           {"iam.amazonaws.com", "ListUsers"},
      {"ec2.amazonaws.com", "DescribeVolumes"},   {"cloudwatch.amazonaws.com", "GetMetricData"}, {"rds.amazonaws.com", "DescribeDBInstances"},
      {"s3.amazonaws.com", "GetBucketPolicy"},    {"iam.amazonaws.com", "GetAccountSummary"}};
  Micros later = 0;
  for (unsigned n = 2 + rng.poisson(4); n > 0; --n, later += static_cast<Micros>(rng.exponential(20 * kSecond))) {
    const auto& [source, name] = kCalls[rng.below(std::size(kCalls))];
    scene.cloud.call(act.then(later), d.who.user, {.source = source, .name = name, .from = from, .agent = "AWS Internal"});
  }
  if (rng.chance(0.1))
    scene.cloud.directory(act.then(later), *d.who.user, "Update user.", from, scene.world.people[rng.below(scene.world.people.size())].user->upn);
}

}  // namespace custos::simulate
