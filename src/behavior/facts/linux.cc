// Linux: syslog as sshd, sudo, PAM and others write it, auditd.
#include "behavior/facts/maker.h"

namespace custos::behavior {
namespace linux_logs {

// "... COMMAND=/usr/bin/apt update"
std::string_view command_of(std::string_view message) {
  const auto at = message.find("COMMAND=");
  return at == std::string_view::npos ? std::string_view{} : message.substr(at + 8);
}

void audit(Maker& m) {
  const Fields& f = m.fields;
  const std::string_view type = f[Slot::AuditType];
  if (!f[Slot::Proctitle].empty()) {
    Fact& fact = m.add(Kind::Run);
    fact.peer = m.lower(f.first({Slot::Exe}));
    fact.object = m.normal(f[Slot::Proctitle]);
    return;
  }
  const TextId user = m.user({}, f[Slot::Acct]);
  Fact& fact = m.add(Kind::Trace);
  fact.user = user;
  fact.failed = f[Slot::AuditResult] == "failed" || f[Slot::AuditResult] == "no";
  fact.object = m.joined(type, " ", f[Slot::Exe]);
}

}  // namespace linux_logs

void linux_facts(Maker& m) {
  using namespace linux_logs;
  const Fields& f = m.fields;
  if (m.service == "auditd") return audit(m);
  const std::string_view program = f[Slot::Program], message = f[Slot::Message];
  if (const std::string_view name = f[Slot::Query]; !name.empty()) {  // a name server's: about who asked
    if (f[Slot::SrcIp].empty()) return;
    const TextId from = m.text(f[Slot::SrcIp]), asked = m.lower(name);
    Fact& fact = m.add(Kind::Lookup);
    fact.host = from;
    fact.object = asked;
    fact.together = true;
    return;
  }
  const TextId user = m.user({}, f[Slot::LinuxUser]);
  if (m.service == "sshd" && user != kNoText && !f[Slot::Outcome].empty()) {
    Fact& fact = m.add(Kind::Logon);
    fact.user = user;
    fact.peer = m.lower(f.first({Slot::SrcIp}));
    fact.object = m.text("ssh");
    fact.failed = f[Slot::Outcome] == "failure";
    return;
  }
  if (const std::string_view command = command_of(message); !command.empty()) {
    Fact& fact = m.add(Kind::Run);
    fact.user = user;
    fact.peer = m.lower(program);
    fact.object = m.normal(command);
    return;
  }
  const std::string_view text = m.normal_text(message);
  Fact& fact = m.add(Kind::Trace);
  fact.object = m.joined(program, " ", text);
}

}  // namespace custos::behavior
