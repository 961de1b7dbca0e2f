#include "ingest/format.h"

#include <fmt/format.h>

#include "ingest/formats/pcap/frames.h"

namespace custos::ingest::pcap {
namespace {

// Makes no events: a capture that nobody took is only named, one that a tool took is stepped through to see that it is whole.
class PcapDecoder final : public Decoder {
 public:
  explicit PcapDecoder(std::string handed_to) : handed_to_(std::move(handed_to)) {}

  std::size_t decode(const Window& window, Batch&, Report& report) override {
    if (handed_to_.empty()) {
      report.partial("a packet capture: --pcap suricata or --pcap zeek reads it through an installed Suricata or Zeek");
      return window.bytes.size();
    }
    const std::size_t taken = frames_.take(window, report);
    if (window.more == More::Ended && !told_) {
      report.note(fmt::format("{} packets, handed to {}", frames_.packets(), handed_to_));
      told_ = true;
    }
    return taken;
  }

 private:
  std::string handed_to_;
  Frames frames_;
  bool told_ = false;
};

int recognise(Bytes head, bool) { return is_capture(head) ? 98 : 0; }

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<PcapDecoder>(options.handed_to); }

}  // namespace

extern const Format format;
const Format format{
    .name = "pcap",
    .title = "Packet capture (pcap, pcapng)",
    .details = "named as unread, or with --pcap handed to an installed Suricata or Zeek, whose logs are then read",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::pcap
