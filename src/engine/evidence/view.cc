#include "engine/evidence/view.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace custos::engine {

Result<std::uint64_t> put_view_on_record(const LogAccess& access, const std::string& what, const std::string& about) {
  const auto files = real_files();
  auto opened = open_log(*files, access);
  if (!opened) return tl::unexpected<Error>(opened.error());
  auto entry = evidence::make_entry("view", wall_clock(), access.custody, {{"what", what}, {"about", about}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  auto index = opened->log->append(*entry);
  if (!index) return index;
  if (auto note = opened->log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  return index;
}

}  // namespace custos::engine
