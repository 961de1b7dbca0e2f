// The stable identity of a finding, the same in every output and in every run over the same bytes.
// Called by the exporters.
// An owned string.
// Any thread.
// Refuses nothing.
#pragma once

#include <string>

#include "model/finding.h"

namespace custos::share {

// The first 16 hexadecimal digits of SHA-256 over: rule id (the rule's hash where it has none), file, offset, record
// number, and field and value of every match; of behaviour also kind and value of its first entity and when it was raised,
// in microseconds since 1970. Each part is written as its length in decimal, ':' and its bytes, so
// that no two different lists of parts are the same bytes.
std::string finding_id(const Finding& f);

// "custos 0.1.0"
std::string engine_name();

}  // namespace custos::share
