// What a witness remembers of one log: the newest checkpoint that it cosigned, as one file.
// Called by the witness alone.
// Owned values.
// The witness's lock guards the files.
// Refuses a file whose signatures do not hold: to forget would be to let a log fork.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/lasting.h"
#include "base/result.h"
#include "evidence/notes/checkpoint.h"
#include "evidence/notes/note.h"

namespace custos::evidence {

struct WitnessState {
  TreeHead head;
  std::uint64_t time = 0;  // of the cosignature
  std::string bytes;       // signed note: the log's signatures that were checked, and the witness's
};

// The signatures of these keys on the note. None: an error. One that does not hold: an error, whatever else holds.
Result<std::vector<NoteSignature>> signatures_of(const Note& note, const std::vector<VerifierKey>& keys);

Result<WitnessState> parse_state(std::string_view bytes, const std::vector<VerifierKey>& log_keys, const VerifierKey& witness);

}  // namespace custos::evidence
