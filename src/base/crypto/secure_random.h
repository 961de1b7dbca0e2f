// Random bytes that nobody can guess, from the operating system by way of OpenSSL.
// Called by evidence/ for salts, seeds and keys.
// An owned string.
// Any thread.
// Refuses to give anything else: without randomness the process ends, for a guessable salt would be a silent leak.
#pragma once

#include <string>

namespace custos {

std::string secure_random(std::size_t bytes);

}  // namespace custos
