// Checkpoints of a transparency log (C2SP tlog-checkpoint), cosignatures over them (tlog-cosignature) and proofs that stand alone (tlog-proof).
// Called by the log, the witness, packages and whoever checks them.
// Owned values.
// Any thread.
// Refuses extension lines, which custos never writes, and numbers in any spelling but the shortest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/crypto/sha256.h"
#include "evidence/merkle/proof.h"
#include "evidence/notes/note.h"

namespace custos::evidence {

struct TreeHead {
  std::string origin;
  std::uint64_t size = 0;
  Hash32 root{};
  bool operator==(const TreeHead&) const = default;
};

std::string to_text(const TreeHead& head);  // the three lines that are signed
Result<TreeHead> parse_tree_head(std::string_view text);

// The whole decimal number of that spelling, or nothing.
bool parse_decimal(std::string_view text, std::uint64_t& value);

struct Cosignature {
  std::uint64_t time = 0;  // seconds since 1970
  std::string signature;   // 64 bytes
};

// What a witness signs: two lines and the checkpoint's text.
std::string cosigned_message(std::uint64_t time, std::string_view checkpoint_text);
NoteSignature to_signature(const VerifierKey& witness, const Cosignature& c);
// Of this witness on this note; an error where it has none or one that does not hold.
Result<Cosignature> verify_cosignature(const Note& note, const VerifierKey& witness);

// What a time stamp is over: the note with the signatures of the log's own key alone, whatever witnesses added since.
std::string stamped_bytes(const Note& note, const VerifierKey& log_key);

struct TlogProof {
  std::uint64_t index = 0;
  Proof proof;
  std::string checkpoint;  // a signed note, verbatim
};

std::string to_text(const TlogProof& p);
Result<TlogProof> parse_tlog_proof(std::string_view text);

}  // namespace custos::evidence
