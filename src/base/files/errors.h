// What an errno means to custos.
// Called by the files of this folder.
// Values.
// Any thread.
// Refuses nothing.
#pragma once

#include <string>

#include "base/result.h"

namespace custos::file_access {

Code code_of(int error);
// A sentence that says what to do where that is known.
std::string say(int error);

}  // namespace custos::file_access
