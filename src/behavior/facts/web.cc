// Web servers and forward proxies.
#include "behavior/facts/maker.h"

namespace custos::behavior {

void web_facts(Maker& m, bool proxy) {
  const Fields& f = m.fields;
  if (proxy && !f[Slot::CsHost].empty()) {
    std::string_view site = f[Slot::CsHost];
    if (const auto colon = site.rfind(':'); colon != std::string_view::npos) site = site.substr(0, colon);
    const TextId host = m.text(f[Slot::ClientIp]), user = m.user({}, f[Slot::ProxyUser]), peer = m.lower(site);
    Fact& fact = m.add(Kind::Contact);
    fact.host = host;
    fact.user = user;
    fact.peer = peer;
    fact.object = m.text("/proxy");
    fact.sent = static_cast<float>(f.number(Slot::CsBytes));
    fact.received = static_cast<float>(f.number(Slot::ScBytes));
    return;
  }
  // Of a visitor to our own site: how, with what outcome, to what sort of page.
  std::string_view page = f[Slot::CsUri];
  page = page.substr(0, page.find('?'));
  const auto dot = page.rfind('.');
  const std::string_view kind = dot == std::string_view::npos || page.size() - dot > 6 ? std::string_view("page") : page.substr(dot);
  const TextId object = m.joined(std::string(f[Slot::CsMethod]) + " " + std::string(f[Slot::ScStatus]), " ", kind);
  m.add(Kind::Trace).object = object;
}

}  // namespace custos::behavior
