// The syslog event being built: field names chosen once, and the small scanner the program decoders share.
// Called by the syslog decoder and the decoders of programs (sshd, sudo, accounts, services); feeds LineFields.
// Texts handed in must be views of the line, or live in the batch's arena.
// One thread.
// Refuses nothing: values beyond Limits::fields are dropped and reported by LineFields.
#pragma once

#include <string_view>

#include "ingest/lines.h"

namespace custos::ingest::syslog {

// clang-format off
enum class N : std::uint8_t {
  Hostname, Appname, Program, Procid, Msgid, Facility, Severity, Message, Repeated,
  Action, Outcome, Reason, Method, User, TargetUser, Group, Uid, Gid, TargetUid, Home, Shell,
  SrcIp, SrcHost, SrcPort, DstIp, DstPort, Protocol, KeyType, KeyFingerprint, Subsystem, InvalidUser,
  Command, Pwd, Tty, SudoUser, SudoTty, SudoPwd, SudoGroup, SudoCommand,
  PamModule, PamService, PamType, SessionId, Unit, Query, RecordType, QueryClass, kCount
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(N::kCount)> kNameTexts{
  "hostname", "appname", "program", "procid", "msgid", "facility", "severity", "message", "repeated",
  "action", "outcome", "reason", "method", "user", "target_user", "group", "uid", "gid", "target_uid", "home", "shell",
  "src_ip", "src_host", "src_port", "dst_ip", "dst_port", "protocol", "key_type", "key_fingerprint", "subsystem",
  "invalid_user",
  "command", "pwd", "tty", "USER", "TTY", "PWD", "GROUP", "COMMAND",
  "pam_module", "pam_service", "pam_type", "session_id", "unit", "query", "record_type", "query_class"};
// clang-format on

class SyslogEvent {
 public:
  SyslogEvent(LineFields& fields, const KnownNames<N>& names) : fields_(fields), names_(names) {}

  void add(N name, std::string_view text) { fields_.add(names_[name], text); }
  void add_number(N name, std::string_view text);
  // Only what is there: an empty text adds nothing.
  void add_some(N name, std::string_view text) {
    if (!text.empty()) add(name, text);
  }
  // A value that stands nowhere in the line, as "failure".
  void say(N name, std::string_view constant) { fields_.add(names_[name], constant); }
  // src_ip for an address, src_host for a name.
  void add_source(std::string_view address);
  // A field under a name that came from the line.
  void add_named(std::string_view name, std::string_view text) { fields_.add(name, text); }
  LineFields& fields() { return fields_; }

 private:
  LineFields& fields_;
  const KnownNames<N>& names_;
};

bool looks_like_address(std::string_view s);
bool all_digits(std::string_view s);

// Walks over a message from its front.
struct Scan {
  std::string_view s;

  bool eat(std::string_view prefix) {
    if (s.substr(0, prefix.size()) != prefix) return false;
    s.remove_prefix(prefix.size());
    return true;
  }
  // The text before `stop`; `s` goes on behind it. All of it when there is no `stop`.
  std::string_view until(std::string_view stop) {
    const std::size_t at = s.find(stop);
    const std::string_view before = s.substr(0, at);
    s = at == std::string_view::npos ? s.substr(s.size()) : s.substr(at + stop.size());
    return before;
  }
  std::string_view word() { return until(" "); }
  bool has(std::string_view part) const { return s.find(part) != std::string_view::npos; }
};

inline bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

}  // namespace custos::ingest::syslog
