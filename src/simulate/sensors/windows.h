// What Windows machines write about what happens on them: Security, Sysmon, PowerShell, System and TaskScheduler events.
// Called by life/ and campaigns/; feeds Delivery.
// Sessions and processes it hands out are values of the caller's.
// One thread.
// Refuses nothing: machines that are not Windows write nothing. Field values follow what real machines write (windows_kinds.h names the sources).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/delivery.h"

namespace custos::simulate {

struct Session {
  Machine* on = nullptr;
  const User* user = nullptr;
  std::uint64_t id = 0x3e7;
  int type = 5;  // Windows' logon type: 2 interactive, 3 network, 5 service, 7 unlock, 10 remote interactive, 11 cached
};

struct Logon {
  int type = 3;
  std::string_view from = "-";  // address
  std::uint16_t port = 0;
  std::string_view workstation = "-";
  std::string_view package = "Kerberos";  // or NTLM, Negotiate
};

struct Launch {
  std::string_view image, command, company = "Microsoft Corporation", description = "-";
  std::string_view integrity = "Medium";  // or High, System
};

class Windows {
 public:
  Windows(World& world, Delivery& delivery);

  // Logons: sensors/windows_logons.cc
  Session logon(const Act& act, Machine& on, const User& who, const Logon& how);                                 // 4624, for administrators 4672
  Session machine_logon(const Act& act, Machine& on, const Machine& who, std::string_view from);                 // a computer account over the network
  void refused(const Act& act, Machine& on, std::string_view name, std::uint32_t sub_status, const Logon& how);  // 4625
  void logoff(const Act& act, const Session& s);                                                                 // 4634, at the keyboard 4647
  void locked(const Act& act, const Session& s, bool unlocked);                                                  // 4800, 4801
  void other_credentials(const Act& act, Machine& on, const User& as, const User& who, std::string_view target, const Process& by);  // 4648
  void ticket(const Act& act, std::string_view account, std::string_view sid, std::string_view from, std::uint32_t status = 0);      // 4768 (4771) at a DC
  void renewed(const Act& act, std::string_view account, std::string_view from);                                                     // 4770
  void service_ticket(const Act& act, std::string_view account, const Machine& service, std::string_view from, std::uint32_t encryption = 0x12,
                      std::uint32_t status = 0);                               // 4769
  void service_logon(const Act& act, Machine& on);                             // a service starts as the machine: 4624 type 5, 4672
  void password_changed(const Act& act, const User& who);                      // by themselves: 4723 at a DC
  void ntlm(const Act& act, std::string_view account, std::string_view workstation, std::uint32_t status);  // 4776 at a DC

  // Processes: sensors/windows_processes.cc. `session` nullptr: the machine itself (SYSTEM).
  Process start(const Act& act, Machine& on, const Session* session, const Process& parent, const Launch& what);                     // 4688, Sysmon 1
  void end(const Act& act, Machine& on, const Process& p);                                                                           // 4689, Sysmon 5
  void opened(const Act& act, Machine& on, const Process& by, const Process& target, std::uint32_t access, std::string_view trace);  // Sysmon 10
  void loaded(const Act& act, Machine& on, const Process& by, std::string_view module, std::string_view company, bool is_signed);    // Sysmon 7
  void thread(const Act& act, Machine& on, const Process& by, const Process& target);                                                // Sysmon 8
  void script(const Act& act, Machine& on, const Process& by, std::string_view text);                                                // PowerShell 4104
  void connected(const Act& act, Machine& on, const Process& by, std::string_view to, std::uint16_t to_port, std::string_view name,
                 std::uint16_t from_port);                                                                      // Sysmon 3
  void asked(const Act& act, Machine& on, const Process& by, std::string_view name, std::string_view answers);  // Sysmon 22
  // The same as Windows' resolver words it: 0, 9003 no such name, 9501 nothing of that type, 9002 the server failed, 1460 no answer came.
  void asked(const Act& act, Machine& on, const Process& by, std::string_view name, int status, std::string_view results);
  Process system_process(Machine& on, std::string_view image);                                                  // one that was there before, "lsass.exe"

  // Files, shares, registry: sensors/windows_files.cc
  void file(const Act& act, Machine& on, const Process& by, std::string_view path);                                 // Sysmon 11
  void downloaded(const Act& act, Machine& on, const Process& by, std::string_view path, std::string_view url);     // Sysmon 11, 15
  void removed(const Act& act, Machine& on, const Process& by, std::string_view path);                              // Sysmon 23
  void registry(const Act& act, Machine& on, const Process& by, std::string_view key, std::string_view value);      // Sysmon 13
  void pipe(const Act& act, Machine& on, const Process& by, std::string_view name, bool created);                   // Sysmon 17, 18
  void share(const Act& act, const Session& s, std::string_view from, std::uint16_t port, std::string_view share);  // 5140
  enum class Access : std::uint8_t { Read, Write, Delete, List };
  void shared_file(const Act& act, const Session& s, std::string_view from, std::uint16_t port, std::string_view share, std::string_view path,
                   Access how);  // 5145

  // System, tasks, accounts: sensors/windows_system.cc
  void service(const Act& act, Machine& on, const Session* session, std::string_view name, std::string_view image);                // 7045, 4697
  void service_state(const Act& act, Machine& on, std::string_view name, std::string_view state);                                  // 7036
  void task(const Act& act, Machine& on, const Session* session, std::string_view name, std::string_view command);                 // 4698, TaskScheduler 106
  void task_ran(const Act& act, Machine& on, std::string_view name, std::string_view image);                                       // TaskScheduler 200, 201
  void cleared(const Act& act, Machine& on, const Session& s, bool security);                                                      // 1102 or 104
  void audit_policy(const Act& act, Machine& on, const Session* session, std::string_view subcategory, std::string_view changes);  // 4719
  enum class AccountChange : std::uint8_t { Created, Enabled, PasswordReset, Disabled, Locked, Unlocked };
  void account(const Act& act, Machine& dc, const Session& by, const User& who, AccountChange what);                 // 4720, 4722, 4724, 4725, 4740, 4767
  void member(const Act& act, Machine& on, const Session& by, const User& who, std::string_view group, bool added);  // 4728/4729, local groups 4732/4733
  void replicated(const Act& act, Machine& dc, const User& by, std::uint64_t logon);                                 // 4662 with the rights of replication
  void started(const Act& act, Machine& on, bool stopping);                                                          // 6005/12, 6006/13

  // An event that nobody caused in person: each field takes one of its choices, what stands in ${...} filled in. sensors/windows_noise.cc
  // `by`: the program that it is about, where it is about one.
  void noise(const Act& act, Machine& on, const Noise& what, const WindowsKind& kind, const User* there, const Process* by = nullptr);

  // One event of any kind; values in the order of its fields, "" where a field is empty.
  void event(const Act& act, Machine& on, std::string_view kind, std::initializer_list<std::string_view> values, std::uint32_t process = 4,
             std::string_view user_sid = {});
  void event(const Act& act, Machine& on, const WindowsKind& kind, std::string&& packed, std::uint32_t process, std::string_view user_sid = {});

 private:
  struct Follows {
    const Noise* what;
    const WindowsKind* kind;
    double rate;
  };
  void follow(const Act& act, Machine& on, const Process& by, const std::vector<Follows>& with);
  struct Subject;  // the four fields that say who did it
  Subject subject(const Machine& on, const Session* s) const;
  std::string utc(const Machine& on, Micros t) const;  // as Sysmon writes it
  std::string user_of(const Process& p) const;

  World& world_;
  Delivery& delivery_;
  std::vector<Follows> starts_, connections_;  // what a policy that logs more writes with each of them
};

}  // namespace custos::simulate
