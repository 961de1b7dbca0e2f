// The frames of packet captures, as the pcap decoder steps over them: behind a real header of each kind, and without one.
#include <string>

#include "decoder_fuzz.h"

namespace custos::ingest::pcap {
extern const Format format;
}

namespace {

// The decoder steps over frames only where a tool has taken the capture.
std::unique_ptr<custos::ingest::Decoder> open_handed(const custos::ingest::DecodeOptions& options) {
  custos::ingest::DecodeOptions handed = options;
  handed.handed_to = "Tool";
  return custos::ingest::pcap::format.open(handed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string heads[] = {
      std::string(),
      std::string("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0", 24),
      std::string("\xa1\xb2\xc3\xd4\0\2\0\4\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\1", 24),
      std::string("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0", 28),
  };
  std::string input(1, static_cast<char>(data[1]));
  input += heads[data[0] % 4];
  input.append(reinterpret_cast<const char*>(data) + 2, size - 2);
  custos::ingest::Format format = custos::ingest::pcap::format;
  format.open = open_handed;
  return custos::fuzzing::fuzz_decoder(format, reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}
