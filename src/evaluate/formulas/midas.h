// The score of MIDAS-R for a stream of edges, written anew from its paper, as a baseline to compare with. Not a detector of custos.
// Called by sources/midas_r.cc.
// A plain value of 2.4 MB: its size doesn't depend on the stream.
// One thread.
// Refuses nothing; edges must come in order of time, and what comes late counts for the present tick.
#pragma once

#include <cstdint>
#include <vector>

namespace custos::evaluate {

// Bhatia, Hooi, Yoon, Shin, Faloutsos: "MIDAS: Microcluster-Based Detector of Anomalies in Edge Streams", AAAI 2020.
// For an edge, its source and its destination each: a, how often it was seen in this tick, with `decay` times what earlier ticks left; s, how
// often in all; t, the number of the tick, from 1. The score is the largest of the three
//
//   (a - s / t)^2 * t^2 / (s * (t - 1)),   0 in the first tick
//
// Counts come from count-min sketches (the smallest of kRows counters, so never too low).
class Midas {
 public:
  static constexpr std::size_t kRows = 2, kColumns = 1u << 15;
  explicit Midas(double decay = 0.5);

  // Ticks never go back.
  double score(std::uint64_t source, std::uint64_t destination, std::uint64_t tick);

 private:
  struct Sketch {
    std::vector<float> total = std::vector<float>(kRows * kColumns);
    std::vector<double> current = std::vector<double>(kRows * kColumns);  // times the scale of the tick it was added in
    void add(std::uint64_t key, double scale);
    double score(std::uint64_t key, double scale, double t) const;
  };
  static std::size_t place(std::uint64_t key, std::size_t row);
  void go_to(std::uint64_t tick);

  double decay_;
  double scale_ = 1;  // 1 / decay ^ ticks: adding more instead of decaying every counter
  std::uint64_t tick_ = 1;
  Sketch edges_, sources_, destinations_;
};

// The formula itself.
double midas_score(double current, double total, double tick);

}  // namespace custos::evaluate
