// The frames of a packet capture, stepped over without looking into a packet: how many there are, and where they break off.
// Called by the pcap decoder; is_capture() also by transports/, which hand captures to a tool.
// Lives as long as the capture is read.
// One thread.
// Refuses nothing: what is no frame is reported, and nothing behind it can be found.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "ingest/format.h"

namespace custos::ingest::pcap {

// By the first 28 bytes: pcap (micro- and nanoseconds, both byte orders, with and without Kuznetzov's longer frames) or pcapng.
bool is_capture(Bytes head);

class Frames {
 public:
  // Takes what it can of the window and returns the bytes taken: all of it where `more` says that nothing comes.
  std::size_t take(const Window& window, Report& report);
  std::uint64_t packets() const { return packets_; }

 private:
  enum class Kind : std::uint8_t { Unknown, Pcap, PcapNg, Lost };
  std::uint32_t word(Bytes b, std::size_t at) const;
  std::size_t begin(Bytes b);            // the file header of a pcap; 0: too short
  bool enter(Bytes b);                   // a frame's header; false: too short, or lost
  bool leave(Bytes b);                   // the length again behind a pcapng block
  void lose(Report& report, std::uint64_t at, std::uint64_t length);

  Kind kind_ = Kind::Unknown;
  bool swapped_ = false, inside_ = false;
  std::size_t header_ = 16;              // bytes of a pcap frame's header
  std::uint64_t packets_ = 0, skip_ = 0; // of the frame's body still to come
  std::uint64_t frame_at_ = 0;
  std::uint32_t length_ = 0;             // what a pcapng block says of itself
  std::size_t used_ = 0;                 // bytes that enter() or leave() took
};

}  // namespace custos::ingest::pcap
