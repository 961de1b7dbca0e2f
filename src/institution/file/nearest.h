// The known word that a person most likely meant.
// Called by readers for unknown keys and words.
// A view of one of the given words.
// Any thread.
// Refuses far-fetched guesses: nothing where more than a third of the letters differ. Words are compared by their first 48 bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace custos::institution {

std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// "; did you mean 'x'?" or "; the keys are a, b and c".
std::string suggestion(std::string_view word, std::span<const std::string_view> known, std::string_view plural);

}  // namespace custos::institution
