// Taking papers: reading folders of the file server, searching the case system, packing what was read.
// Called by campaigns/; feeds sensors/ through the same calls as somebody at work.
// Nothing is kept.
// One thread.
// Refuses nothing: a folder has as many documents as it has.
#pragma once

#include "simulate/intruder/place.h"

namespace custos::simulate {

// A visit to one folder, its records under `act`: list, then so many documents, `apart` seconds between two on average. Documents run on from `first`.
// Returns when the session at the file server ends.
Micros read_folder(Operation& op, const Act& act, Machine& from, const User& as, const Folder& folder, std::uint32_t first, unsigned documents, double apart);
// A question to the case system, as the case client asks it.
void search_cases(Operation& op, const Act& act, Machine& from);
// Bytes of so many documents, as the simulation's office papers are large.
std::uint64_t size_of(Operation& op, unsigned documents);
// An archive with a password, in parts, into a folder of temporary files. `name` comes back for who sends or removes it.
Micros pack_up(Operation& op, Micros now, const Place& p, unsigned parts, bool quietly, std::string& name);

// Folders of one case; of all cases where `dossier` is kNobody.
std::vector<const Folder*> case_folders(const World& w, std::uint32_t dossier);
bool may_read(const World& w, const Colleague& c, const Folder& f);

}  // namespace custos::simulate
