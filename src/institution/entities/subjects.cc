#include "institution/entities/subjects.h"

#include <charconv>
#include <string>

namespace custos::institution {
namespace {

int event_id(const Clues& c) {
  const std::string_view text = c[Clue::EventId];
  int id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

// "COURT\m.osei"
void split(std::string_view written, Subject& into) {
  const std::size_t slash = written.find('\\');
  if (slash == std::string_view::npos) {
    into.name = written;
  } else {
    into.domain = written.substr(0, slash);
    into.name = written.substr(slash + 1);
  }
}

void target(const Clues& c, Subject& s) {
  s.domain = c[Clue::TargetDomainName];
  s.name = c[Clue::TargetUserName];
  s.sid = c[Clue::TargetUserSid];
  if (s.sid.empty()) s.sid = c[Clue::TargetSid];
}

// Security events name who did something in Subject*, logons and tickets whom they are for in Target*.
void windows_account(const Clues& c, Subject& s) {
  switch (event_id(c)) {
    case 4625:
    case 4771:
    case 4776: s.claimed = true; [[fallthrough]];
    case 4624:
    case 4634:
    case 4647:
    case 4768:
    case 4769:
    case 4800:
    case 4801:
    case 4627: target(c, s); break;
    default:
      if (const std::string_view user = c[Clue::User]; !user.empty()) {
        split(user, s);
      } else if (const std::string_view source = c[Clue::SourceUser]; !source.empty()) {
        split(source, s);
      } else {
        s.domain = c[Clue::SubjectDomainName];
        s.name = c[Clue::SubjectUserName];
        s.sid = c[Clue::SubjectUserSid];
      }
  }
  if (const std::string_view status = c[Clue::Status]; event_id(c) == 4768 && !status.empty() && status != "0x0") s.claimed = true;
  s.guid = c[Clue::ProcessGuid];
  s.process = c[Clue::ProcessId];
}

}  // namespace

Subject subject_of(const Clues& c) {
  Subject s;
  if (!c[Clue::EventId].empty()) {
    s.host = c[Clue::Computer];
    if (s.host.empty()) s.host = c[Clue::Hostname];
    windows_account(c, s);
    return s;
  }
  // The wire: the one who began it.
  for (const Clue clue : {Clue::OriginAddress, Clue::SrcIp, Clue::ClientIp}) {
    s.address = c[clue];
    if (!s.address.empty()) break;
  }
  s.other = c[Clue::ResponderAddress];
  if (s.other.empty()) s.other = c[Clue::DestIp];
  if (const std::string_view name = c[Clue::HostName]; !name.empty() && !c[Clue::AssignedAddress].empty()) s.host = name;
  const std::string_view program = c[Clue::Program];
  if (!program.empty()) {
    // syslog: the machine that wrote it, but a name server writes of those who ask.
    if (program != "named" && program != "dnsmasq") {
      s.address = {};
      s.host = c[Clue::SyslogHost];
    }
    s.name = c[Clue::LinuxUser];
    s.claimed = c[Clue::Outcome] == "failure";
    return s;
  }
  if (const std::string_view node = c[Clue::Node]; !node.empty()) {
    s.host = node;
    s.name = c[Clue::Acct];
    return s;
  }
  for (const Clue clue : {Clue::ProxyUser, Clue::EntraUser, Clue::M365User, Clue::AwsUser}) {
    s.name = c[clue];
    if (!s.name.empty() && s.name != "-") break;
  }
  if (const std::string_view error = c[Clue::SignInError]; !error.empty() && error != "0") s.claimed = true;
  return s;
}

}  // namespace custos::institution
