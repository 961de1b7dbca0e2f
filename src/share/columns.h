// Text measured in terminal columns: cut, padded and wrapped so that lines don't run over.
// Called by the summary.
// Owned strings.
// Any thread.
// Refuses nothing; `s` must be valid UTF-8 and already printable() (base/text.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace custos::share {

std::size_t columns(std::string_view s);

// `s` in at most `width` columns; what is cut off is marked with "...".
std::string fitted(std::string_view s, std::size_t width);
// The same for paths: the end tells more than the beginning, so the middle is cut.
std::string fitted_path(std::string_view s, std::size_t width);
// Filled up with blanks to `width`.
std::string padded(std::string_view s, std::size_t width);
// Broken at blanks into lines of at most `width` columns, at most `lines` of them; the last one is cut as fitted()
// cuts.
std::vector<std::string> wrapped(std::string_view s, std::size_t width, std::size_t lines);

}  // namespace custos::share
