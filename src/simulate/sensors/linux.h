// What Linux machines write: syslog of sshd, sudo, su, cron, systemd and accounts (auth), and auditd.
// Called by life/ and campaigns/; feeds Delivery.
// Values.
// One thread.
// Refuses nothing: machines that are not Linux (Windows, printers) write nothing. An audit event is one record of several lines.
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
  std::string from;  // address
  std::uint16_t port = 0;
};

class Linux {
 public:
  Linux(World& world, Delivery& delivery) : world_(world), delivery_(delivery) {}

  // sshd "Accepted publickey|password", pam session opened, systemd-logind; auditd USER_LOGIN.
  Shell login(const Act& act, Machine& on, const User& who, std::string_view from, std::uint16_t port, bool key = true);
  void logout(const Act& act, const Shell& s);
  // One connection that tried one password: "Failed password for [invalid user] NAME" with what PAM and sshd say around it.
  void refused(const Act& act, Machine& on, std::string_view name, bool exists, std::string_view from, std::uint16_t port);
  // A command of the session: auditd SYSCALL, EXECVE, CWD, PATH, PROCTITLE as one event; with `root` through sudo, which auth tells of too.
  void run(const Act& act, const Shell& s, const std::vector<std::string>& words, std::string_view directory, bool root = false);
  // A job of the machine: CRON lines and the command in auditd.
  void cron(const Act& act, Machine& on, std::string_view user, std::string_view command);
  void account(const Act& act, Machine& on, std::string_view name, std::uint32_t uid);                            // useradd, auditd ADD_USER
  void message(const Act& act, Machine& on, std::string_view program, std::uint32_t pid, std::string_view text);  // any line of syslog
  void opened(const Act& act, const Shell& s, std::string_view path, std::string_view key);                       // auditd watch on a file

 private:
  struct Run;   // a program that starts
  struct Says;  // what a daemon tells the audit system

  void line(const Act& act, Machine& on, std::string_view program, std::uint32_t pid, std::string_view text);
  void executed(const Act& act, Machine& on, const Run& run);
  void told(const Act& act, Machine& on, std::string_view type, const Says& says);
  void entered(const Act& act, Machine& on, std::uint32_t pid, std::uint32_t uid, std::uint32_t session);
  void audit(const Act& act, Machine& on, std::string&& body);
  std::string mark(const Machine& on, Micros at);  // "msg=audit(1794218063.448:4000):"; the serial is given when the machine writes it
  void put(Stream s, const Act& act, const Machine& on, std::string&& body, std::string&& id);

  World& world_;
  Delivery& delivery_;
};

}  // namespace custos::simulate
