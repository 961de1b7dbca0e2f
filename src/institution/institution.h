// The door of the institution layer: the institution file, directories, and what is known about a name.
// Included by engine/ and cli/; feeds model/institution.h to everything that judges events.
// See the headers behind it for lifetimes.
// Any thread.
// Refuses nothing silently: whatever is odd in a file, a directory or a table is a remark with its line.
#pragma once

#include "institution/about/about.h"        // about(): everything known of a name
#include "institution/entities/resolver.h"  // Resolver: who an event is about, at its time
#include "institution/file/file.h"          // read_institution(), check_institution()
#include "institution/file/write.h"         // write_institution(), institution_json()
#include "institution/import/import.h"      // read_ldif(), read_csv()
#include "institution/import/merge.h"       // Merger: several sources as one institution
#include "institution/placeholders.h"       // placeholders(): what rules may ask for by name
#include "institution/remark.h"             // Remark, Remarks
