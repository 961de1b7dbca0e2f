// Where an intruder's hands are: a session on a computer and the program they work through; starting further programs there.
// Made by foothold, movement and campaigns; used by everything that runs commands.
// A value; the machine and the user live as long as the world.
// One thread.
// Refuses nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "simulate/intruder/operation.h"

namespace custos::simulate {

struct Place {
  Machine* machine = nullptr;
  Session session;
  Process by;
  bool system = false;  // runs as the machine itself

  const User* user() const { return session.user; }
  bool elevated() const { return system || (session.user != nullptr && session.user->admin); }
};

// The session of whoever sits or sat last at that desk.
Place desk_of(World& w, const Colleague& c);

// A program that runs for `lasts`. With `shell` it is started by cmd.exe /c, as consoles of remote tools do.
Process launch(Operation& op, const Act& act, const Place& p, std::string_view image, std::string_view command, Micros lasts, bool shell = false);
// PowerShell: the process, with `text` as the block that the engine logged.
Process powershell(Operation& op, const Act& act, const Place& p, std::string_view command, std::string_view text, Micros lasts);

struct Command {
  std::string_view stage, technique, image, text;
};
// One after the other from `from`, each a deed of its own, so many seconds apart on average. Returns when the last has ended.
Micros run_commands(Operation& op, Micros from, const Place& p, std::span<const Command> commands, double apart, bool shell);

inline constexpr std::string_view kCmd = "C:\\Windows\\System32\\cmd.exe";
inline constexpr std::string_view kPowerShell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
// A file name below C:\Windows\System32.
std::string system32(std::string_view name);

}  // namespace custos::simulate
