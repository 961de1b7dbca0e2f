// The door of the share layer: findings and coverage to documents and to the screen.
// Included by cli/ (later serve/).
// See the headers behind it for lifetimes.
// One thread a document.
// Refuses nothing.
#pragma once

#include "share/exporter.h"  // exporters()
#include "share/identity.h"  // finding_id()
#include "share/summary.h"   // the screen-long answer
