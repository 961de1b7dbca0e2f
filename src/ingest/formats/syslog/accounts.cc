// Messages of PAM modules and of the programs that change accounts and groups.
#include "ingest/formats/syslog/programs.h"

namespace custos::ingest::syslog {
namespace {
namespace account {

using Text = std::string_view;

// "root(uid=0)" or "root": the name, and the number when there is one.
void name_and_uid(Text s, N name, N uid, SyslogEvent& e) {
  const std::size_t open = s.find("(uid=");
  Text who = s.substr(0, open);
  while (!who.empty() && who.back() == ' ') who.remove_suffix(1);
  e.add_some(name, who);
  if (open != Text::npos) {
    const Text number = s.substr(open + 5);
    e.add_number(uid, number.substr(0, number.find(')')));
  }
}

// "logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root": pairs under their own names.
void pairs(Text s, SyslogEvent& e) {
  while (!s.empty()) {
    const std::size_t blank = s.find(' ');
    const Text part = s.substr(0, blank);
    s = blank == Text::npos ? Text{} : s.substr(blank + 1);
    const std::size_t equals = part.find('=');
    if (equals == Text::npos || equals == 0 || equals + 1 == part.size()) continue;
    const Text key = part.substr(0, equals), value = part.substr(equals + 1);
    if (key == "user") {
      e.add(N::User, value);
    } else if (key == "tty") {
      e.add(N::Tty, value);
    } else if (key == "uid") {
      e.add_number(N::Uid, value);
    } else {
      e.add_named(key, value);
    }
    if (key == "rhost") e.add_source(value);
  }
}

void pam_text(Scan scan, SyslogEvent& e) {
  if (scan.eat("session opened for user ")) {
    e.say(N::Action, "session_open");
    e.say(N::Outcome, "success");
    const Text target = scan.until(" by ");
    name_and_uid(target, N::TargetUser, N::TargetUid, e);
    name_and_uid(scan.s, N::User, N::Uid, e);
  } else if (scan.eat("session closed for user ")) {
    e.say(N::Action, "session_close");
    name_and_uid(scan.s, N::TargetUser, N::TargetUid, e);
  } else if (scan.eat("authentication failure; ")) {
    e.say(N::Action, "login");
    e.say(N::Outcome, "failure");
    pairs(scan.s, e);
  } else if (scan.eat("check pass; user unknown")) {
    e.say(N::Action, "login");
    e.say(N::Outcome, "failure");
    e.say(N::InvalidUser, "true");
  } else if (scan.eat("password changed for ")) {
    e.say(N::Action, "password_change");
    e.say(N::Outcome, "success");
    e.add_some(N::TargetUser, scan.s);
  } else if (scan.eat("account ")) {
    e.add_some(N::TargetUser, scan.word());
    e.add_some(N::Reason, scan.s);
    e.say(N::Outcome, "failure");
  }
}

// The text in the next pair of single quotes.
Text quoted(Scan& scan) {
  scan.until("'");
  return scan.until("'");
}

// "name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash, from=/dev/pts/0"
void new_pairs(Text s, N name, SyslogEvent& e) {
  while (!s.empty()) {
    const std::size_t comma = s.find(", ");
    const Text part = s.substr(0, comma);
    s = comma == Text::npos ? Text{} : s.substr(comma + 2);
    const std::size_t equals = part.find('=');
    if (equals == Text::npos) continue;
    const Text key = part.substr(0, equals), value = part.substr(equals + 1);
    if (key == "name") e.add_some(name, value);
    if (key == "UID") e.add_number(N::TargetUid, value);
    if (key == "GID") e.add_number(N::Gid, value);
    if (key == "home") e.add_some(N::Home, value);
    if (key == "shell") e.add_some(N::Shell, value);
    if (key == "from") e.add_some(N::Tty, value);
  }
}

// Changes of groups; true when the message was one.
bool group_change(Scan scan, SyslogEvent& e) {
  if (scan.eat("new group: ")) {
    e.say(N::Action, "group_add");
    new_pairs(scan.s, N::Group, e);
  } else if (scan.eat("group added to ")) {
    e.say(N::Action, "group_add");
    scan.until(": ");
    new_pairs(scan.s, N::Group, e);
  } else if (scan.eat("removed group ") || scan.eat("group ")) {
    if (scan.s.empty() || scan.s.front() != '\'') return false;
    e.say(N::Action, scan.has("' removed") || scan.has("' owned") ? "group_delete" : "group_change");
    e.add_some(N::Group, quoted(scan));
  } else if (scan.eat("add '")) {
    e.say(N::Action, "group_member_add");
    e.add_some(N::TargetUser, scan.until("'"));
    e.add_some(N::Group, quoted(scan));
  } else if (scan.eat("delete '") && scan.has("' from ")) {
    e.say(N::Action, "group_member_remove");
    e.add_some(N::TargetUser, scan.until("'"));
    e.add_some(N::Group, quoted(scan));
  } else if (scan.eat("user ") && (scan.has(" added by ") || scan.has(" removed by "))) {
    const bool added = scan.has(" added by ");
    e.say(N::Action, added ? "group_member_add" : "group_member_remove");
    e.add_some(N::TargetUser, scan.until(added ? " added by " : " removed by "));
    e.add_some(N::User, scan.until(added ? " to group " : " from group "));
    e.add_some(N::Group, scan.s);
  } else {
    return false;
  }
  return true;
}

}  // namespace account
}  // namespace

bool decode_pam(std::string_view m, SyslogEvent& e) {
  if (!starts_with(m, "pam_")) return false;
  Scan scan{m};
  const std::size_t open = m.substr(0, 128).find('(');
  const std::size_t close = m.substr(0, 256).find("): ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return false;
  const std::string_view inside = m.substr(open + 1, close - open - 1);
  const std::size_t colon = inside.rfind(':');
  e.add(N::PamModule, m.substr(0, open));
  e.add_some(N::PamService, inside.substr(0, colon));
  if (colon != std::string_view::npos) e.add_some(N::PamType, inside.substr(colon + 1));
  scan.s = m.substr(close + 3);
  account::pam_text(scan, e);
  return true;
}

Category decode_accounts(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  if (scan.eat("new user: ")) {
    e.say(N::Action, "user_add");
    e.say(N::Outcome, "success");
    account::new_pairs(scan.s, N::TargetUser, e);
  } else if (scan.eat("failed adding user ")) {
    e.say(N::Action, "user_add");
    e.say(N::Outcome, "failure");
    e.add_some(N::TargetUser, account::quoted(scan));
  } else if (starts_with(m, "delete user '")) {
    e.say(N::Action, "user_delete");
    e.add_some(N::TargetUser, account::quoted(scan));
  } else if (starts_with(m, "change user '")) {
    e.say(N::Action, "user_change");
    e.add_some(N::TargetUser, account::quoted(scan));
    scan.eat(" ");
    e.add_some(N::Reason, scan.s);
  } else if (starts_with(m, "lock user '") || starts_with(m, "unlock user '")) {
    e.say(N::Action, m[0] == 'l' ? "user_lock" : "user_unlock");
    e.add_some(N::TargetUser, account::quoted(scan));
  } else if (scan.eat("password for '")) {
    e.say(N::Action, "password_change");
    e.add_some(N::TargetUser, scan.until("'"));
    e.add_some(N::User, account::quoted(scan));
  } else if (scan.eat("changed password expiry for ")) {
    e.say(N::Action, "password_expiry_change");
    e.add_some(N::TargetUser, scan.s);
  } else {
    account::group_change(scan, e);
  }
  return Category::None;
}

}  // namespace custos::ingest::syslog
