// The door of the behavior layer: events to facts, facts to findings that keep a budget.
// Included by engine/, which reads the logs, resolves names and writes findings down.
// See the headers behind it for lifetimes.
// One thread an analysis.
// Refuses nothing silently: what is late, evicted or too little to judge is counted.
#pragma once

#include "behavior/analysis.h"         // Analysis, Settings
#include "behavior/fact.h"             // Fact
#include "behavior/facts/fact_log.h"   // FactLog
#include "behavior/facts/reader.h"     // FactReader
#include "behavior/protection/items.h"  // Items
