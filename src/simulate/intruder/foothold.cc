#include "simulate/intruder/foothold.h"

#include <fmt/format.h>

namespace custos::simulate {
namespace foothold {
namespace {

struct Name {
  std::string_view folder, program, library;
};
constexpr Name kLoaders[] = {{"PrintAssist", "passist.exe", "version.dll"},
                             {"NoteSync", "notesync.exe", "wtsapi32.dll"},
                             {"MediaTagger", "mtag.exe", "libcef.dll"},
                             {"DocPreview", "dpview.exe", "uxtheme.dll"},
                             {"ColorProfile", "colorsvc.exe", "mscms.dll"}};
constexpr std::string_view kLetters[] = {"Invitation", "Programme", "Note verbale", "Agenda", "Statement of the delegation", "Draft agreement"};

std::string below_profile(const User& u, std::string_view rest) { return fmt::format("C:\\Users\\{}\\AppData\\Local\\{}", u.name, rest); }

Process of_user(Operation& op, const Place& desk, std::string_view image) {
  Process p = op.scene().windows.system_process(*desk.machine, image);
  p.user = desk.user();
  p.logon = desk.session.id;
  return p;
}

// What opens the attachment until the loader lies there; the process that starts it.
Process unpack(Operation& op, const Act& act, const Place& desk, const std::string& attachment, const Process& outlook, const Foothold& f) {
  Windows& windows = op.scene().windows;
  Machine& m = *desk.machine;
  const auto start = [&](const Act& when, const Process& parent, std::string_view image, const std::string& command) {
    return windows.start(when, m, &desk.session, parent, {.image = image, .command = command});
  };
  if (attachment.ends_with(".docm")) {
    const Process word = start(act, outlook, "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
                               fmt::format("\"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE\" /n \"{}\" /o \"\"", attachment));
    windows.end(act.then(6 * kMinute), m, word);
    // The encoded text says: Write-Output 1.
    const Process shell = start(act.then(9 * kSecond), word, kPowerShell, "powershell.exe -NoP -W Hidden -Enc VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAxAA==");
    windows.script(act.then(9'600'000), m, shell, "Write-Output 1");
    windows.end(act.then(40 * kSecond), m, shell);
    return shell;
  }
  const Process archive = start(act, desk.by, "C:\\Program Files\\7-Zip\\7zFM.exe", fmt::format("\"C:\\Program Files\\7-Zip\\7zFM.exe\" \"{}\"", attachment));
  windows.end(act.then(3 * kMinute), m, archive);
  if (attachment.ends_with(".zip")) {  // a shortcut in it
    const Process console =
        start(act.then(14 * kSecond), desk.by, kCmd, fmt::format("cmd.exe /c copy /y \"%TEMP%\\agenda.dat\" \"{0}\" & start \"\" \"{0}\"", f.image));
    windows.end(act.then(22 * kSecond), m, console);
    return console;
  }
  return desk.by;  // an image file: its program is started from the explorer
}

// The loader's files come from the delivering server, then it is started.
Place plant(Operation& op, const Act& act, const Place& desk, const Process& by, const Foothold& f, bool fetched) {
  Windows& windows = op.scene().windows;
  Machine& m = *desk.machine;
  if (fetched) {
    Place from = desk;
    from.by = by;
    contact(op, act, from, f.delivery, {.path = "/download/package", .agent = "Mozilla/5.0", .out = 700, .in = 480'000});
    windows.downloaded(act.then(3 * kSecond), m, by, f.image, fmt::format("https://{}/download/package", f.delivery.host));
  } else {
    windows.file(act.then(3 * kSecond), m, by, f.image);
  }
  const Process loader = windows.start(act.then(5 * kSecond), m, &desk.session, by, {.image = f.image, .command = f.command, .company = "-"});
  Place out = desk;
  out.by = loader;
  return out;
}

void persist(Operation& op, Micros now, const Foothold& f) {
  Windows& windows = op.scene().windows;
  Machine& m = *f.place.machine;
  const User& u = *f.place.user();
  const std::vector<Entity> entities{host_entity(m), user_entity(u), {"file", f.image}};
  if (f.task.empty()) {
    const Act act = op.act("persistence", "T1547.001", now, &u, entities);
    windows.registry(act, m, f.place.by,
                     fmt::format("HKU\\{}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\{}", u.sid, f.image.substr(f.image.rfind('\\') + 1)), f.command);
    return;
  }
  const Act act = op.act("persistence", "T1053.005", now, &u, entities);
  if (!op.quietly())
    launch(op, act, f.place, system32("schtasks.exe"), fmt::format("schtasks /create /tn \"{}\" /tr \"{}\" /sc onlogon /f", f.task, f.image), 400'000);
  windows.task(act.then(200'000), m, &f.place.session, f.task, f.command);
}

void name_loader(Operation& op, const User& u, Foothold& f) {
  Rng& rng = op.rng();
  const Name& n = kLoaders[rng.below(std::size(kLoaders))];
  f.image = below_profile(u, fmt::format("{}\\{}", n.folder, n.program));
  f.command = fmt::format("\"{}\" /background", f.image);
  if (rng.chance(0.5)) f.task = fmt::format("\\{} update {}", n.folder, rng.below(900));
  f.delivery = new_server(op);
}

// A program that passes for somebody's own loads a library that nobody signed.
void load_library(Operation& op, const Act& act, const Foothold& f) {
  for (const Name& n : kLoaders) {
    if (f.image.ends_with(n.program)) {
      const std::string library = fmt::format("{}{}", f.image.substr(0, f.image.rfind('\\') + 1), n.library);
      op.scene().windows.file(act, *f.place.machine, f.place.by, library);
      op.scene().windows.loaded(act.then(300'000), *f.place.machine, f.place.by, library, "-", false);
    }
  }
}

}  // namespace
}  // namespace foothold

Micros open_attachment(Operation& op, Micros now, Colleague& who, Foothold& out) {
  const Place desk = desk_of(op.world(), who);
  const User& u = *who.user;
  out.who = &who;
  foothold::name_loader(op, u, out);
  const bool quiet = op.quietly();
  const std::string_view type = quiet ? "iso" : op.rng().chance(0.5) ? "zip" : "docm";
  const std::string attachment =
      foothold::below_profile(u, fmt::format("Microsoft\\Windows\\INetCache\\Content.Outlook\\{:08X}\\{}.{}", op.rng().below(1ull << 32),
                                             foothold::kLetters[op.rng().below(std::size(foothold::kLetters))], type));
  const Process outlook = foothold::of_user(op, desk, "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE");
  const Act mail = op.act("initial-access", "T1566.001", now, &u, {user_entity(u), host_entity(*desk.machine), {"file", attachment}});
  op.scene().cloud.mail(mail, u, "MailItemsAccessed", op.world().egress, "Client=MSExchangeRPC", 1);
  op.scene().windows.file(mail.then(20 * kSecond), *desk.machine, outlook, attachment);

  const Act opened =
      op.act("execution", "T1204.002", now + 26 * kSecond, &u, {user_entity(u), host_entity(*desk.machine), {"file", attachment}, {"process", out.image}});
  const Process by = foothold::unpack(op, opened, desk, attachment, outlook, out);
  out.place = foothold::plant(op, opened.then(20 * kSecond), desk, by, out, type == "docm");
  if (quiet) foothold::load_library(op, opened.then(24 * kSecond), out);
  out.since = now + kMinute;
  const Micros later = now + 2 * kMinute + op.pause(op.stretch() * 300);
  foothold::persist(op, later, out);
  return later + kMinute;
}

std::string vpn_address(Operation& op, const Act& act, const User& who, const Outsider& from, unsigned prompts) {
  Micros later = 0;
  for (unsigned i = 0; i < prompts; ++i, later += 40 * kSecond) {
    SignIn refused = sign_in_from(from, "Virtual private network");
    refused.error = 500121;
    refused.second_factor = false;
    op.scene().cloud.sign_in(act.then(later), who, refused);
  }
  op.scene().cloud.sign_in(act.then(later), who, sign_in_from(from, "Virtual private network"));
  const Net& net = op.world().net("vpn");
  return address_text(net.first + static_cast<std::uint32_t>(op.rng().below(net.size)));
}

Place desktop_from(Operation& op, const Act& act, const std::string& from, Machine& to, const User& as, Micros lasts) {
  Windows& windows = op.scene().windows;
  const auto port = static_cast<std::uint16_t>(49'152 + op.rng().below(16'000));
  Flow f;
  f.from = from;
  f.to = to.address;
  f.from_port = port;
  f.to_port = 3'389;
  f.service = "rdp";
  f.duration = lasts;
  f.out = 400'000 + op.rng().below(900'000);
  f.in = 4'000'000 + op.rng().below(20'000'000);
  op.scene().network.flow(act, to, f);
  windows.ntlm(act.then(2 * kSecond), as.name, "", 0);
  Place p;
  p.machine = &to;
  p.session = windows.logon(act.then(3 * kSecond), to, as, {.type = 10, .from = from, .port = port, .package = "Negotiate"});
  p.by = windows.start(act.then(5 * kSecond), to, &p.session, windows.system_process(to, "C:\\Windows\\System32\\userinit.exe"),
                       {.image = "C:\\Windows\\explorer.exe", .command = "C:\\Windows\\Explorer.EXE", .description = "Windows Explorer"});
  windows.logoff(act.then(lasts), p.session);
  return p;
}

Micros come_by_vpn(Operation& op, Micros now, Colleague& who, Foothold& out) {
  const User& u = *who.user;
  Machine& m = op.world().machines[who.machine];
  out.who = &who;
  foothold::name_loader(op, u, out);
  const Outsider from = outsider(op);
  const Act entry = op.act("initial-access", "T1133", now, &u, {user_entity(u), {"address", from.address}});
  const std::string address = vpn_address(op, entry, u, from, op.quietly() ? 0 : 2 + static_cast<unsigned>(op.rng().below(4)));
  const Act desktop = op.act("initial-access", "T1078.002", now + 6 * kMinute, &u, {user_entity(u), host_entity(m), {"address", address}});
  Place p = desktop_from(op, desktop, address, m, u, 25 * kMinute);

  const Act run = op.act("execution", "T1204.002", now + 9 * kMinute, &u, {user_entity(u), host_entity(m), {"process", out.image}});
  out.place = foothold::plant(op, run, p, p.by, out, false);
  foothold::load_library(op, run.then(6 * kSecond), out);
  out.since = now + 10 * kMinute;
  foothold::persist(op, now + 13 * kMinute, out);
  return now + 26 * kMinute;
}

void come_back(Operation& op, Micros now, Foothold& f) {
  Machine& m = *f.place.machine;
  if (m.booted == kNoTime || m.booted <= f.since) return;
  const User& u = *f.place.user();
  Windows& windows = op.scene().windows;
  const bool task = !f.task.empty();
  const Act act = op.act("persistence", task ? "T1053.005" : "T1547.001", now, &u, {host_entity(m), user_entity(u), {"process", f.image}});
  f.place.session = {&m, &u, m.next_logon, 2};
  f.place.by = windows.start(act, m, &f.place.session, task ? m.svchost : m.explorer, {.image = f.image, .command = f.command, .company = "-"});
  if (task) windows.task_ran(act.then(100'000), m, f.task, f.image);
  f.since = now;
}

}  // namespace custos::simulate
