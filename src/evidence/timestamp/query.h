// What an authority is asked: to put its time to the SHA-256 of some bytes (TimeStampReq of RFC 3161).
// Called by whoever has a checkpoint stamped.
// Owned strings.
// Any thread.
// Refuses nothing: all that it says of the bytes is their hash.
#pragma once

#include <string>
#include <string_view>

namespace custos::evidence {

// DER. Asks for the authority's certificate; the nonce is new each time, so that an old reply does not fit.
std::string make_query(std::string_view stamped);

}  // namespace custos::evidence
