#include "engine/evidence/outputs.h"

#include "base/files/spared.h"

namespace custos::engine {

Result<void> lies_apart(const std::string& folder, const std::vector<std::string>& logs) {
  for (const std::string& log : logs) {
    if (log != "-" && lies_in(folder, log)) {
      return fail(Code::Usage, "lies among the logs to read, so that the next scan would read it; seal to another place", folder);
    }
  }
  return {};
}

}  // namespace custos::engine
