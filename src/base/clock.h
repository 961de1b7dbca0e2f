// The only place where custos asks what time it is.
// Called by cli/ and engine/ for statements and progress; verdicts depend on event time only.
// A value.
// Any thread.
// Refuses nothing.
#pragma once

#include "base/time.h"

namespace custos {

Micros wall_clock();
// Seconds since some start, never going back.
double steady_seconds();

}  // namespace custos
