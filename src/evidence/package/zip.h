// The one form of ZIP file that packages have: stored members, nothing optional, so that its bytes follow from its members alone.
// Called by packages (write) and their checks (read).
// Owned values.
// Any thread.
// Refuses any file that it would not have written itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace custos::evidence {

struct ZipMember {
  std::string name, bytes;
};

std::string write_zip(const std::vector<ZipMember>& members);
Result<std::vector<ZipMember>> read_zip(std::string_view bytes);

}  // namespace custos::evidence
