// What Linux machines write: syslog of sshd, sudo, su, cron, systemd and accounts (auth), and auditd.
// Called by life/ and campaigns/; feeds Delivery.
// Values.
// One thread.
// Refuses nothing: other machines write nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulate/delivery.h"

namespace custos::simulate {

struct Shell {  // a login session
  Machine* on = nullptr;
  std::string user;
  std::uint32_t uid = 0, pid = 0, session = 0;
};

class Linux {
 public:
  Linux(World& world, Delivery& delivery) : world_(world), delivery_(delivery) {}

  // sshd "Accepted publickey|password", pam session opened, systemd-logind; auditd USER_LOGIN.
  Shell login(const Act& act, Machine& on, const User& who, std::string_view from, std::uint16_t port, bool key = true);
  void logout(const Act& act, const Shell& s);
  // "Failed password for [invalid user] NAME", as often as sshd would say it.
  void refused(const Act& act, Machine& on, std::string_view name, bool exists, std::string_view from, std::uint16_t port);
  // A command of the session: auditd SYSCALL, EXECVE, CWD, PATH, PROCTITLE as one event; with `root` through sudo, which auth tells of too.
  void run(const Act& act, const Shell& s, const std::vector<std::string>& words, std::string_view directory, bool root = false);
  // A job of the machine: CRON lines and the command in auditd.
  void cron(const Act& act, Machine& on, std::string_view user, std::string_view command);
  void account(const Act& act, Machine& on, std::string_view name, std::uint32_t uid);                            // useradd, auditd ADD_USER
  void message(const Act& act, Machine& on, std::string_view program, std::uint32_t pid, std::string_view text);  // any line of syslog
  void opened(const Act& act, const Shell& s, std::string_view path, std::string_view key);                       // auditd watch on a file

 private:
  World& world_;
  Delivery& delivery_;
};

}  // namespace custos::simulate
