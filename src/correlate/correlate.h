// The door of the correlate layer: findings to incidents that are told, and whom their techniques are consistent with.
// Included by engine/, which says what is known of computers and accounts, and by cli/.
// See the headers behind it for lifetimes.
// One thread a call.
// Refuses nothing silently: findings that are in no incident are counted.
#pragma once

#include "correlate/attribution/attack_facts.h"  // load_attack_facts()
#include "correlate/attribution/consistency.h"   // consistency(): observed techniques against known groups
#include "correlate/attribution/hold_out.h"      // hold_out(): how far that is to be trusted
#include "correlate/exposure/access_reader.h"     // AccessReader
#include "correlate/grouping/mention.h"          // mentions_of()
#include "correlate/incidents.h"                 // correlate()
#include "correlate/naming.h"                    // keep_names()
#include "correlate/trail/lineage.h"             // Lineage
#include "correlate/trail/step_reader.h"         // StepReader
#include "correlate/trail/trail.h"               // Trail
