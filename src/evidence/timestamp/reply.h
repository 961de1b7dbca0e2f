// What an authority answers (TimeStampResp of RFC 3161): that some bytes were there at a time, signed.
// Called by whoever has a checkpoint stamped, and by whoever verifies one.
// Owned values.
// Any thread.
// Refuses a reply that is larger than 1 MiB, not DER in its one spelling, over another hash than SHA-256, or that nothing vouches for.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "evidence/timestamp/authorities.h"

namespace custos::evidence {

struct TimeStamp {
  Micros time = kNoTime;     // when, by the authority's clock
  std::string authority;     // the common name in its certificate, or all of its name; safe to print
  Micros expires = kNoTime;  // the end of that certificate: until then the time stamp should be renewed
  std::string serial;        // the time stamp's number at this authority, hexadecimal in lower case
  bool trusted = false;      // a chain led to one of the user's authorities at `time`; else anybody may have made it
};

// That `stamped` was there at the time in the reply. Checked: the authority granted it; SHA-256 of `stamped`; the signature, with the certificate that the
// signed attributes name; that this certificate was valid at that time and is for time stamps alone; with `authorities`, the chain to one of them at that
// time. Not checked: whether a certificate was revoked. Bytes that no signature covers (the text beside "granted", certificates that the chain does not need)
// may differ without notice.
Result<TimeStamp> verify_reply(std::string_view reply_der, std::string_view stamped, const Authorities* authorities);

// That the reply is to this query: imprint and nonce. For whoever has just asked; it verifies nothing else. A refusal is told in the authority's words.
Result<void> fits_query(std::string_view reply_der, std::string_view query_der);

}  // namespace custos::evidence
