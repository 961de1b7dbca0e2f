// What both of Linux's logs need to know of a program: who runs it, where, and which file it is.
// Made by linux_auth.cc; read by linux_audit.cc.
// Views live as long as the call.
// One thread.
// Refuses nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "simulate/sensors/linux.h"

namespace custos::simulate {

inline constexpr std::uint32_t kUnset = 0xFFFFFFFF;  // auid and ses of processes that nobody logged in for

struct Linux::Run {
  std::uint32_t pid = 0, parent = 1;
  std::uint32_t auid = kUnset, session = kUnset;
  std::uint32_t uid = 0, euid = 0;
  std::string_view tty = "(none)", directory = "/root";
  std::span<const std::string> words;
};

struct Linux::Says {
  std::uint32_t pid = 0, uid = 0, auid = kUnset, session = kUnset;
  std::string_view what;  // inside msg='...'
};

// Debian's machines; a printer has no login.
inline bool is_linux(const Machine& m) { return !m.windows && m.kind != Kind::Printer; }

// Where the shell finds a command: "tar" is /usr/bin/tar, "useradd" /usr/sbin/useradd; a path is itself.
std::string executable(std::string_view word);
// As auditd writes what others may have chosen: "plain" in quotes, anything with blanks, quotes or control characters in hexadecimal.
void append_untrusted(std::string& out, std::string_view s);

}  // namespace custos::simulate
