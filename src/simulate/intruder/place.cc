#include "simulate/intruder/place.h"

#include <fmt/format.h>

namespace custos::simulate {

std::string system32(std::string_view name) { return fmt::format("C:\\Windows\\System32\\{}", name); }

Place desk_of(World& w, const Colleague& c) {
  Machine& m = w.machines[c.machine];
  return {&m, {&m, c.user, m.next_logon, 2}, m.explorer, false};
}

Process launch(Operation& op, const Act& act, const Place& p, std::string_view image, std::string_view command, Micros lasts, bool shell) {
  Windows& windows = op.scene().windows;
  const Session* session = p.system ? nullptr : &p.session;
  const std::string_view integrity = p.system ? "System" : p.elevated() ? "High" : "Medium";
  if (!shell) {
    const Process one = windows.start(act, *p.machine, session, p.by, {.image = image, .command = command, .integrity = integrity});
    windows.end(act.then(lasts), *p.machine, one);
    return one;
  }
  const Process console = windows.start(act, *p.machine, session, p.by,
                                        {.image = kCmd,
                                         .command = fmt::format("C:\\Windows\\system32\\cmd.exe /c {}", command),
                                         .description = "Windows Command Processor",
                                         .integrity = integrity});
  const Process one = windows.start(act.then(35'000), *p.machine, session, console, {.image = image, .command = command, .integrity = integrity});
  windows.end(act.then(lasts), *p.machine, one);
  windows.end(act.then(lasts + 9'000), *p.machine, console);
  return one;
}

Process powershell(Operation& op, const Act& act, const Place& p, std::string_view command, std::string_view text, Micros lasts) {
  const Process one = launch(op, act, p, kPowerShell, command, lasts);
  op.scene().windows.script(act.then(700'000), *p.machine, one, text);
  return one;
}

Micros run_commands(Operation& op, Micros from, const Place& p, std::span<const Command> commands, double apart, bool shell) {
  for (const Command& c : commands) {
    std::vector<Entity> entities{host_entity(*p.machine), {"process", std::string(c.image)}};
    if (p.user() != nullptr) entities.push_back(user_entity(*p.user()));
    const Act act = op.act(c.stage, c.technique, from, p.user(), std::move(entities));
    const Micros lasts = 200'000 + op.pause(1.5);
    if (c.image == kPowerShell) {
      powershell(op, act, p, "powershell.exe -NoProfile -NonInteractive", c.text, lasts + 2 * kSecond);
    } else {
      launch(op, act, p, c.image, c.text, lasts, shell);
    }
    from += lasts + kSecond + op.pause(apart);
  }
  return from;
}

}  // namespace custos::simulate
