#include "institution/entities/subjects.h"

#include <charconv>
#include <string>

namespace custos::institution {
namespace {

int event_id(const Event& e) {
  const std::string_view text = text_of(e, "EventID");
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

void target(const Event& e, Subject& s) {
  s.domain = text_of(e, "TargetDomainName");
  s.name = text_of(e, "TargetUserName");
  s.sid = text_of(e, "TargetUserSid");
  if (s.sid.empty()) s.sid = text_of(e, "TargetSid");
}

// Security events name who did something in Subject*, logons and tickets whom they are for in Target*.
void windows_account(const Event& e, Subject& s) {
  switch (event_id(e)) {
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
    case 4627: target(e, s); break;
    default:
      if (const std::string_view user = text_of(e, "User"); !user.empty()) {
        split(user, s);
      } else if (const std::string_view source = text_of(e, "SourceUser"); !source.empty()) {
        split(source, s);
      } else {
        s.domain = text_of(e, "SubjectDomainName");
        s.name = text_of(e, "SubjectUserName");
        s.sid = text_of(e, "SubjectUserSid");
      }
  }
  if (const std::string_view status = text_of(e, "Status"); event_id(e) == 4768 && !status.empty() && status != "0x0") s.claimed = true;
  s.guid = text_of(e, "ProcessGuid");
  s.process = text_of(e, "ProcessId");
}

}  // namespace

std::string_view text_of(const Event& e, std::string_view field) {
  const Field* f = e.find(field);
  return f == nullptr || f->type == Type::Null ? std::string_view() : f->text();
}

Subject subject_of(const Event& e) {
  Subject s;
  if (!text_of(e, "EventID").empty()) {
    s.host = text_of(e, "Computer");
    if (s.host.empty()) s.host = text_of(e, "Hostname");
    windows_account(e, s);
    return s;
  }
  // The wire: the one who began it.
  for (const std::string_view field : {"id.orig_h", "src_ip", "c-ip"}) {
    s.address = text_of(e, field);
    if (!s.address.empty()) break;
  }
  s.other = text_of(e, "id.resp_h");
  if (s.other.empty()) s.other = text_of(e, "dest_ip");
  if (const std::string_view name = text_of(e, "host_name"); !name.empty() && !text_of(e, "assigned_addr").empty()) s.host = name;
  const std::string_view program = text_of(e, "program");
  if (!program.empty()) {
    // syslog: the machine that wrote it, but a name server writes of those who ask.
    if (program != "named" && program != "dnsmasq") {
      s.address = {};
      s.host = text_of(e, "hostname");
    }
    s.name = text_of(e, "user");
    s.claimed = text_of(e, "outcome") == "failure";
    return s;
  }
  if (const std::string_view node = text_of(e, "node"); !node.empty()) {
    s.host = node;
    s.name = text_of(e, "acct");
    return s;
  }
  for (const std::string_view field : {"cs-username", "userPrincipalName", "UserId", "userIdentity.userName"}) {
    s.name = text_of(e, field);
    if (!s.name.empty() && s.name != "-") break;
  }
  if (const std::string_view error = text_of(e, "status.errorCode"); !error.empty() && error != "0") s.claimed = true;
  return s;
}

}  // namespace custos::institution
