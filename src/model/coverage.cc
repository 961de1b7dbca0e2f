#include "model/coverage.h"

#include <algorithm>

namespace custos {

bool Coverage::complete() const {
  return std::all_of(sources.begin(), sources.end(), [](const SourceCoverage& s) { return s.state == ReadState::Whole; });
}

}  // namespace custos
