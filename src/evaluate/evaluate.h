// The door of the evaluate layer: alarms and truth to honest figures.
// Included by engine/ (which joins it with data) and cli/ (which prints).
// See the headers behind it for lifetimes.
// One thread an evaluation.
// Refuses nothing silently: what is weak, not tested or not read stands in the report.
#pragma once

#include "evaluate/calibration.h"    // calibrate()
#include "evaluate/figures.h"        // judge(), sum_up()
#include "evaluate/random.h"         // Random
#include "evaluate/recording.h"      // Recording, Periods
#include "evaluate/report/report.h"  // Report, to_json(), to_text(), to_html()
#include "evaluate/source.h"         // sources()
#include "evaluate/truth.h"          // Scene, Truth
#include "evaluate/variant.h"        // Variant, without_log(), disturbed()
