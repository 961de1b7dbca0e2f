// One program as a process of its own: explicit arguments, a small environment, no input, bounded in time and in what it writes.
// Called by the capture tools; feeds an Ending.
// Everything it started in its process group is gone when run_process() returns.
// Any thread: it forks, and calls only what is safe between fork and exec.
// Refuses shells, searching and inherited descriptors.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace custos::ingest {

struct ProcessOrder {
  std::string program;  // absolute path
  std::vector<std::string> arguments;  // behind the program's own name
  std::vector<std::string> environment;
  std::string folder;   // to work in
  std::string said;     // file for what it prints, made or emptied
  std::uint64_t seconds = 60;
  std::uint64_t bytes = 1u << 20;  // in one file, and in `said` and `folder` and the folders in it together
  const std::atomic<bool>* stop = nullptr;  // set: end now
};

struct Ending {
  enum class How : std::uint8_t {
    Well,
    Status,       // number: its exit status
    Signal,       // number: the signal that ended it
    TooLong,
    TooMuch,
    Stopped,      // by `stop`
    NotStarted,   // number: errno
    Lost,         // it ended, and somebody else was told how
  } how = How::Well;
  int number = 0;
};

Ending run_process(const ProcessOrder& order);

}  // namespace custos::ingest
