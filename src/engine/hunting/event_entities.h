// What an event names, as the keys of docs/formats/hunt-index.md: computers, accounts, addresses, domains, programs, files, hashes.
// Called for every event by the index of a case and by hunts that do without it.
// Views live until the next call.
// One thread; the batches it is given share one table of names.
// Refuses what attribution's EntityLook passes over; at most 48 keys an event.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/attribution/entities.h"

namespace custos::engine {

class EventEntities {
 public:
  explicit EventEntities(Names& names);
  // Sorted, each once.
  std::span<const std::string_view> keys_of(const Event& event);
  // "windows/security event 4624"
  std::string_view kind_of(const Event& event);

 private:
  void add(char kind, std::string_view value);
  void add_hashes(std::string_view text);

  EntityLook look_;
  std::vector<NameId> hash_fields_, name_fields_;
  std::vector<std::string> texts_;  // their room is used again
  std::size_t used_ = 0;
  std::vector<std::string_view> keys_;
  std::string kind_;
};

// The letter of a kind of attribution's, and what people call the kind of a letter.
char entity_letter(std::string_view kind);
std::string_view entity_word(char letter);
// All keys that this value may have.
std::vector<std::string> keys_of_value(std::string_view value);

}  // namespace custos::engine
