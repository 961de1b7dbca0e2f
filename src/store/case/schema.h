// The tables and views of case.db. docs/formats/case-folder.md says what they mean.
// Called by CaseDatabase.
// A constant.
// Any thread.
// Refuses nothing.
#pragma once

#include <string_view>

namespace custos::store {

inline constexpr int kCaseSchema = 1;
inline constexpr int kCaseApplication = 0x63757374;

// Statements that make a new database; their texts are what an old one's schema is compared with.
std::string_view case_schema();

}  // namespace custos::store
