// Messages of systemd, its login manager, cron, name servers and the kernel's packet filter.
#include "ingest/formats/syslog/programs.h"

namespace custos::ingest::syslog {
namespace {
namespace service {

using Text = std::string_view;

Text without_dot(Text s) {
  if (!s.empty() && s.back() == '.') s.remove_suffix(1);
  return s;
}

// "10.0.0.5#53212"
void client(Text s, SyslogEvent& e) {
  const std::size_t hash = s.find('#');
  e.add_source(s.substr(0, hash));
  if (hash != Text::npos) e.add_number(N::SrcPort, s.substr(hash + 1));
}

// "example.com/A/IN" in quotes.
void question(Text s, SyslogEvent& e) {
  const std::size_t second = s.rfind('/');
  const std::size_t first = second == Text::npos || second == 0 ? Text::npos : s.rfind('/', second - 1);
  if (first == Text::npos) return e.add_some(N::Query, s);
  e.add_some(N::Query, s.substr(0, first));
  e.add_some(N::RecordType, s.substr(first + 1, second - first - 1));
  e.add_some(N::QueryClass, s.substr(second + 1));
}

Text value_of(Text s, Text key) {
  const std::size_t at = s.find(key);
  if (at == Text::npos) return {};
  const Text rest = s.substr(at + key.size());
  return rest.substr(0, rest.find(' '));
}

}  // namespace service
}  // namespace

Category decode_logind(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  if (scan.eat("New session ")) {
    e.say(N::Action, "session_open");
    e.add_some(N::SessionId, scan.until(" of user "));
    e.add_some(N::User, service::without_dot(scan.s));
  } else if (scan.eat("Removed session ")) {
    e.say(N::Action, "session_close");
    e.add_some(N::SessionId, service::without_dot(scan.s));
  } else if (scan.eat("Session ") && scan.has(" logged out")) {
    e.say(N::Action, "session_close");
    e.add_some(N::SessionId, scan.word());
  }
  return Category::None;
}

// "Started Session 3 of user anna.", "nginx.service: Main process exited, code=exited, status=1/FAILURE"
Category decode_systemd(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  const std::size_t colon = m.find(": ");
  if (colon != std::string_view::npos && m.substr(0, colon).find(' ') == std::string_view::npos &&
      m.substr(0, colon).find('.') != std::string_view::npos) {
    e.add(N::Unit, m.substr(0, colon));
    e.add_some(N::Reason, m.substr(colon + 2));
    return Category::None;
  }
  std::string_view action;
  if (scan.eat("Starting ")) {
    action = "starting";
  } else if (scan.eat("Started ") || scan.eat("Finished ")) {
    action = "started";
  } else if (scan.eat("Stopping ")) {
    action = "stopping";
  } else if (scan.eat("Stopped ")) {
    action = "stopped";
  } else if (scan.eat("Reloading ") || scan.eat("Reloaded ")) {
    action = "reload";
  } else if (scan.eat("Failed to start ")) {
    action = "failed";
  } else {
    return Category::None;
  }
  e.say(N::Action, action);
  // "nginx.service - A web server..." or the description alone
  const std::size_t dash = scan.s.find(" - ");
  e.add_some(N::Unit, dash == std::string_view::npos ? service::without_dot(scan.s) : scan.s.substr(0, dash));
  return Category::None;
}

// "(root) CMD (run-parts /etc/cron.hourly)", "(anna) REPLACE (anna)"
Category decode_cron(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  if (!scan.eat("(")) return Category::None;
  const std::string_view user = scan.until(") ");
  const std::string_view action = scan.until(" (");
  std::string_view inside = scan.s;
  if (inside.empty()) return Category::None;
  if (inside.back() == ')') inside.remove_suffix(1);
  e.add_some(N::User, user);
  e.add_some(N::Action, action);
  if (action == "CMD" || action == "CMDOUT" || action == "CMDEND") {
    while (!inside.empty() && inside.front() == ' ') inside.remove_prefix(1);
    e.add_some(N::Command, inside);
  } else {
    e.add_some(N::Reason, inside);
  }
  return Category::None;
}

// "client @0x7f 10.0.0.5#53212 (example.com): query: example.com IN A +E(0) (10.0.0.1)", with the names of channels and
// views that a configuration may put before it.
Category decode_named(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  const std::size_t at = m.substr(0, 128).find("client ");
  if (at == std::string_view::npos) return Category::None;
  scan.s = m.substr(at + 7);
  if (!scan.s.empty() && scan.s.front() == '@') scan.word();
  std::string_view from = scan.word();
  if (!from.empty() && from.back() == ':') from.remove_suffix(1);
  if (from.find('#') == std::string_view::npos) return Category::None;
  service::client(from, e);
  const std::size_t query = scan.s.find("query: ");
  if (query != std::string_view::npos) {
    scan.s = scan.s.substr(query + 7);
    e.say(N::Action, "query");
    e.add_some(N::Query, scan.word());
    e.add_some(N::QueryClass, scan.word());
    e.add_some(N::RecordType, scan.word());
    if (const std::size_t open = scan.s.rfind('('); open != std::string_view::npos && scan.s.back() == ')') {
      const std::string_view here = scan.s.substr(open + 1, scan.s.size() - open - 2);
      if (looks_like_address(here)) e.add(N::DstIp, here);
    }
    return Category::Dns;
  }
  const std::size_t quote = scan.s.find('\'');
  if (quote != std::string_view::npos) {
    const bool transfer = scan.has("zone transfer");
    Scan rest{scan.s.substr(quote + 1)};
    const std::string_view asked = rest.until("'");
    e.say(N::Action, transfer ? "zone_transfer" : "query");
    service::question(asked, e);
    if (rest.has("denied") || rest.has("refused")) e.say(N::Outcome, "failure");
    return Category::Dns;
  }
  return Category::None;
}

// "query[A] example.com from 10.0.0.5", "reply example.com is 192.0.2.1"
Category decode_dnsmasq(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  if (scan.eat("query[")) {
    e.say(N::Action, "query");
    const std::string_view type = scan.until("] ");
    e.add_some(N::Query, scan.until(" from "));
    e.add_some(N::RecordType, type);
    e.add_source(scan.s);
    return Category::Dns;
  }
  if (scan.eat("reply ") || scan.eat("cached ")) {
    e.say(N::Action, "answer");
    e.add_some(N::Query, scan.until(" is "));
    if (!scan.s.empty()) e.add_named("answer", scan.s);
    return Category::Dns;
  }
  return Category::None;
}

// "[123.4] [UFW BLOCK] IN=eth0 OUT= MAC=.. SRC=192.0.2.1 DST=10.0.0.1 .. PROTO=TCP SPT=1 DPT=22 .."
Category decode_kernel(std::string_view m, SyslogEvent& e) {
  const std::size_t in = m.find("IN=");
  if (in == std::string_view::npos || m.find(" SRC=", in) == std::string_view::npos ||
      m.find(" DST=", in) == std::string_view::npos) {
    return Category::None;
  }
  const std::string_view label = m.substr(0, in), packet = m.substr(in);
  e.add_some(N::SrcIp, service::value_of(packet, " SRC="));
  e.add_some(N::DstIp, service::value_of(packet, " DST="));
  e.add_some(N::Protocol, service::value_of(packet, " PROTO="));
  e.add_number(N::SrcPort, service::value_of(packet, " SPT="));
  e.add_number(N::DstPort, service::value_of(packet, " DPT="));
  for (const std::string_view word : {"BLOCK", "DROP", "REJECT", "DENY", "Drop", "Reject"}) {
    if (label.find(word) != std::string_view::npos) {
      e.say(N::Action, "drop");
      return Category::Firewall;
    }
  }
  for (const std::string_view word : {"ALLOW", "ACCEPT", "Accept"}) {
    if (label.find(word) != std::string_view::npos) e.say(N::Action, "accept");
  }
  return Category::Firewall;
}

}  // namespace custos::ingest::syslog
