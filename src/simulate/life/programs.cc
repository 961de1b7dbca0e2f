#include "simulate/life/programs.h"

#include <fmt/format.h>

#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

void replace(std::string& in, std::string_view what, std::string_view with) {
  for (std::size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size())) in.replace(at, what.size(), with);
}

}  // namespace

Process Programs::run(Scene& scene, const Act& act, Machine& m, const Session* session, const Program& what, const Process* parent, std::string_view document,
                      std::string_view host) const {
  Rng& rng = m.rng;
  std::string command = what.command;
  if (command.find("${") != std::string::npos) {
    replace(command, "${document}", document);
    replace(command, "${host}", host);
    replace(command, "${n}", fmt::format("{}", rng.below(900)));
    replace(command, "${hex}", fmt::format("{}", rng.below(1ull << 36)));
  }
  if (session == nullptr && what.parent == "services" && rng.chance(0.6)) scene.windows.service_logon(act, m);
  // A parent that is a program itself ran before and is still there; only its image matters to whoever reads the log.
  Process usual = what.parent == "services" ? m.services : what.parent == "svchost" ? m.svchost : m.explorer;
  if (const Program* above = find(what.parent); parent == nullptr && above != nullptr) {
    usual = scene.windows.system_process(m, above->image);
    usual.command = above->command;
    usual.user = session == nullptr ? nullptr : session->user;
  }
  const Process p = scene.windows.start(act, m, session, parent != nullptr ? *parent : usual,
                                        {what.image, command, what.company.empty() ? "Microsoft Corporation" : std::string_view(what.company),
                                         what.description.empty() ? "-" : std::string_view(what.description), session == nullptr ? "System" : "Medium"});
  const auto lasts = static_cast<Micros>(rng.draw(what.seconds) * kSecond);
  if (!what.site.empty()) {
    if (const Site* site = scene.world.site(what.site)) {
      for (unsigned n = rng.poisson(what.connect); n > 0; --n) {
        const Act later = act.then(static_cast<Micros>(rng.below(static_cast<std::uint64_t>(lasts) + 1)));
        scene.network.direct(later, m, *site, site_host(*site, rng, scene.world, &m), &p);
      }
    }
  }
  scene.windows.end(act.then(lasts), m, p);
  return p;
}

}  // namespace custos::simulate
