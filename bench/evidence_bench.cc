// Durable entries a second and how long one waits for its acknowledgement, beside what one fdatasync of this disk takes.
//   evidence_bench FOLDER [SECONDS] [PRODUCERS]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files/file_system.h"
#include "evidence/evidence.h"

namespace custos {
namespace {

double median_sync_ms(FileSystem& files, const std::string& path) {
  auto file = files.create(path);
  std::vector<double> times;
  for (int i = 0; i < 200 && file; ++i) {
    const double from = steady_seconds();
    if (!(*file)->append(std::string(4096, 'x')) || !(*file)->sync()) break;
    times.push_back((steady_seconds() - from) * 1e3);
  }
  static_cast<void>(files.remove(path));
  if (times.empty()) return 0;
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// Each producer has up to a hundred entries on their way and waits for the oldest.
std::vector<double> produce(evidence::Log& log, const std::string& entry, const std::atomic<bool>& stop) {
  constexpr std::size_t kOnTheWay = 100;
  std::vector<double> waits;
  std::vector<std::pair<std::uint64_t, double>> open;
  std::size_t oldest = 0;
  while (!stop) {
    open.emplace_back(log.add(entry).value_or(0), steady_seconds());
    if (open.size() - oldest < kOnTheWay) continue;
    if (!log.wait(open[oldest].first)) std::abort();
    waits.push_back((steady_seconds() - open[oldest].second) * 1e3);
    ++oldest;
  }
  return waits;
}

}  // namespace
}  // namespace custos

int main(int argc, char** argv) {
  using namespace custos;
  if (argc < 2) return 2;
  const std::string folder = argv[1];
  const double seconds = argc > 2 ? std::atof(argv[2]) : 10;
  const unsigned producers = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 8;
  const auto files = real_files();
  const double sync = median_sync_ms(*files, folder + ".sync");
  const auto signer = std::move(*evidence::open_key_file(*evidence::make_key_file("words"), "words"));
  const evidence::Custody who{"bench", "", "", "", "custos", ""};
  const std::string settings = *evidence::begin_settings("bench.example/log", {}, *signer, wall_clock(), who);
  auto log = evidence::Log::create(*files, {folder}, *signer, settings);
  if (!log) {
    fmt::print(stderr, "evidence_bench: {}: {}\n", log.error().where, log.error().text);
    return 2;
  }
  const std::string entry = *evidence::make_entry("view", wall_clock(), who, {{"what", "finding"}, {"about", "b0f2c54f0f7a3d11"}});
  std::atomic<bool> stop{false};
  std::vector<std::vector<double>> waits(producers);
  std::vector<std::thread> threads;
  const double from = steady_seconds();
  for (unsigned t = 0; t < producers; ++t) threads.emplace_back([&, t] { waits[t] = produce(**log, entry, stop); });
  std::size_t checkpoints = 0;
  while (steady_seconds() - from < seconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1000));
    checkpoints += (*log)->checkpoint().has_value();
  }
  stop = true;
  for (auto& t : threads) t.join();
  const double took = steady_seconds() - from;
  std::vector<double> all;
  for (const auto& w : waits) all.insert(all.end(), w.begin(), w.end());
  std::sort(all.begin(), all.end());
  fmt::print(
      "{} entries acknowledged in {:.1f} s: {:.0f}/s; waited {:.1f} ms (median), {:.1f} ms (p99), {:.1f} ms (most); {} checkpoints meanwhile; entries of {} "
      "bytes; "
      "one fdatasync of 4 KiB takes {:.1f} ms (median)\n",
      all.size(), took, static_cast<double>(all.size()) / took, all[all.size() / 2], all[all.size() * 99 / 100], all.back(), checkpoints, entry.size(), sync);
  log->reset();
  const double again = steady_seconds();
  log = evidence::Log::open(*files, {folder}, *signer);
  fmt::print("opened again in {:.3f} s: {} entries, {} of them behind the last checkpoint\n", steady_seconds() - again, log ? (*log)->size() : 0,
             log ? (*log)->recovery().entries : 0);
  return log ? 0 : 1;
}
