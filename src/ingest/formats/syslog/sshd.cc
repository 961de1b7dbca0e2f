// Messages of the OpenSSH server. The user name in them is the attacker's text: what follows it is read from the right,
// so that a name like "root from 192.0.2.1 port 22 ssh2" does not choose the address.
#include "ingest/formats/syslog/programs.h"

namespace custos::ingest::syslog {
namespace {
namespace ssh {

using Text = std::string_view;

struct Peer {
  Text address, port;
};

// "192.0.2.1 port 22[ ...]" at the front of `s`.
bool peer_at(Text s, Peer& peer) {
  Scan scan{s};
  peer.address = scan.word();
  if (!scan.eat("port ")) return false;
  std::size_t n = 0;
  while (n < scan.s.size() && scan.s[n] >= '0' && scan.s[n] <= '9') ++n;
  peer.port = scan.s.substr(0, n);
  return n > 0 && !peer.address.empty();
}

// Splits "NAME from ADDRESS port N ..." at the last " from " that has an address behind it.
bool split_from(Text s, Text& name, Peer& peer) {
  for (std::size_t at = s.rfind(" from "); at != Text::npos; at = at == 0 ? Text::npos : s.rfind(" from ", at - 1)) {
    if (peer_at(s.substr(at + 6), peer)) {
      name = s.substr(0, at);
      return true;
    }
  }
  const std::size_t at = s.rfind(" from ");
  if (at == Text::npos) return false;
  const Text rest = s.substr(at + 6);
  peer = {rest.substr(0, rest.find(' ')), {}};
  name = s.substr(0, at);
  return true;
}

// Splits "NAME ADDRESS port N ..." at its last " port ". The name may be empty.
bool split_plain(Text s, Text& name, Peer& peer) {
  for (std::size_t port = s.rfind(" port "); port != Text::npos;
       port = port == 0 ? Text::npos : s.rfind(" port ", port - 1)) {
    const std::size_t blank = port == 0 ? Text::npos : s.rfind(' ', port - 1);
    const std::size_t from = blank == Text::npos ? 0 : blank + 1;
    if (looks_like_address(s.substr(from, port - from)) && peer_at(s.substr(from), peer)) {
      name = blank == Text::npos ? s.substr(0, 0) : s.substr(0, blank);
      return true;
    }
  }
  return false;
}

void add_peer(const Peer& peer, SyslogEvent& e) {
  e.add_source(peer.address);
  e.add_number(N::SrcPort, peer.port);
}

void add_user(Text user, SyslogEvent& e) {
  Scan scan{user};
  if (scan.eat("invalid user ") || scan.eat("illegal user ")) e.say(N::InvalidUser, "true");
  e.add_some(N::User, scan.s);
}

void login(Scan scan, Text outcome, SyslogEvent& e) {
  const Text method = scan.until(" for ");
  Text name;
  Peer peer;
  if (!split_from(scan.s, name, peer)) return;
  e.say(N::Action, "login");
  e.say(N::Outcome, outcome);
  e.add_some(N::Method, method);
  add_user(name, e);
  add_peer(peer, e);
  if (peer.port.empty()) return;
  // "... ssh2: ED25519 SHA256:abc"
  const Text tail(peer.port.data(), static_cast<std::size_t>(scan.s.data() + scan.s.size() - peer.port.data()));
  if (const std::size_t key = tail.find("ssh2: "); key != Text::npos) {
    Scan rest{tail.substr(key + 6)};
    const Text type = rest.word();
    const Text print = rest.word();
    if (starts_with(print, "SHA256:") || starts_with(print, "MD5:")) {
      e.add(N::KeyType, type);
      e.add(N::KeyFingerprint, print);
    }
  }
}

// "Connection closed by authenticating user root 192.0.2.1 port 22 [preauth]" and its kin.
void gone(Scan scan, SyslogEvent& e) {
  e.say(N::Action, "disconnect");
  if (scan.eat("authenticating user ") || scan.eat("user ")) {
    // a name follows
  } else if (scan.eat("invalid user ")) {
    e.say(N::InvalidUser, "true");
  }
  Text name;
  Peer peer;
  if (!split_plain(scan.s, name, peer)) {
    e.add_source(scan.s.substr(0, scan.s.find_first_of(" :")));
    return;
  }
  e.add_some(N::User, name);
  add_peer(peer, e);
}

void named_from(Scan scan, Text action, Text outcome, bool invalid, SyslogEvent& e) {
  Text name;
  Peer peer;
  if (!split_from(scan.s, name, peer)) return;
  e.say(N::Action, action);
  e.say(N::Outcome, outcome);
  if (invalid) e.say(N::InvalidUser, "true");
  add_user(name, e);
  add_peer(peer, e);
}

// "User anna from 192.0.2.1 not allowed because not listed in AllowUsers"
void refused(Scan scan, SyslogEvent& e) {
  const std::size_t at = scan.s.rfind(" not allowed because ");
  if (at == Text::npos) return;
  const Text reason = scan.s.substr(at + 21);
  const Text who = scan.s.substr(0, at);
  const std::size_t from = who.rfind(" from ");
  e.say(N::Action, "login");
  e.say(N::Outcome, "failure");
  e.add_some(N::Reason, reason);
  e.add_some(N::User, who.substr(0, from));
  if (from != Text::npos) e.add_source(who.substr(from + 6));
}

void connection(Scan scan, SyslogEvent& e) {
  if (scan.eat("closed by ") || scan.eat("reset by ")) return gone(scan, e);
  if (!scan.eat("from ")) return;
  Peer peer;
  if (!peer_at(scan.s, peer)) return;
  e.say(N::Action, "connect");
  add_peer(peer, e);
  Scan rest{scan.s};
  rest.until(" on ");
  Peer here;
  if (peer_at(rest.s, here)) {
    e.add_some(N::DstIp, here.address);
    e.add_number(N::DstPort, here.port);
  }
}

// "Unable to negotiate with 192.0.2.1 port 22: no matching ...", "banner exchange: Connection from ...: invalid format"
void odd_peer(Text s, SyslogEvent& e) {
  Peer peer;
  if (!peer_at(s, peer)) peer = {s.substr(0, s.find_first_of(" :")), {}};
  e.say(N::Outcome, "failure");
  add_peer(peer, e);
  const std::size_t colon = s.find(": ");
  if (colon != Text::npos) e.add_some(N::Reason, s.substr(colon + 2));
}

void session(Scan scan, SyslogEvent& e) {
  e.say(N::Action, "session_open");
  const Text what = scan.until(" for ");
  if (const std::size_t on = what.find(" on "); on != Text::npos) e.add_some(N::Tty, what.substr(on + 4));
  if (starts_with(what, "subsystem '")) e.add_some(N::Subsystem, what.substr(11, what.size() - 12));
  Text name;
  Peer peer;
  if (!split_from(scan.s, name, peer)) return;
  e.add_some(N::User, name);
  add_peer(peer, e);
}

void rest_of_them(Text m, SyslogEvent& e) {
  Scan scan{m};
  scan.eat("error: ");
  scan.eat("fatal: ");
  if (scan.eat("maximum authentication attempts exceeded for ")) {
    e.say(N::Reason, "maximum authentication attempts exceeded");
    return named_from(scan, "login", "failure", false, e);
  }
  if (scan.eat("Received disconnect from ")) {
    e.say(N::Action, "disconnect");
    Peer peer;
    if (!peer_at(scan.s, peer)) peer = {scan.s.substr(0, scan.s.find_first_of(" ")), {}};
    if (!peer.address.empty() && peer.address.back() == ':') peer.address.remove_suffix(1);
    return add_peer(peer, e);
  }
  if (scan.eat("Unable to negotiate with ") || scan.eat("banner exchange: Connection from ") ||
      scan.eat("Did not receive identification string from ") ||
      scan.eat("Timeout before authentication for connection from ") ||
      scan.eat("Timeout before authentication for ")) {
    return odd_peer(scan.s, e);
  }
  if (starts_with(scan.s, "Bad protocol version identification ")) {
    Text text;
    Peer peer;
    if (split_from(scan.s, text, peer)) {
      e.say(N::Outcome, "failure");
      add_peer(peer, e);
    }
    return;
  }
  if (scan.eat("subsystem request for ")) {
    e.add_some(N::Subsystem, scan.word());
    if (scan.eat("by user ")) e.add_some(N::User, scan.s);
    return;
  }
  if (scan.eat("reverse mapping checking getaddrinfo for ")) {
    e.add_some(N::SrcHost, scan.until(" ["));
    e.add_source(scan.until("]"));
  }
}

}  // namespace ssh
}  // namespace

Category decode_sshd(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  if (scan.eat("Failed ")) {
    ssh::login(scan, "failure", e);
  } else if (scan.eat("Accepted ")) {
    ssh::login(scan, "success", e);
  } else if (scan.eat("Postponed ") || scan.eat("Partial ")) {
    ssh::login(scan, "unknown", e);
  } else if (scan.eat("Invalid user ") || scan.eat("Illegal user ")) {
    ssh::named_from(scan, "login", "failure", true, e);
  } else if (scan.eat("Connection ")) {
    ssh::connection(scan, e);
  } else if (scan.eat("Disconnected from ") || scan.eat("Disconnecting ")) {
    ssh::gone(scan, e);
  } else if (scan.eat("User ")) {
    ssh::refused(scan, e);
  } else if (scan.eat("Starting session: ")) {
    ssh::session(scan, e);
  } else {
    ssh::rest_of_them(m, e);
  }
  return Category::None;
}

}  // namespace custos::ingest::syslog
