// What a text hides in encodings: entities, percent signs, escapes, base64, hexadecimal, UTF-16, each as a text of its own with its origins.
// Called by finder.cc for every text that masking or the gate looks at.
// Owned values.
// Any thread.
// Refuses to see through compression, encryption and more than two layers of these.
#pragma once

#include <functional>

#include "share/release/normal.h"

namespace custos::share {

// Calls `visit` with the text and with everything that it holds encoded, two layers deep.
void unfold(std::string_view text, const std::function<void(const Traced&)>& visit);

}  // namespace custos::share
