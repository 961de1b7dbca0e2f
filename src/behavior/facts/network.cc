// What sensors on the wire write: Zeek, Suricata.
#include <algorithm>

#include "base/net/registered_domain.h"
#include "behavior/facts/maker.h"

namespace custos::behavior {
namespace wire_logs {

void contact(Maker& m, std::string_view from, std::string_view to, std::string_view port, std::string_view protocol, double sent, double received) {
  if (from.empty() || to.empty()) return;
  const TextId peer = m.lower(to);
  const Maker::Side sender = m.side(peer) == Maker::Side::Ours ? m.side(from) : Maker::Side::Unasked;
  // The internet knocks at every door all day. Whoever it is, is no actor of ours, and what they try is for the sensors to tell: of interest is that
  // the computer was seen.
  if (sender == Maker::Side::Outside) {
    Fact& fact = m.add(Kind::Contact);
    fact.peer = peer;
    fact.together = true;
    return;
  }
  const TextId host = m.text(from), object = m.port(port, protocol);
  Fact& fact = m.add(Kind::Contact);
  fact.host = host;
  fact.peer = peer;
  fact.object = object;
  fact.sent = static_cast<float>(sent);
  fact.received = static_cast<float>(received);
  // Between two of ours nothing leaves the institution, and who talks to whom is all that matters.
  fact.together = sender == Maker::Side::Ours;
}

// A Host header, or what a proxy was asked to connect to, may carry a port: the name alone tells whose it is.
std::string_view without_port(std::string_view site) {
  const auto colon = site.rfind(':');
  return colon == std::string_view::npos || site.find(':') != colon ? site : site.substr(0, colon);
}

void lookup(Maker& m, std::string_view from, std::string_view name, bool missing) {
  if (from.empty() || name.empty()) return;
  const TextId host = m.text(from), object = m.lower(name);
  Fact& fact = m.add(Kind::Lookup);
  fact.host = host;
  fact.object = object;
  fact.failed = missing;
  fact.together = true;
}

}  // namespace wire_logs

void zeek_facts(Maker& m) {
  using namespace wire_logs;
  const Fields& f = m.fields;
  const std::string_view from = f[Slot::OriginAddress];
  if (m.service == "conn") {
    const double sent = std::max(f.number(Slot::OriginIpBytes), f.number(Slot::OriginBytes));
    const double received = std::max(f.number(Slot::ResponderIpBytes), f.number(Slot::ResponderBytes));
    return contact(m, from, f[Slot::ResponderAddress], f[Slot::ResponderPort], f[Slot::Proto], sent, received);
  }
  if (m.service == "dns") return lookup(m, from, f[Slot::Query], f[Slot::Rcode] == "NXDOMAIN");
  if (m.service == "ssl" && f[Slot::ServerName] != "-") return contact(m, from, f[Slot::ServerName], "", "tls", 0, 0);
  if (m.service == "http" && f[Slot::Host] != "-") {
    return contact(m, from, without_port(f[Slot::Host]), "", "http", f.number(Slot::RequestBytes), f.number(Slot::ResponseBytes));
  }
  if (m.service == "notice" || m.service == "weird") {
    Fact& fact = m.add(Kind::Alert);
    fact.host = m.text(from);
    fact.object = m.lower(f.first({Slot::Name, Slot::EventType}));
  }
}

void suricata_facts(Maker& m) {
  using namespace wire_logs;
  const Fields& f = m.fields;
  const std::string_view from = f[Slot::SrcIp];
  if (m.service == "flow" || m.service == "netflow") {
    return contact(m, from, f[Slot::DestIp], f[Slot::DestPort], f[Slot::Proto], f.number(Slot::ToServer), f.number(Slot::ToClient));
  }
  if (m.service == "dns") {
    const std::string_view type = f[Slot::DnsType];
    const bool answer = type == "answer" || type == "response";
    // A query is asked once and answered once: the answer only tells whether the name exists.
    if (!answer) lookup(m, from, f[Slot::DnsName], f[Slot::DnsRcode] == "NXDOMAIN");
    return;
  }
  if (m.service == "tls" && !f[Slot::TlsSni].empty()) return contact(m, from, f[Slot::TlsSni], "", "tls", 0, 0);
  if (m.service == "http" && !f[Slot::HttpHostname].empty()) return contact(m, from, without_port(f[Slot::HttpHostname]), "", "http", 0, 0);
  if (m.service == "alert") {
    const TextId host = m.text(from), peer = m.text(f[Slot::DestIp]), object = m.lower(f[Slot::Signature]);
    Fact& fact = m.add(Kind::Alert);
    fact.host = host;
    fact.peer = peer;
    fact.object = object;
    const double severity = f.number(Slot::Severity);  // 1 is the gravest
    fact.weight = static_cast<std::uint8_t>(severity >= 1 && severity <= 4 ? 5 - severity : 1);
  }
}

}  // namespace custos::behavior
