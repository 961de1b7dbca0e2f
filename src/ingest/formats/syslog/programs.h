// What the messages of known programs say, as fields: logins, commands, accounts, sessions, name look-ups.
// Called by the syslog decoder once the header is read; feeds the event being built.
// Texts are views of the line.
// Any thread.
// Refuses nothing: a message of unknown form simply adds no field.
#pragma once

#include <string_view>

#include "ingest/formats/syslog/event.h"

namespace custos::ingest::syslog {

// Which Sigma service and categories an event belongs to; kept as an index so that the decoder interns each pair once.
enum class Service : std::uint8_t {
  Syslog,
  Sshd,
  Sudo,
  Auth,
  Cron,
  Named,
  Dnsmasq,
  Clamav,
  Guacamole,
  Vsftpd,
  Auditd,
  kCount
};
enum class Category : std::uint8_t { None, Dns, Firewall, kCount };

using Decode = Category (*)(std::string_view message, SyslogEvent& event);

struct Program {
  std::string_view name;
  Service service;
  Decode decode;  // may be nullptr
};

// `name` without path, brackets and suffix: "(sd-pam)" and "/usr/sbin/CRON" are "sd-pam" and "CRON".
std::string_view program_name(std::string_view app);
// nullptr for a program nothing is known of.
const Program* find_program(std::string_view name);

Category decode_sshd(std::string_view message, SyslogEvent& event);
Category decode_sudo(std::string_view message, SyslogEvent& event);
Category decode_su(std::string_view message, SyslogEvent& event);
Category decode_accounts(std::string_view message, SyslogEvent& event);
Category decode_logind(std::string_view message, SyslogEvent& event);
Category decode_systemd(std::string_view message, SyslogEvent& event);
Category decode_cron(std::string_view message, SyslogEvent& event);
Category decode_named(std::string_view message, SyslogEvent& event);
Category decode_dnsmasq(std::string_view message, SyslogEvent& event);
Category decode_kernel(std::string_view message, SyslogEvent& event);

// "pam_unix(sshd:auth): ..." of any program; true when the message was one.
bool decode_pam(std::string_view message, SyslogEvent& event);

}  // namespace custos::ingest::syslog
