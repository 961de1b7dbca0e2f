#include "simulate/intruder/taking.h"

#include <algorithm>

#include <fmt/format.h>

#include "simulate/life/work.h"

namespace custos::simulate {

Micros read_folder(Operation& op, const Act& act, Machine& from, const User& as, const Folder& folder, std::uint32_t first, unsigned documents, double apart) {
  Scene& scene = op.scene();
  Machine& server = op.world().first(Kind::FileServer);
  const std::uint16_t port = from.next_port();
  const std::uint64_t bytes = size_of(op, documents);
  Micros later = 2 * kSecond;
  std::vector<Micros> times;
  for (unsigned i = 0; i < std::min(documents, folder.documents); ++i) times.push_back(later += 150'000 + op.pause(apart));
  const Micros lasts = later + 4 * kMinute + op.pause(240);
  scene.windows.service_ticket(act, as.name, server, from.address);
  const Session s = scene.windows.logon(act.then(8'000), server, as, {.type = 3, .from = from.address, .port = port});
  scene.windows.share(act.then(14'000), s, from.address, port, folder.share);
  scene.network.internal(act, from, server, 445, "smb", 30'000 + 900 * documents, bytes, lasts);
  scene.windows.shared_file(act.then(kSecond), s, from.address, port, folder.share, folder.path, Windows::Access::List);
  for (unsigned i = 0; i < times.size(); ++i) {
    const std::string path = document_path(folder, (first + i) % folder.documents);
    scene.windows.shared_file(act.then(times[i]), s, from.address, port, folder.share, path, Windows::Access::Read);
  }
  scene.windows.logoff(act.then(lasts), s);
  return act.at + lasts;
}

void search_cases(Operation& op, const Act& act, Machine& from) {
  World& w = op.world();
  Rng& rng = op.rng();
  op.scene().network.internal(act, from, w.first(Kind::AppServer), 8'443, "ssl", 2'000 + rng.below(6'000), 20'000 + rng.below(300'000),
                              static_cast<Micros>(5 + rng.below(60)) * kSecond);
  op.scene().network.internal(act.then(90'000), w.first(Kind::AppServer), w.first(Kind::Database), 5'432, "postgresql", 900 + rng.below(900),
                              9'000 + rng.below(90'000), kSecond);
}

std::uint64_t size_of(Operation& op, unsigned documents) {
  double bytes = 0;
  for (unsigned i = 0; i < documents; ++i) bytes += op.rng().draw({240'000, 1.0});
  return static_cast<std::uint64_t>(bytes) + 4'000;
}

Micros pack_up(Operation& op, Micros now, const Place& p, unsigned parts, bool quietly, std::string& name) {
  Machine& m = *p.machine;
  const std::string folder =
      p.system || p.user() == nullptr ? std::string("C:\\Windows\\Temp\\") : fmt::format("C:\\Users\\{}\\AppData\\Local\\Temp\\", p.user()->name);
  name = fmt::format("{}{}{:x}{}", folder, quietly ? "~DF" : "data", op.rng().below(1ull << 24), quietly ? ".tmp" : ".7z");
  std::vector<Entity> entities{host_entity(m), {"file", name}};
  if (p.user() != nullptr) entities.push_back(user_entity(*p.user()));
  const Act act = op.act("collection", "T1560.001", now, p.user(), std::move(entities));
  // Their own copy of the packer under another name; or the one that is there.
  constexpr std::string_view kRenamed[] = {"Crypto\\keysvc.exe", "Search\\idxmerge.exe", "Diagnosis\\etlpack.exe", "Network\\pbkupd.exe"};
  const std::string image =
      quietly ? fmt::format("C:\\ProgramData\\Microsoft\\{}", kRenamed[op.rng().below(std::size(kRenamed))]) : "C:\\Program Files\\7-Zip\\7z.exe";
  const Micros lasts = static_cast<Micros>(parts) * (6 * kSecond + op.pause(8));
  const Process packer = launch(
      op, act, p, image, fmt::format("\"{}\" a -p{:08x} -mhe=on -v9m \"{}\" \"{}work\\*\"", image, op.rng().below(1ull << 32), name, folder), lasts, !quietly);
  for (unsigned i = 0; i < parts; ++i) {
    op.scene().windows.file(act.then(kSecond + static_cast<Micros>(i) * lasts / static_cast<Micros>(parts + 1)), m, packer,
                            fmt::format("{}.{:03}", name, i + 1));
  }
  return now + lasts + kSecond;
}

std::vector<const Folder*> case_folders(const World& w, std::uint32_t dossier) {
  std::vector<const Folder*> out;
  for (const Folder& f : w.folders) {
    if (f.dossier != kNobody && f.documents > 0 && (dossier == kNobody || f.dossier == dossier)) out.push_back(&f);
  }
  return out;
}

bool may_read(const World& w, const Colleague& c, const Folder& f) {
  return std::any_of(c.folders.begin(), c.folders.end(), [&](std::uint32_t i) { return &w.folders[i] == &f; });
}

}  // namespace custos::simulate
