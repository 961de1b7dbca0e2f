// Entries of the log: JSON objects whose first keys say what happened, when, by whom and why.
// Called by whoever has something to put on record; read by reports and packages.
// Owned values. The bytes are what is hashed and kept: they are made once and never again.
// Any thread.
// Refuses entries larger than 65,000 bytes. docs/formats/evidence-log.md has every kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"

namespace custos::evidence {

inline constexpr std::size_t kMostEntry = 65'000;

// Who did it, and on what ground; what nobody said is empty.
struct Custody {
  std::string who, role, reason, authority;
  std::string tool;           // "custos 0.1.0"
  std::string configuration;  // SHA-256 in hexadecimal, or empty
};

// `more`: the further keys, in order.
Result<std::string> make_entry(std::string_view kind, Micros time, const Custody& custody, const nlohmann::ordered_json& more);

nlohmann::ordered_json to_json(const Custody& custody);

// The object of an entry; an error where it is none, or not spelled as docs/formats/evidence-log.md says.
Result<nlohmann::json> parse_entry(std::string_view entry);

}  // namespace custos::evidence
