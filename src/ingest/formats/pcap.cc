#include "ingest/format.h"

namespace custos::ingest::pcap {
namespace {

class PcapDecoder final : public Decoder {
 public:
  std::size_t decode(const Window& window, Batch&, Report& report) override {
    report.partial("a packet capture: hand it to Suricata or Zeek and scan their logs");
    return window.bytes.size();
  }
};

// The magic numbers of pcap (micro- and nanoseconds, both byte orders) with a sane version behind them, and pcapng's
// section header with its byte-order mark.
int recognise(Bytes head, bool) {
  const auto word = load_le<std::uint32_t>(head, 0);
  const auto version = load_le<std::uint32_t>(head, 4);
  if (head.size() >= 24) {
    if ((word == 0xA1B2C3D4 || word == 0xA1B23C4D || word == 0xA1B2CD34) && (version & 0xFFFF) == 2) return 98;
    if ((word == 0xD4C3B2A1 || word == 0x4D3CB2A1 || word == 0x34CDB2A1) && (version & 0xFFFF) == 0x0200) return 98;
  }
  const auto order = load_le<std::uint32_t>(head, 8);
  return head.size() >= 28 && word == 0x0A0D0D0A && (order == 0x1A2B3C4D || order == 0x4D3C2B1A) ? 98 : 0;
}

std::unique_ptr<Decoder> open(const DecodeOptions&) { return std::make_unique<PcapDecoder>(); }

}  // namespace

extern const Format format;
const Format format{
    .name = "pcap",
    .title = "Packet capture (pcap, pcapng)",
    .details = "recognised but not read: hand it to Suricata or Zeek and scan their logs",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::pcap
