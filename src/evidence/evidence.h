// The door of the evidence layer: what serve/ and engine/ see of it.
// Included by engine/, serve/ and cli/.
// See the headers behind it for lifetimes.
// See the headers behind it for threads.
// Refuses nothing.
#pragma once

#include "evidence/witness/witness.h"  // Witness
