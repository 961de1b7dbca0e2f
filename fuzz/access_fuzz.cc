// The access decoder (decoder_fuzz.h).
#include "decoder_fuzz.h"

namespace custos::ingest::access {
extern const Format format;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return custos::fuzzing::fuzz_decoder(custos::ingest::access::format, data, size);
}
