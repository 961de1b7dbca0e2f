// An entry of a sealed log as it is stored: 0x01, epoch, ChaCha20-Poly1305 of the entry, bound to its place and its log.
// Called by the log's writer and its readers; docs/formats/evidence-log.md, "Entry files".
// Owned values.
// Any thread.
// Refuses keys that are not 32 bytes, entries that an entry file has no room for, and whatever does not open. One key may seal one index once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

inline constexpr std::size_t kEntrySealSize = 1 + 4 + 16;  // what sealing adds
inline constexpr std::size_t kMostStoredEntry = 65'535;

bool is_sealed_entry(std::string_view stored);
Result<std::uint32_t> epoch_of(std::string_view stored);

// `key`: the 32 bytes in epochs/<epoch>.age. The nonce is the index: two texts under one key and index would betray both.
Result<std::string> seal_entry(std::string_view entry, std::string_view key, std::uint32_t epoch, std::uint64_t index, std::string_view origin);
// `key` is that of the epoch which epoch_of told; with any other it does not open.
Result<std::string> open_entry(std::string_view stored, std::string_view key, std::uint64_t index, std::string_view origin);

}  // namespace custos::evidence
