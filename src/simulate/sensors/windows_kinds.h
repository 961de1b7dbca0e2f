// The Windows events that the simulation writes: where each belongs and which fields it has, in the order Windows writes them.
// Named by sensors/windows*.cc; read by the writers of JSON and EVTX.
// A table that lives as long as the program.
// Any thread.
// Refuses nothing. Sources: the providers' manifests as shown by `wevtutil gp`, and Microsoft's and Sysinternals' descriptions of the events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace custos::simulate {

enum class FieldType : std::uint8_t { Text, Unsigned, Hex32, Hex64, Guid, Sid, Time, Boolean };
struct WindowsField {
  std::string name;
  FieldType type;
};

struct WindowsKind {
  std::string_view key;  // "Security 4624": what sensors and parameters call it; "Security failed 4768" has the keyword of failure
  std::string_view channel, provider, guid;
  std::uint16_t event_id;
  std::uint8_t version, level, opcode;
  std::uint16_t task;
  std::uint64_t keywords;
  std::string user_data;  // not empty: the data stand in UserData below an element of this name
  std::vector<WindowsField> fields;
};

// Nullptr for a name that is none.
const WindowsKind* windows_kind(std::string_view key);
std::vector<std::string_view> windows_kind_keys();

}  // namespace custos::simulate
