// How far a scan is: one line that rewrites itself on a terminal, a plain line every few seconds elsewhere.
// Called by the scan command from the engine's ticker thread.
// Lives during the scan.
// One thread at a time.
// Refuses nothing; prints numbers only, so nothing of a log reaches the terminal through it.
#pragma once

#include <cstdio>

#include "engine/engine.h"

namespace custos::cli {

class ProgressLine {
 public:
  ProgressLine(std::FILE* to, bool terminal, bool quiet);
  void show(const engine::Progress& p);
  void end();  // leaves the cursor on a fresh line

 private:
  std::FILE* to_;
  bool terminal_, quiet_, shown_ = false;
  double start_, last_ = 0;
};

}  // namespace custos::cli
