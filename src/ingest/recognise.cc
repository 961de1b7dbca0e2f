#include "ingest/format.h"

namespace custos::ingest {

const Format* recognise(Bytes head, bool whole) {
  const Format* best = nullptr;
  int sure = 0;
  for (const Format* f : formats()) {
    const int s = f->recognise(head, whole);
    if (s > sure) {
      sure = s;
      best = f;
    }
  }
  return best;
}

}  // namespace custos::ingest
