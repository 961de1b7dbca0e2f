// Where the bytes of a scan come from when they do not lie in files: the seam through which sealed evidence is read like the logs it was.
// Asked by scan(), which knows nothing else of it; engine/hunting has the one over a case.
// Lives as long as the scan.
// visit() by several threads, each source by one.
// Refuses nothing: what can't be had is told to the visitor as a problem.
#pragma once

#include <vector>

#include "ingest/ingest.h"

namespace custos::engine {

class Sources {
 public:
  virtual ~Sources() = default;
  // In order; no path, and each name once.
  virtual std::vector<ingest::SourceFile> files() const = 0;
  // Shows the visitor the stream of this one of them.
  virtual void visit(const ingest::SourceFile& file, ingest::StreamVisitor& visitor) = 0;
};

}  // namespace custos::engine
