// An institution as a person wants to see it: on one screen, or all that is known of one name.
// Called by commands/institution.cc.
// Owned texts.
// Any thread.
// Refuses nothing; whatever stands in the file is made safe to print, and long lists are cut with the rest counted.
#pragma once

#include <string>
#include <vector>

#include "institution/institution.h"

namespace custos::cli {

std::string institution_screen(const Institution& institution);
std::string sheets_text(const std::vector<::custos::institution::Sheet>& sheets);
// {"type":"about","name":...,"found":[{"kind":...,"title":...,"facts":{...}}]}
std::string sheets_json(const std::vector<::custos::institution::Sheet>& sheets, const std::string& name);

// In quotes, valid and escaped.
std::string json_quoted(std::string_view s);

}  // namespace custos::cli
