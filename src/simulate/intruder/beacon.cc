#include "simulate/intruder/beacon.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::simulate {
namespace {

constexpr std::string_view beacon_technique(Beacon::Family f) {
  switch (f) {
    case Beacon::Family::NameService: return "T1071.004";
    case Beacon::Family::CloudDrive: return "T1102.002";
    default: return "T1071.001";
  }
}

std::string beacon_text(Rng& rng, std::size_t letters) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  for (std::size_t i = 0; i < letters; ++i) out += kAlphabet[rng.below(kAlphabet.size())];
  return out;
}

}  // namespace

Beacon::Beacon(Operation& op, Foothold& foothold)
    : op_(op),
      foothold_(foothold),
      family_(static_cast<Family>(op.rng().below(5))),
      server_(family_ == Family::CloudDrive ? known_service(op, "storage", "big-file-transfer.example") : new_server(op)),
      sleep_(std::max(5.0, op.figure("sleep_seconds", 600) * op.stretch())),
      jitter_(std::clamp(op.figure("jitter", 0.25) * (family_ == Family::OfficeHours ? 2 : 1) * (0.4 + op.stealth()), 0.0, 0.9)),
      proxy_(op.rng().chance(0.7)) {}

void Beacon::run(Micros from, Micros until) {
  until_ = until;
  op_.at(from, [this](Micros now) { turn(now); });
}

Act Beacon::act_of_the_hour(Micros now) {
  const Machine& m = *foothold_.place.machine;
  if (deed_ == nullptr || now / kHour != hour_) {
    hour_ = now / kHour;
    std::vector<Entity> entities{host_entity(m), {"process", foothold_.image}, {"domain", server_.host}};
    if (family_ != Family::NameService) entities.push_back({"address", server_.address});
    deed_ = op_.act("command-and-control", beacon_technique(family_), now, foothold_.place.user(), std::move(entities)).deed;
  }
  return {now, foothold_.place.user()->person, deed_};
}

void Beacon::turn(Micros now) {
  if (now >= until_) {
    deed_ = nullptr;
    return;
  }
  const auto again = [this](Micros when) { op_.at(when, [this](Micros t) { turn(t); }); };
  const Machine& m = *foothold_.place.machine;
  if (!m.powered) {
    deed_ = nullptr;
    return again(now + 11 * kMinute);
  }
  // Whoever started the computer is logged on a minute later, and the loader with them.
  if (m.booted != kNoTime && m.booted > foothold_.since && now < m.booted + 90 * kSecond) return again(m.booted + 90 * kSecond + op_.pause(30));
  come_back(op_, now, foothold_);
  const double hour = op_.world().calendar.hour(now);
  if (family_ == Family::OfficeHours && (!op_.world().calendar.workday(now) || hour < 8 || hour >= 18)) {
    deed_ = nullptr;
    return again(op_.between(now + kMinute, 8, 18));
  }
  const Micros busy = reach_out(act_of_the_hour(now));
  const double spread = 1 + jitter_ * (2 * op_.rng().unit() - 1);
  again(now + busy + static_cast<Micros>(sleep_ * spread * static_cast<double>(kSecond)));
}

Micros Beacon::reach_out(const Act& act) {
  Rng& rng = op_.rng();
  const bool task = rng.chance(0.04);  // an answer that holds something to do
  constexpr std::string_view kAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36";
  Contact c{.path = "/api/v2/status", .agent = std::string(kAgent), .out = 620 + rng.below(60), .in = 310 + rng.below(40), .proxy = proxy_};
  if (task) c.in += 4'000 + rng.below(60'000);
  switch (family_) {
    case Family::NameService:
      name_question(op_, act, foothold_.place, fmt::format("{:x}.{:x}.{}", rng.below(1ull << 40), rng.below(1ull << 20), server_.site.domain), "TXT",
                    beacon_text(rng, task ? 180 : 24));
      return 0;
    case Family::LongConnection:
      c.lasts = static_cast<Micros>(20 + rng.below(90)) * kMinute;
      c.out = 90 * static_cast<std::uint64_t>(c.lasts / kMinute) + rng.below(2'000);
      c.in = 70 * static_cast<std::uint64_t>(c.lasts / kMinute) + rng.below(2'000);
      contact(op_, act, foothold_.place, server_, c);
      return c.lasts;
    case Family::CloudDrive: c.path = "/v1/files/list"; break;
    default:
      if (rng.chance(0.1)) {
        c.method = "POST";
        c.out += 800 + rng.below(9'000);
      }
  }
  contact(op_, act, foothold_.place, server_, c);
  return 0;
}

}  // namespace custos::simulate
