// Entra ID, Microsoft 365, AWS.
#include "behavior/facts/maker.h"

namespace custos::behavior {
namespace cloud_logs {

void sign_in(Maker& m) {
  const Fields& f = m.fields;
  const TextId user = m.user({}, f[Slot::EntraUser]);
  if (user == kNoText) return;
  const TextId peer = m.text(f[Slot::EntraAddress]), object = m.joined(f[Slot::EntraApp], ", ", f[Slot::EntraClient]);
  Fact& fact = m.add(Kind::Logon);
  fact.user = user;
  fact.peer = peer;
  fact.object = object;
  const std::string_view error = f[Slot::EntraError];
  fact.failed = !error.empty() && error != "0";
}

void audit(Maker& m) {
  const Fields& f = m.fields;
  const TextId user = m.user({}, f[Slot::M365User]);
  const std::string_view what = f[Slot::Operation], object = f[Slot::ObjectId];
  const bool opens = what.starts_with("File") || what == "MailItemsAccessed";
  if (opens && user != kNoText) {
    const std::string_view below = what == "MailItemsAccessed" ? f[Slot::MailboxOwner] : f[Slot::SiteUrl];
    const TextId peer = m.lower(below), opened = m.lower(object.empty() ? below : object);
    Fact& fact = m.add(Kind::Access);
    fact.user = user;
    fact.peer = peer;
    fact.object = opened;
    return;
  }
  const TextId did = m.joined("m365", " ", what);
  Fact& fact = m.add(Kind::Trace);
  fact.user = user;
  fact.object = did;
  fact.peer = m.text(f.first({Slot::M365Address}));
}

void aws(Maker& m) {
  const Fields& f = m.fields;
  const TextId user = m.user({}, f[Slot::AwsUser]), did = m.joined(f[Slot::AwsSource], ":", f[Slot::AwsEvent]);
  Fact& fact = m.add(Kind::Trace);
  fact.user = user;
  fact.object = did;
  fact.peer = m.text(f[Slot::AwsAddress]);
  fact.failed = !f[Slot::AwsError].empty();
}

}  // namespace cloud_logs

void cloud_facts(Maker& m, std::string_view product) {
  if (product == "azure" && m.service == "signinlogs") return cloud_logs::sign_in(m);
  if (product == "m365") return cloud_logs::audit(m);
  if (product == "aws") return cloud_logs::aws(m);
  other_facts(m);
}

}  // namespace custos::behavior
