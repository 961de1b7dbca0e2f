// The door of the share layer: findings and coverage to documents and to the screen.
// Included by cli/ (later serve/).
// See the headers behind it for lifetimes.
// One thread a document.
// Refuses nothing.
#pragma once

#include "share/exporter.h"  // exporters()
#include "share/identity.h"  // finding_id()
#include "share/release/gate.h"     // Gate: the last look before something leaves
#include "share/release/masking.h"  // Masker, Pseudonyms
#include "share/report/render.h"    // render_report()
#include "share/summary.h"   // the screen-long answer
