#include <fmt/format.h>

#include "base/text.h"
#include "simulate/life/work.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

constexpr const char* kKinds[] = {"statement", "memo", "filing", "transcript", "annex", "letter", "report", "decision"};
constexpr const char* kTypes[] = {"docx", "docx", "pdf", "docx", "pdf", "xlsx"};

// Some documents are read by everybody, most by hardly anybody: a few numbers take most of the draws.
std::uint32_t one_document(Rng& rng, const Folder& f) {
  const double u = rng.unit();
  return static_cast<std::uint32_t>(u * u * u * f.documents);
}

std::string_view program_for(std::string_view path) { return path.ends_with("pdf") ? "reader" : path.ends_with("xlsx") ? "excel" : "word"; }

}  // namespace

std::string document_path(const Folder& f, std::uint32_t number) {
  return fmt::format("{}\\{}-{:03}.{}", f.path, kKinds[(number * 7) % std::size(kKinds)], number, kTypes[(number * 5) % std::size(kTypes)]);
}

std::string_view seen_from(const Scene& scene, const Desk& desk) {
  return desk.machine.inside() ? std::string_view(scene.world.egress) : std::string_view(desk.machine.remote_address);
}

void open_share(Scene& scene, const Act& act, Desk& d, std::string_view share) {
  Machine& server = scene.world.first(Kind::FileServer);
  if (act.at < d.share_until) return;
  d.share_port = d.machine.next_port();
  Logon how{.type = 3, .from = d.machine.address, .port = d.share_port};
  const std::string name = d.machine.account.substr(0, d.machine.account.size() - 1);
  if (d.who.rng.chance(accounts_figure(scene, "ntlm"))) {  // by address, or by a name that has no ticket
    how.package = "NTLM";
    how.workstation = name;
    scene.windows.ntlm(act.then(4'000), d.who.user->name, name, 0);
  } else {
    ticket_for(scene, act, d, server);
  }
  d.share = scene.windows.logon(act.then(8'000), server, *d.who.user, how);
  scene.windows.share(act.then(14'000), d.share, d.machine.address, d.share_port, share);
  // A quarter of an hour without use ends the session: [MS-SMB2] leaves it to the server, Windows' autodisconnect is 15 minutes.
  d.share_until = act.at + 15 * kMinute + static_cast<Micros>(d.who.rng.below(20 * kMinute));
  scene.windows.logoff(act.then(d.share_until - act.at), d.share);
  scene.network.internal(act, d.machine, server, 445, "smb", 40'000 + d.who.rng.below(60'000), 300'000 + d.who.rng.below(4'000'000), d.share_until - act.at);
}

void read_document(Scene& scene, const Act& act, Desk& d, const Programs& programs) {
  Rng& rng = d.who.rng;
  if (d.who.folders.empty()) return;
  const Folder& f = scene.world.folders[d.who.folders[rng.below(d.who.folders.size())]];
  open_share(scene, act, d, f.share);
  const bool writes = rng.chance(0.35);
  scene.windows.shared_file(act.then(30'000), d.share, d.machine.address, d.share_port, f.share, f.path, Windows::Access::List);
  const std::string path = document_path(f, one_document(rng, f));
  scene.windows.shared_file(act.then(2 * kSecond), d.share, d.machine.address, d.share_port, f.share, path, Windows::Access::Read);
  if (const Program* p = programs.find(program_for(path))) {
    programs.run(scene, act.then(1'700'000), d.machine, &d.session, *p, nullptr, fmt::format("\\\\files-01\\{}\\{}", f.share, path));
  }
  if (writes) {
    const Micros later = static_cast<Micros>(60 + rng.below(600)) * kSecond;
    if (act.at + later < d.share_until)
      scene.windows.shared_file(act.then(later), d.share, d.machine.address, d.share_port, f.share, path, Windows::Access::Write);
  }
}

void read_mail(Scene& scene, const Act& act, Desk& d, const Programs& programs) {
  Rng& rng = d.who.rng;
  const std::string_view from = seen_from(scene, d);
  constexpr std::string_view kClient = "Client=MSExchangeRPC";
  scene.cloud.mail(act, *d.who.user, "MailItemsAccessed", from, kClient, 1 + rng.poisson(2.5));
  if (rng.chance(0.3)) scene.cloud.mail(act.then(90 * kSecond), *d.who.user, "Send", from, kClient);
  if (rng.chance(0.15)) scene.cloud.mail(act.then(20 * kSecond), *d.who.user, "MoveToDeletedItems", from, kClient, 1 + rng.poisson(1));
  if (const Site* mail = scene.world.site("office365.com"); mail != nullptr && rng.chance(0.4)) {
    scene.network.direct(act, d.machine, *mail, "outlook.office365.com", &d.outlook);
  }
  if (!rng.chance(0.12)) return;
  // An attachment: Outlook writes it to its folder of temporary files, the program opens it from there.
  const std::string name = fmt::format("C:\\Users\\{}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\{:08X}\\{}-{}.{}", d.who.user->name,
                                       rng.below(1ull << 32), kKinds[rng.below(std::size(kKinds))], rng.below(900), kTypes[rng.below(std::size(kTypes))]);
  scene.windows.file(act.then(10 * kSecond), d.machine, d.outlook, name);
  if (const Program* p = programs.find(program_for(name))) programs.run(scene, act.then(11 * kSecond), d.machine, &d.session, *p, &d.outlook, name);
}

void browse(Scene& scene, const Act& act, Desk& d) {
  Rng& rng = d.who.rng;
  const auto& sites = scene.world.parameters->sites;
  const Site* site = nullptr;
  if (!d.who.habits.empty() && rng.chance(0.6)) site = scene.world.site(rng.pick(d.who.habits));
  for (int tries = 0; site == nullptr && tries < 20; ++tries) {
    const Site& s = sites[rng.below(sites.size())];
    if (!s.direct && s.kind != "ads" && s.kind != "cdn" && rng.chance(s.weight / 10)) site = &s;
  }
  if (site == nullptr) return;
  const auto go = [&](const Site& s, Micros later) {
    scene.network.visit(act.then(later), d.machine, *d.who.user, s, {.host = site_host(s, rng, scene.world, &d.machine), .agent = d.who.browser}, &d.browser);
  };
  if (d.machine.inside()) ticket_for(scene, act, d, scene.world.proxy_of(d.machine));
  if (rng.chance(names_figure(scene, "typos"))) {
    const std::string wrong = mistyped(site->domain, rng);
    scene.network.visit(act, d.machine, *d.who.user, *site, {.host = wrong, .agent = d.who.browser, .status = 503, .unknown = true}, &d.browser);
    if (!d.machine.inside()) return;
  }
  for (Micros later = 8 * kSecond, pages = 1 + rng.poisson(1.5); pages > 0; --pages, later += static_cast<Micros>(rng.exponential(45 * kSecond))) {
    go(*site, later);
    // A page of the open web brings the sites of others with it.
    if (site->kind != "news" && site->kind != "search") continue;
    for (unsigned n = rng.poisson(3); n > 0; --n) {
      const Site& other = sites[rng.below(sites.size())];
      if (other.kind == "ads" || other.kind == "cdn") go(other, later + static_cast<Micros>(rng.below(3 * kSecond)));
    }
  }
}

void use_cloud_files(Scene& scene, const Act& act, Desk& d) {
  Rng& rng = d.who.rng;
  const std::string unit = d.who.unit;
  const std::string file = fmt::format("{}-{:03}.docx", kKinds[rng.below(std::size(kKinds))], rng.below(200));
  constexpr std::string_view kWhat[] = {"FileAccessed", "FileAccessed", "FileModified", "FileDownloaded", "FileUploaded", "FilePreviewed"};
  std::string site;
  for (const char c : unit) site += c == ' ' ? '-' : ascii_lower(c);
  scene.cloud.document(act, *d.who.user, kWhat[rng.below(std::size(kWhat))], seen_from(scene, d), site, file, d.who.browser);
  if (const Site* s = scene.world.site("sharepoint.com"); s != nullptr && d.machine.inside())
    scene.network.direct(act, d.machine, *s, "courtexample.sharepoint.com", &d.browser);
}

void do_task(Scene& scene, const Act& act, Desk& d, std::string_view task, const Programs& programs) {
  Rng& rng = d.who.rng;
  if (task == "mail") return read_mail(scene, act, d, programs);
  if (task == "documents") return read_document(scene, act, d, programs);
  if (task == "browse") return browse(scene, act, d);
  if (task == "files") return use_cloud_files(scene, act, d);
  if (task == "admin-shell") return admin_shell(scene, act, d, programs);
  if (task == "shell") return shell(scene, act, d, programs);
  if (task == "remote-desktop") return remote_desktop(scene, act, d, programs);
  if (task == "cloud-console") return cloud_console(scene, act, d);
  if (task == "chat") {
    if (const Site* s = scene.world.site("skype.com")) scene.network.direct(act, d.machine, *s, "api.flightproxy.skype.com");
  } else if (task == "print") {
    scene.network.internal(act, d.machine, scene.world.any(Kind::Printer, rng), 9'100, "", 200'000 + rng.below(2'000'000), 400, 6 * kSecond);
    if (const Program* p = programs.find("splwow")) programs.run(scene, act, d.machine, &d.session, *p);
  } else if (task == "intranet" || task == "case-search") {
    const bool search = task == "case-search";
    Machine& app = scene.world.first(Kind::AppServer);
    if (ticket_for(scene, act.then(-2'000), d, app) || rng.chance(0.2)) {
      const Session s = scene.windows.logon(act.then(20'000), app, *d.who.user, {.type = 3, .from = d.machine.address, .port = d.machine.next_port()});
      scene.windows.logoff(act.then(static_cast<Micros>(2 + rng.below(18)) * kMinute), s);
    }
    scene.network.internal(act, d.machine, scene.world.first(Kind::AppServer), search ? 8'443 : 443, "ssl", 2'000 + rng.below(6'000),
                           20'000 + rng.below(300'000), static_cast<Micros>(5 + rng.below(60)) * kSecond);
    if (search)
      scene.network.internal(act.then(90'000), scene.world.first(Kind::AppServer), scene.world.first(Kind::Database), 5'432, "postgresql", 900 + rng.below(900),
                             9'000 + rng.below(90'000), kSecond);
  }
}

}  // namespace custos::simulate
