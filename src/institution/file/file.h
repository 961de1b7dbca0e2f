// The institution file: read whole, checked whole.
// Called by cli/ and engine/; feeds the Institution that everything behind it works with.
// InstitutionFile is an owned value.
// Any thread.
// Refuses what is no YAML map or larger than 8 MiB as an Error; everything else is a remark, and what was right is there.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "institution/remark.h"
#include "model/institution.h"

namespace custos::institution {

struct InstitutionFile {
  Institution institution;
  Remarks remarks;  // sorted by line; with errors in it the institution is not to be relied upon
};

struct ReadOptions {
  std::string zoneinfo = "/usr/share/zoneinfo";  // names of time zones are checked against the files there
};

// `path` is only named. docs/formats/institution.md says what stands in the file.
Result<InstitutionFile> read_institution(std::string_view text, const std::string& path, const ReadOptions& options = {});

// The same from disk.
Result<InstitutionFile> load_institution(const std::string& path, const ReadOptions& options = {});

// The institution of a run: of a file without errors (what rests on others would be wrong without a word); no path: one of which nothing is known.
Result<Institution> usable_institution(const std::string& path);

// Checks an institution that was made otherwise; its remarks have no lines.
Remarks check_institution(const Institution& institution, const std::string& name, const ReadOptions& options = {});

}  // namespace custos::institution
