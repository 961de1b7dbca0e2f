// Every fixed text of a report, in each language. A text with {} takes what is said there in all languages in the same order.
// Read by the files of this folder.
// Constants.
// Any thread.
// Refuses nothing; words_test.cc refuses a language in which a word is missing.
#pragma once

#include <string>
#include <string_view>

#include "share/release/masking.h"
#include "share/report/report.h"

namespace custos::share {

// clang-format off
#define CUSTOS_REPORT_WORDS(X) \
  X(lang) X(report) X(for_technical) X(for_leadership) X(for_authority) X(case_word) X(made) X(utc) X(contents) X(skip) X(summary) X(timeline) \
  X(graph) X(story) X(stages) X(exposure) X(indicators) X(incident) X(further_incidents) X(actions) X(method) X(evidence) X(reading) X(no_incident) \
  X(what) X(when) X(how_far) X(after_what) X(touched) X(must_be_told) X(open_points) X(not_shown) X(not_read) X(state) X(task_state) X(from_to) X(raised) \
  X(and_more_incidents) X(furthest_stage) X(computers_accounts) X(objective_share) X(objective_unclear) X(objective_note) X(objectives) X(in_favour) \
  X(against) X(weight) X(exposure_none) X(exposure_unknown) X(exposure_count) X(gaps_none) X(tasks_open) X(tasks_none) X(all_read) X(some_unread) \
  X(nothing_scanned) X(told_incidents) X(timeline_note) X(timeline_many) X(no_times) X(graph_note) X(graph_grouped) X(graph_lines) X(graph_empty) \
  X(grouped_node) X(story_language) X(story_empty) X(gaps) X(stage) X(techniques) X(first) X(last) X(time) X(title) X(level) X(role) X(kind) X(name) \
  X(value) X(item) X(degree) X(by_whom) X(times) X(session) X(unknown) X(none) X(tasks) X(notes) X(members) X(handed_out) X(task) X(due) X(assigned) \
  X(said) X(outcome) X(opened) X(last_act) X(closed) X(open) X(done) X(dropped) X(about) X(who) X(scans) X(scan) X(started) X(tool) X(rules) \
  X(rules_value) X(configuration) X(arguments) X(host) X(sources) X(sources_value) X(events) X(events_value) X(findings) X(behavior_off) X(scan_open) \
  X(not_whole) X(why) X(more_rows) X(without_telemetry) X(method_text) X(withheld_text) X(withheld_nothing) X(no_institution) X(problems) \
  X(checkpoint) X(origin) X(size) X(root) X(key) X(stamps) X(witnesses) X(check_text) X(number) X(finding) X(place) X(place_value) X(exhibit) \
  X(exhibits) X(records) X(proof) X(proof_value) X(proof_record) X(around) X(other_findings) X(evidence_short) X(file) X(format) X(first_last) \
  X(merged_from) X(level_informational) X(level_low) X(level_medium) X(level_high) X(level_critical) X(stage_reconnaissance) X(stage_initial_access) \
  X(stage_execution) X(stage_persistence) X(stage_privilege_escalation) X(stage_defense_evasion) X(stage_credential_access) X(stage_discovery) \
  X(stage_lateral_movement) X(stage_collection) X(stage_command_and_control) X(stage_exfiltration) X(stage_impact) X(stage_none) X(kind_host) \
  X(kind_account) X(kind_address) X(kind_domain) X(kind_program) X(role_foothold) X(role_reached) X(role_staging_host) X(role_first_account) \
  X(role_stolen_account) X(role_command_and_control) X(role_destination) X(role_source) X(role_contacted) X(role_tool) X(role_involved) X(role_lead) \
  X(role_analyst) X(role_reader) X(role_authority) X(degree_metadata_seen) X(degree_opened) X(degree_copied) X(degree_left) X(certainty_certain) \
  X(certainty_likely) X(certainty_possible) X(objective_espionage) X(objective_insider_collection) X(objective_sabotage) X(objective_extortion) \
  X(objective_opportunistic) X(source_partial) X(source_unread) X(source_whole) X(mask_person) X(mask_item) X(mask_host) X(mask_account) \
  X(mask_a_person) X(mask_an_item) X(mask_a_host) X(mask_an_account) X(mask_withheld)
// clang-format on

struct Words {
#define CUSTOS_WORD(name) std::string_view name;
  CUSTOS_REPORT_WORDS(CUSTOS_WORD)
#undef CUSTOS_WORD
};

extern const Words kWordsEn, kWordsFr;
const Words& words_of(Lang lang);
// All words of a language, in a fixed order.
std::vector<std::string_view> all_words(const Words& w);

// Words of custos's own vocabulary; what is not in it stays as it is.
std::string_view level_word(const Words& w, Level level);
std::string_view stage_word(const Words& w, std::optional<Stage> stage);
std::string_view kind_word(const Words& w, std::string_view kind);
std::string_view role_word(const Words& w, std::string_view role);
std::string_view degree_word(const Words& w, Degree degree);
std::string_view certainty_word(const Words& w, Certainty certainty);
std::string_view objective_word(const Words& w, std::string_view objective);
std::string_view state_word(const Words& w, std::string_view state);  // of a task, a case, a source
PseudonymWords pseudonym_words(Lang lang);

}  // namespace custos::share
