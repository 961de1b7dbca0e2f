// The auditd decoder (decoder_fuzz.h).
#include "decoder_fuzz.h"

namespace custos::ingest::auditd {
extern const Format format;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return custos::fuzzing::fuzz_decoder(custos::ingest::auditd::format, data, size);
}
