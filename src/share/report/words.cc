#include "share/report/words.h"

#include <array>

namespace custos::share {
namespace report_words {
namespace {

struct Named {
  std::string_view name;
  std::string_view Words::*word;
};

template <std::size_t N>
std::string_view find(const Words& w, const std::array<Named, N>& in, std::string_view name) {
  for (const Named& n : in) {
    if (n.name == name) return w.*n.word;
  }
  return name;
}

}  // namespace
}  // namespace report_words

const Words& words_of(Lang lang) { return lang == Lang::Fr ? kWordsFr : kWordsEn; }

std::vector<std::string_view> all_words(const Words& w) {
  std::vector<std::string_view> all;
#define CUSTOS_WORD(name) all.push_back(w.name);
  CUSTOS_REPORT_WORDS(CUSTOS_WORD)
#undef CUSTOS_WORD
  return all;
}

std::string_view level_word(const Words& w, Level level) {
  constexpr std::array kLevels{&Words::level_informational, &Words::level_low, &Words::level_medium, &Words::level_high, &Words::level_critical};
  return w.*kLevels[static_cast<std::size_t>(level)];
}

std::string_view stage_word(const Words& w, std::optional<Stage> stage) {
  constexpr std::array kStages{&Words::stage_reconnaissance,
                               &Words::stage_initial_access,
                               &Words::stage_execution,
                               &Words::stage_persistence,
                               &Words::stage_privilege_escalation,
                               &Words::stage_defense_evasion,
                               &Words::stage_credential_access,
                               &Words::stage_discovery,
                               &Words::stage_lateral_movement,
                               &Words::stage_collection,
                               &Words::stage_command_and_control,
                               &Words::stage_exfiltration,
                               &Words::stage_impact};
  static_assert(kStages.size() == static_cast<std::size_t>(Stage::kCount));
  return stage ? w.*kStages[static_cast<std::size_t>(*stage)] : w.stage_none;
}

std::string_view kind_word(const Words& w, std::string_view kind) {
  constexpr auto kKinds = std::to_array<report_words::Named>({{"host", &Words::kind_host},
                                                              {"account", &Words::kind_account},
                                                              {"address", &Words::kind_address},
                                                              {"domain", &Words::kind_domain},
                                                              {"program", &Words::kind_program}});
  return report_words::find(w, kKinds, kind);
}

std::string_view role_word(const Words& w, std::string_view role) {
  constexpr auto kRoles = std::to_array<report_words::Named>({{"foothold", &Words::role_foothold},
                                                              {"reached", &Words::role_reached},
                                                              {"staging host", &Words::role_staging_host},
                                                              {"first account", &Words::role_first_account},
                                                              {"stolen account", &Words::role_stolen_account},
                                                              {"command and control", &Words::role_command_and_control},
                                                              {"destination", &Words::role_destination},
                                                              {"source", &Words::role_source},
                                                              {"contacted", &Words::role_contacted},
                                                              {"tool", &Words::role_tool},
                                                              {"involved", &Words::role_involved},
                                                              {"lead", &Words::role_lead},
                                                              {"analyst", &Words::role_analyst},
                                                              {"reader", &Words::role_reader},
                                                              {"authority", &Words::role_authority}});
  return report_words::find(w, kRoles, role);
}

std::string_view degree_word(const Words& w, Degree degree) {
  switch (degree) {
    case Degree::MetadataSeen: return w.degree_metadata_seen;
    case Degree::Opened: return w.degree_opened;
    case Degree::Copied: return w.degree_copied;
    default: return w.degree_left;
  }
}

std::string_view certainty_word(const Words& w, Certainty certainty) {
  return certainty == Certainty::Certain ? w.certainty_certain : certainty == Certainty::Likely ? w.certainty_likely : w.certainty_possible;
}

std::string_view objective_word(const Words& w, std::string_view objective) {
  constexpr auto kObjectives = std::to_array<report_words::Named>({{"espionage", &Words::objective_espionage},
                                                                   {"insider collection", &Words::objective_insider_collection},
                                                                   {"sabotage", &Words::objective_sabotage},
                                                                   {"extortion", &Words::objective_extortion},
                                                                   {"opportunistic", &Words::objective_opportunistic}});
  return report_words::find(w, kObjectives, objective);
}

std::string_view state_word(const Words& w, std::string_view state) {
  constexpr auto kStates = std::to_array<report_words::Named>({{"open", &Words::open},
                                                               {"closed", &Words::closed},
                                                               {"done", &Words::done},
                                                               {"dropped", &Words::dropped},
                                                               {"whole", &Words::source_whole},
                                                               {"partial", &Words::source_partial},
                                                               {"unread", &Words::source_unread}});
  return report_words::find(w, kStates, state);
}

PseudonymWords pseudonym_words(Lang lang) {
  const Words& w = words_of(lang);
  PseudonymWords p;
  p.one = {std::string(w.mask_person), std::string(w.mask_item), std::string(w.mask_host), std::string(w.mask_account)};
  p.any = {std::string(w.mask_a_person), std::string(w.mask_an_item), std::string(w.mask_a_host), std::string(w.mask_an_account)};
  p.withheld = w.mask_withheld;
  return p;
}

}  // namespace custos::share
