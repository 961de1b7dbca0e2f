#include "cli/interrupt.h"

#include <chrono>

#include <signal.h>

namespace custos::cli {

Interrupt::Interrupt(ingest::CaptureStop& stop) : stop_(stop) {
  sigemptyset(&taken_);
  for (const int s : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(s, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(&taken_, s);
  }
  // Where it is ignored, nobody could tell how a tool ended.
  signal(SIGCHLD, SIG_DFL);
  pthread_sigmask(SIG_BLOCK, &taken_, &before_);
  thread_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  done_ = true;
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::wait() {
  while (!done_) {
    const timespec step{0, 50'000'000};
    const int signal_number = sigtimedwait(&taken_, nullptr, &step);
    if (signal_number <= 0) continue;
    stop_.asked = true;
    for (int i = 0; i < 600 && stop_.running > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    sigset_t it;
    sigemptyset(&it);
    sigaddset(&it, signal_number);
    signal(signal_number, SIG_DFL);
    raise(signal_number);  // waits in this thread until it is let through
    pthread_sigmask(SIG_UNBLOCK, &it, nullptr);
  }
}

}  // namespace custos::cli
