#include "engine/evidence/view.h"

#include <nlohmann/json.hpp>

namespace custos::engine {

Result<std::uint64_t> put_view_on_record(const LogAccess& access, const std::string& what, const std::string& about) {
  const auto files = real_files();
  auto opened = open_log(*files, access);
  if (!opened) return tl::unexpected<Error>(opened.error());
  return put_on_record(*opened->log, access.custody, "view", {{"what", what}, {"about", about}});
}

}  // namespace custos::engine
