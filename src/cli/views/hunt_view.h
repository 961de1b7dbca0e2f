// What a hunt found, on a screen.
// Called by commands/hunt.cc.
// Writes to standard output.
// The main thread.
// Refuses nothing; nothing of a log reaches the terminal but as printable text.
#pragma once

#include <string>

#include "engine/engine.h"

namespace custos::cli {

void print_rule_hunt(const engine::OpenedHunt& hunt, const engine::RuleHunt& found, std::size_t most);
void print_entity_hunt(const engine::OpenedHunt& hunt, const engine::EntityHunt& found);
// What was read and what not.
void print_read(const engine::OpenedHunt& hunt, const Coverage& coverage);

}  // namespace custos::cli
