// Records of a kind custos has no name for: what they call themselves is a template, and whom they name it is about.
#include "behavior/facts/maker.h"

namespace custos::behavior {

void other_facts(Maker& m) {
  const Fields& f = m.fields;
  const std::string_view host =
      f.first({Slot::Computer, Slot::AgentName, Slot::Host, Slot::SyslogHost, Slot::Hostname, Slot::Node, Slot::SrcIp, Slot::ClientIp});
  const std::string_view alert = f.first({Slot::Signature, Slot::RuleDescription, Slot::AlertName, Slot::Rule, Slot::Name});
  const std::string_view what = f.first({Slot::EventName, Slot::AwsEvent, Slot::Operation, Slot::Action, Slot::EventType, Slot::Message});
  if (alert.empty() && what.empty()) return;
  const TextId about = m.lower(host), user = m.user({}, f.first({Slot::User, Slot::LinuxUser, Slot::EntraUser, Slot::M365User})),
               object = m.normal(alert.empty() ? what : alert);
  Fact& fact = m.add(alert.empty() ? Kind::Trace : Kind::Alert);
  if (about != kNoText) fact.host = about;
  fact.user = user;
  fact.object = object;
  fact.weight = 1;
}

}  // namespace custos::behavior
