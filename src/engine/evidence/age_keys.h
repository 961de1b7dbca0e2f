// Keys of age as a person gives them: recipients to seal to, and the file of identities that opens.
// Called before a folder of evidence is made, changed or read.
// Owned values.
// Any thread.
// Refuses what is no such key, with the file and what is expected there.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "evidence/evidence.h"

namespace custos::engine {

// Each value a recipient ("age1..."), or a file that holds some, one a line ('#' begins a comment). As text, each once.
Result<std::vector<std::string>> read_recipients(const std::vector<std::string>& values);
// No file: no keyring.
Result<evidence::Keyring> read_keyring(const std::string& file);

}  // namespace custos::engine
