// The door of the engine layer: scans, rule loading, explanations, cases, case files, benchmarks, simulation, evaluation.
// Included by cli/ (later serve/).
// See the headers behind it for lifetimes.
// Each call uses its own threads.
// Refuses unusable options before anything is read.
#pragma once

#include "engine/attribution/attribution.h"  // measure_attribution()
#include "engine/attribution/who.h"          // who()
#include "engine/behavior/learn.h"           // learn(), view_baseline()
#include "engine/bench.h"                    // bench()
#include "engine/cases.h"                    // run_case_file()
#include "engine/casework/acts.h"             // do_in_case(), make_case()
#include "engine/casework/case_list.h"        // list_cases()
#include "engine/casework/case_scan.h"        // begin_case_scan(), put_incidents()
#include "engine/casework/case_writer.h"      // CaseWriter, put_acts()
#include "engine/casework/exporting.h"        // export_case()
#include "engine/casework/merging.h"          // merge_cases()
#include "engine/casework/rules.h"            // refusal()
#include "engine/evaluation/evaluation.h"    // run_evaluation()
#include "engine/evaluation/group_consistency.h"  // measure_group_consistency()
#include "engine/evidence/change.h"        // change_settings()
#include "engine/evidence/countersign.h"   // stamp(), ask_witness()
#include "engine/evidence/listing.h"       // list_entries(), show_finding()
#include "engine/evidence/open_log.h"      // open_log(), key_file_of()
#include "engine/evidence/packaging.h"     // package_evidence()
#include "engine/evidence/sealing.h"       // SealOptions, SealedScan
#include "engine/evidence/verify.h"        // verify()
#include "engine/evidence/view.h"          // put_view_on_record()
#include "engine/explain.h"                  // explain()
#include "engine/hunting/entity_hunt.h"      // hunt_entity()
#include "engine/hunting/event_entities.h"   // entity_word()
#include "engine/hunting/entity_tally.h"     // most_seen()
#include "engine/hunting/hunt.h"             // open_hunt(), hunt_rules()
#include "engine/keeping/copying.h"          // copy_evidence(), sweep_evidence()
#include "engine/keeping/retention.h"        // hold_evidence(), release_evidence(), delete_evidence()
#include "engine/propose/propose.h"          // propose()
#include "engine/reporting/reporting.h"      // report_case()
#include "engine/scan.h"                     // scan(), load_rules()
#include "engine/simulation/simulation.h"    // simulate()
