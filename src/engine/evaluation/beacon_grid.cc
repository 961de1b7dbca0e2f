#include "engine/evaluation/beacon_grid.h"

#include <algorithm>

#include <fmt/format.h>

#include "evaluate/evaluate.h"

namespace custos::engine::beacons_grid {

std::string Beacon::name() const { return fmt::format("{}, jitter {} %, {}, {}", kPeriods[period].name, kJitters[jitter], kDuties[duty], kSizes[size]); }

std::string Beacon::source() const { return fmt::format("10.66.{}.{}", number / 200, 10 + number % 200); }
std::string Beacon::destination() const { return fmt::format("198.18.{}.{}", number / 200, 10 + number % 200); }

std::vector<Beacon> all_beacons() {
  std::vector<Beacon> out;
  for (std::size_t jitter = 0; jitter < kJitters.size(); ++jitter) {
    for (std::size_t duty = 0; duty < kDuties.size(); ++duty) {
      for (std::size_t period = 0; period < kPeriods.size(); ++period) {
        for (std::size_t size = 0; size < kSizes.size(); ++size) out.push_back({period, jitter, duty, size, out.size()});
      }
    }
  }
  return out;
}

std::string connection_log(const Beacon& beacon, Micros from, Micros until, std::uint64_t seed) {
  evaluate::Random random(seed * 1'000'003 + beacon.number);
  const double period = kPeriods[beacon.period].seconds * static_cast<double>(kSecond);
  const double jitter = kJitters[beacon.jitter] / 100.0;
  const Micros begin = kWorkBegin * 3600 * kSecond, end = kWorkEnd * 3600 * kSecond;
  std::string out =
      "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
      "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\t"
      "local_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
      "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\n";
  const bool works = beacon.duty == 1;
  Micros t = from + (works ? begin : 0) + static_cast<Micros>(random.uniform() * std::min(period, static_cast<double>(works ? end - begin : kDay)));
  for (std::uint64_t contact = 0; t < until; ++contact) {
    if (const Micros hour = t - evaluate::bucket_of(t, kDay); works && (hour < begin || hour >= end)) {
      const Micros morning = evaluate::bucket_of(t, kDay) + begin + (hour < begin ? 0 : kDay);
      t = morning + static_cast<Micros>(random.uniform() * std::min(period, 600.0 * kSecond));
      continue;
    }
    const auto sent = beacon.size == 0 ? std::uint64_t{kConstantSize} : kLeastSize + random.below(kMostSize - kLeastSize + 1);
    const auto answered = 180 + random.below(60);
    out += fmt::format("{}.{:06}\tCb{}x{}\t{}\t{}\t{}\t443\ttcp\tssl\t{:.6f}\t{}\t{}\tSF\tT\tF\t0\tShADadFf\t8\t{}\t7\t{}\n", t / kSecond, t % kSecond,
                       beacon.number, contact, beacon.source(), 49'152 + random.below(16'000), beacon.destination(), 0.05 + random.uniform(), sent, answered,
                       sent + 8 * 52, answered + 7 * 52);
    t += std::max<Micros>(kSecond, static_cast<Micros>(period * (1 - jitter * random.uniform())));
  }
  return out;
}

}  // namespace custos::engine::beacons_grid
