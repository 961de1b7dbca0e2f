// The door of the evidence layer: what serve/ and engine/ see of it.
// Included by engine/, serve/ and cli/.
// See the headers behind it for lifetimes.
// See the headers behind it for threads.
// Refuses nothing.
#pragma once

#include "evidence/keys/key_file.h"    // make_key_file(), open_key_file()
#include "evidence/witness/witness.h"  // Witness
