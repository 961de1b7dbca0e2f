// Numbers, sizes, spans and ATT&CK names as people read them: the same words in the terminal, the page and the table.
// Called by the summary and the exporters for people.
// Owned strings, or views of constants.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace custos::share {

std::string grouped(std::uint64_t n);                         // 1,234,567
std::string counted(std::uint64_t n, std::string_view noun);  // "1 file", "2 entries", "3 matches"
std::string sized(std::uint64_t bytes);                       // "512 bytes", "70.0 KiB"
// In whole seconds: "2024-03-15T10:00:00Z to 11:00:00Z" within a day, else both in full; one time where they are equal.
std::string span(Micros first, Micros last);

// A number of any size, short enough for people: "0.000083", "12.3", "41,000"; "not known" for what is no number.
std::string figure(double n);
// A p-value in words: "less than 1 in 10,000 ordinary days".
std::string rarity(double p);

// The first sentence of `text`, on one line.
std::string first_sentence(std::string_view text);
// What the rule means, for somebody who does not know its name: the description's first sentence, else the title.
// Of behaviour: the strongest reason's sentence.
std::string why(const Finding& f);

// The values of the entities of one kind, joined with `between`; empty where there is none.
std::string entities(const Finding& f, std::string_view kind, std::string_view between = ", ");
// "ws-05 (lease in zeek/dhcp.log, record 12)", "ws-014 or ws-022 (it changed hands)"; empty where nothing was resolved.
std::string identity(const Entity& e);
// The computers a finding is about, by their short names where those are known: its hosts, else whose its first resolved address was.
std::vector<std::string_view> computers(const Finding& f);
std::string_view first_entity(const Finding& f, std::string_view kind);

// Of a finding of behaviour: whose it is; its title where no entity says.
std::string actor(const Finding& f);
// How many ordinary windows it takes to see something as odd: 1 / p, or the odds where they are longer.
double strength(const Behavior& b);
// "p = 0.000083"; with the odds where it was those that raised it.
std::string likelihood(const Behavior& b);

std::string joined(const std::vector<std::string>& texts, std::string_view between = ", ");

// "credential_access" and "credential-access" -> "Credential Access"; a tactic unknown to ATT&CK keeps its words.
std::string tactic_title(std::string_view tactic);
// "TA0006"; empty for a tactic that is none of ATT&CK's enterprise matrix.
std::string_view tactic_id(std::string_view tactic);

}  // namespace custos::share
