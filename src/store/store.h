// The door of the store layer: what custos keeps in databases that can be made anew from the truth.
// Included by engine/.
// See the headers behind it for lifetimes.
// See the headers behind it for threads.
// Refuses databases that are damaged, of another version or not of custos.
#pragma once

#include "store/case/act.h"       // Act, Ref, merge_of()
#include "store/case/database.h"  // CaseDatabase
#include "store/case/place.h"     // hold_place(), put_in_place(), set_aside()
#include "store/case/view.h"      // CaseView
#include "store/hunt/index_file.h"    // HuntIndexFile
#include "store/hunt/part_builder.h"  // HuntPartBuilder
#include "store/hunt/part_reader.h"   // HuntPart
