// Ctrl-C while tools work on packet captures: they are ended and their folders removed before custos dies of the signal.
// Called by the scan command when --pcap is given.
// Signals are taken while it lives; threads made meanwhile leave them alone.
// Made and destroyed by the main thread; a thread of its own waits.
// Refuses signals that whoever started custos had it ignore (nohup).
#pragma once

#include <atomic>
#include <csignal>
#include <thread>

#include "ingest/ingest.h"

namespace custos::cli {

class Interrupt {
 public:
  explicit Interrupt(ingest::CaptureStop& stop);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

 private:
  void wait();

  ingest::CaptureStop& stop_;
  sigset_t taken_{}, before_{};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace custos::cli
