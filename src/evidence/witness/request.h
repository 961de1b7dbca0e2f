// What a log asks of a witness (C2SP tlog-witness, add-checkpoint): cosign this checkpoint; you know me up to this size, and here is the proof from there.
// Called by the witness, and by the log when it asks one.
// Owned values.
// Any thread.
// Refuses any spelling but the specification's, more than 63 hashes and more than 64 KiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/merkle/proof.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

inline constexpr std::size_t kMostAddCheckpointBytes = 64u << 10;

struct AddCheckpoint {
  std::uint64_t old_size = 0;
  Proof proof;             // of RFC 6962, from the old size to the checkpoint's; empty where the old size is 0
  std::string checkpoint;  // a signed note, verbatim
};

// The body of the request. What a witness answers to it are signature lines: behind the checkpoint they make a note again.
std::string to_text(const AddCheckpoint& request);
// The checkpoint is not looked into.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

// The head of somebody else's checkpoint, which may have extension lines; custos writes none (see parse_tree_head).
Result<TreeHead> parse_head_with_extensions(std::string_view text);

}  // namespace custos::evidence
