// Dead Simple Signing Envelopes: a payload, its type, and signatures over both.
// Called by packages (later by approvals of respond/).
// Owned values.
// Any thread.
// Refuses any JSON but the one spelling that custos writes, so that no byte of an envelope can change unnoticed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace custos::evidence {

// What is signed: "DSSEv1", and type and body with their lengths.
std::string pre_authentication_encoding(std::string_view type, std::string_view body);

struct Envelope {
  std::string payload, type, key_id, signature;
};

std::string to_text(const Envelope& e);  // one line
Result<Envelope> parse_envelope(std::string_view text);

}  // namespace custos::evidence
