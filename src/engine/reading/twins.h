// Windows logs that stand there twice, as EVTX and as NDJSON of the same name: `custos simulate --windows both` writes them so.
// Called by the yardsticks, whose truth names the NDJSON alone.
// Owned values.
// Any thread.
// Refuses nothing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace custos::engine {

// Takes the EVTX files out that have an NDJSON twin in the same folder; how many they were.
std::size_t leave_out_twins(std::vector<std::string>& paths);
std::string twins_text(std::size_t left_out);

}  // namespace custos::engine
