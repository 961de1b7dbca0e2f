// The door of the correlate layer: findings to incidents that are told.
// Included by engine/, which says what is known of computers and accounts, and by cli/.
// See the headers behind it for lifetimes.
// One thread a call.
// Refuses nothing silently: findings that are in no incident are counted.
#pragma once

#include "correlate/grouping/mention.h"  // mentions_of()
#include "correlate/incidents.h"         // correlate()
