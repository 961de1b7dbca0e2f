// Windows event logs: Security, Sysmon, PowerShell, System.
#include <charconv>

#include "behavior/facts/maker.h"

namespace custos::behavior {
namespace windows_logs {

int event_id(const Fields& f) {
  const std::string_view text = f[Slot::EventId];
  int id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

// "::ffff:10.1.2.3" is what domain controllers write.
std::string_view address(std::string_view a) {
  if (a.starts_with("::ffff:")) a.remove_prefix(7);
  return a == "::1" || a == "127.0.0.1" || a == "-" || a == "::" ? std::string_view{} : a;
}

bool refused(const Fields& f) {
  const std::string_view status = f[Slot::Status];
  return !status.empty() && status != "0x0" && status != "0";
}

// Both "User" of Sysmon and "Subject..." of Security say who.
TextId actor(Maker& m) {
  const std::string_view user = m.fields[Slot::User];
  return user.empty() ? m.user(m.fields[Slot::SubjectDomainName], m.fields[Slot::SubjectUserName]) : m.user({}, user);
}

void logon(Maker& m, bool failed) {
  const Fields& f = m.fields;
  const TextId user = m.user(f[Slot::TargetDomainName], f[Slot::TargetUserName]);
  if (user == kNoText) return;
  Fact& fact = m.add(Kind::Logon);
  fact.user = user;
  const std::string_view from = address(f[Slot::IpAddress]);
  fact.peer = m.lower(from.empty() ? f.first({Slot::WorkstationName}) : from);
  fact.object = m.joined(f[Slot::Package], " ", f[Slot::LogonType]);
  fact.failed = failed;
}

// Asked of a domain controller, from the computer at IpAddress.
void ticket(Maker& m, bool failed) {
  const Fields& f = m.fields;
  const std::string_view name = f[Slot::TargetUserName];
  const TextId user = m.user(f[Slot::TargetDomainName].substr(0, f[Slot::TargetDomainName].find('.')), name.substr(0, name.find('@')));
  if (user == kNoText) return;
  const TextId from = m.lower(address(f[Slot::IpAddress]));
  Fact& fact = m.add(Kind::Ticket);
  fact.user = user;
  if (from != kNoText) fact.host = from;
  fact.peer = m.lower(f[Slot::ServiceName]);
  fact.object = m.lower(f[Slot::TicketEncryption]);
  fact.failed = failed;
}

void run(Maker& m, std::string_view parent, std::string_view image) {
  if (image.empty()) return;
  const std::string_view from = m.normal_text(parent);
  const std::string_view started = m.normal_text(image);
  const TextId user = actor(m);
  Fact& fact = m.add(Kind::Run);
  fact.user = user;
  fact.peer = m.joined(from, " > ", started);
  const std::string_view line = m.fields[Slot::CommandLine];
  fact.object = m.normal(line.empty() ? image : line);
}

void share(Maker& m) {
  const Fields& f = m.fields;
  const TextId user = m.user(f[Slot::SubjectDomainName], f[Slot::SubjectUserName]);
  if (user == kNoText) return;
  const TextId server = m.common().host;
  std::string_view computer = f.first({Slot::Computer, Slot::Hostname}), name = f[Slot::ShareName];
  computer = computer.substr(0, computer.find('.'));
  if (const auto at = name.rfind('\\'); at != std::string_view::npos) name.remove_prefix(at + 1);
  Fact& fact = m.add(Kind::Access);
  fact.user = user;
  fact.host = m.lower(address(f[Slot::IpAddress]));
  fact.peer = m.joined("\\\\" + std::string(computer), "\\", name);
  fact.object = m.lower(f[Slot::RelativeTargetName]);
  if (fact.host == kNoText) fact.host = server;
}

// What happened, by its number and what did it; and to what.
void trace(Maker& m, std::string_view id, std::string_view by, std::string_view to) {
  // A number alone is a port, and says something.
  const bool port = to.find_first_not_of("0123456789") == std::string_view::npos;
  const TextId user = actor(m), detail = port ? m.text(to) : m.normal(to);
  const std::string_view what = m.normal_text(by);
  Fact& fact = m.add(Kind::Trace);
  fact.user = user;
  fact.object = what.empty() ? m.joined("event ", id, "") : m.joined(std::string("event ").append(id), " by ", what);
  fact.peer = detail;
}

std::string_view folder(std::string_view path) { return path.substr(0, path.rfind('\\')); }

void sysmon(Maker& m, int id) {
  const Fields& f = m.fields;
  switch (id) {
    case 1: return run(m, f[Slot::ParentImage], f[Slot::Image]);
    case 3: return trace(m, "3", f[Slot::Image], f[Slot::DestinationPort]);
    case 8:
    case 10: return trace(m, f[Slot::EventId], f[Slot::SourceImage], f[Slot::TargetImage]);
    case 11: return trace(m, "11", f[Slot::Image], folder(f[Slot::TargetFilename]));
    case 12:
    case 13:
    case 14: return trace(m, f[Slot::EventId], f[Slot::Image], folder(f[Slot::TargetObject]));
    case 22: {
      Fact& fact = m.add(Kind::Lookup);
      fact.object = m.lower(f[Slot::QueryName]);
      fact.failed = f[Slot::QueryStatus] == "9003";  // the name does not exist
      fact.together = true;
      return;
    }
    case 5: return;
    default: return trace(m, f[Slot::EventId], f[Slot::Image], {});
  }
}

void security(Maker& m, int id) {
  const Fields& f = m.fields;
  switch (id) {
    case 4624: return logon(m, false);
    case 4625: return logon(m, true);
    case 4768:
    case 4769: return ticket(m, refused(f));
    case 4771:
    case 4776: return ticket(m, id == 4771 || refused(f));
    case 4688: return run(m, f[Slot::ParentProcessName], f[Slot::NewProcessName]);
    case 5140:
    case 5145: return share(m);
    case 4663: {
      const TextId user = actor(m);
      if (user == kNoText) return;
      Fact& fact = m.add(Kind::Access);
      fact.user = user;
      fact.object = m.lower(f[Slot::ObjectName]);
      fact.peer = m.lower(folder(f[Slot::ObjectName]));
      return;
    }
    case 4697:
    case 7045: return trace(m, f[Slot::EventId], {}, f[Slot::ServiceName]);
    case 4698:
    case 4699:
    case 4700:
    case 4701:
    case 4702: return trace(m, f[Slot::EventId], {}, f[Slot::TaskName]);
    // Ends of what began elsewhere, and every logon's privileges: counted as presence alone.
    case 4634:
    case 4647:
    case 4648:
    case 4656:
    case 4658:
    case 4672:
    case 4689:
    case 4690:
    case 5156:
    case 5158: return;
    default: return trace(m, f[Slot::EventId], {}, {});
  }
}

}  // namespace windows_logs

void windows_facts(Maker& m) {
  using namespace windows_logs;
  const int id = event_id(m.fields);
  if (m.service == "sysmon") return sysmon(m, id);
  if (m.service == "security") return security(m, id);
  if (m.service == "powershell" && id == 4104) {
    const TextId user = actor(m);
    Fact& fact = m.add(Kind::Run);
    fact.user = user;
    fact.peer = m.text("powershell > script");
    fact.object = m.normal(m.fields[Slot::ScriptBlock]);
    return;
  }
  trace(m, m.fields[Slot::EventId], {}, m.fields.first({Slot::ServiceName, Slot::TaskName}));
}

}  // namespace custos::behavior
