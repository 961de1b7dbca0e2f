// Messages of sudo and su.
#include "ingest/formats/syslog/programs.h"

namespace custos::ingest::syslog {
namespace {
namespace elevation {

using Text = std::string_view;

// One "KEY=value" of a sudo line, under sudo's own name and ours.
void sudo_pair(Text key, Text value, SyslogEvent& e) {
  if (key == "TTY") {
    e.add(N::SudoTty, value);
    e.add(N::Tty, value);
  } else if (key == "PWD") {
    e.add(N::SudoPwd, value);
    e.add(N::Pwd, value);
  } else if (key == "USER") {
    e.add(N::SudoUser, value);
    e.add(N::TargetUser, value);
  } else if (key == "GROUP") {
    e.add(N::SudoGroup, value);
    e.add(N::Group, value);
  } else if (key == "COMMAND") {
    e.add(N::SudoCommand, value);
    e.add(N::Command, value);
  } else {
    e.add_named(key, value);
  }
}

bool is_key(Text s) {
  if (s.empty() || s.size() > 16) return false;
  for (const char c : s) {
    if (c < 'A' || c > 'Z') return false;
  }
  return true;
}

}  // namespace elevation
}  // namespace

// "anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/ls", with a reason before TTY when it was refused.
Category decode_sudo(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  const std::size_t colon = m.find(" : ");
  if (colon == std::string_view::npos) return Category::None;
  const std::string_view user = scan.until(" : ");
  std::string_view reason;
  bool pairs = false, command = false;
  while (!scan.s.empty()) {
    std::string_view part = scan.s;
    // What runs is the rest of the line: a command may hold " ; ".
    if (starts_with(scan.s, "COMMAND=")) {
      scan.s = scan.s.substr(scan.s.size());
      command = true;
    } else {
      part = scan.until(" ; ");
    }
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && elevation::is_key(part.substr(0, equals))) {
      if (!pairs) e.add_some(N::User, user);
      pairs = true;
      elevation::sudo_pair(part.substr(0, equals), part.substr(equals + 1), e);
    } else if (reason.empty()) {
      reason = part;
    }
  }
  if (!pairs) return Category::None;
  e.say(N::Action, "sudo");
  e.say(N::Outcome, reason.empty() && command ? "success" : "failure");
  e.add_some(N::Reason, reason);
  return Category::None;
}

// "(to root) anna on pts/0", "FAILED SU (to root) anna on pts/0", "Successful su for root by anna",
// "+ /dev/pts/0 anna:root", "'su root' failed for anna on /dev/pts/8".
Category decode_su(std::string_view m, SyslogEvent& e) {
  Scan scan{m};
  std::string_view outcome = "success", user, target, tty;
  if (scan.eat("FAILED SU ") || scan.eat("FAILED su ") || scan.eat("FAILED ")) outcome = "failure";
  scan.eat("Successful su ");
  if (scan.eat("(to ")) {
    target = scan.until(") ");
    user = scan.until(" on ");
    tty = scan.s;
  } else if (scan.eat("for ")) {
    target = scan.until(" by ");
    user = scan.s;
  } else if (scan.eat("'su ")) {
    target = scan.until("' ");
    outcome = scan.eat("failed for ") ? "failure" : "success";
    if (outcome == "success" && !scan.eat("succeeded for ")) return Category::None;
    user = scan.until(" on ");
    tty = scan.s;
  } else if (scan.s.size() > 2 && (scan.s[0] == '+' || scan.s[0] == '-') && scan.s[1] == ' ') {
    outcome = scan.s[0] == '+' ? "success" : "failure";
    scan.s.remove_prefix(2);
    tty = scan.word();
    user = scan.until(":");
    target = scan.s;
  } else {
    return Category::None;
  }
  e.say(N::Action, "su");
  e.say(N::Outcome, outcome);
  e.add_some(N::User, user);
  e.add_some(N::TargetUser, target);
  e.add_some(N::Tty, tty);
  return Category::None;
}

}  // namespace custos::ingest::syslog
