// The checkpoint that a sweep measures a folder by: its own where that is right, else one out of its kept checkpoints or its copies that loses nothing.
// Called by the sweep, before anything is changed.
// Values.
// One thread.
// Refuses copies of another log, and those that are ahead of the folder or beside it: then what is damaged is more than files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/file_system.h"
#include "base/result.h"
#include "evidence/keep/shown.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

// A checkpoint whose signature is right.
struct SignedHead {
  std::string text;  // of the file
  TreeHead head;
};

// Keys that the settings of a log name, in log.json and in entries of the kind "log". Copies' count only where the folder itself names none: a copy proves
// nothing by itself.
std::vector<VerifierKey> keys_of(FileSystem& files, const std::vector<std::string>& folders);
// Signed by one of these keys; nothing where it is not.
std::optional<SignedHead> signed_head(std::string_view text, const std::vector<VerifierKey>& keys);

struct Anchor {
  SignedHead checkpoint;
  bool own = true;                                // it is the file `checkpoint` of the folder
  std::string why_not;                            // not own: and it may not take its place, because
  std::vector<std::optional<SignedHead>> copies;  // theirs, in order
};

// `folders`: the folder, then its copies. Only what `public_key` signed may take the place of the folder's own checkpoint; empty: any of the keys. No anchor at
// all: an error with Code::Malformed.
Result<Anchor> find_anchor(FileSystem& files, const std::vector<std::string>& folders, const std::vector<VerifierKey>& keys, std::string_view public_key,
                           const Shown& shown);

}  // namespace custos::evidence
