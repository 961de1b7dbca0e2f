#include "simulate/intruder/exfiltration.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::simulate {
namespace {

std::string exfiltration_label(Rng& rng) {
  constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  for (unsigned part = 0; part < 2; ++part) {
    for (unsigned i = 0; i < 44; ++i) out += kBase32[rng.below(kBase32.size())];
    out += '.';
  }
  return out;
}

}  // namespace

WayOut way_out(Operation& op) {
  const auto channel = static_cast<Channel>(op.rng().below(3));
  return {channel, channel == Channel::CloudDrive ? known_service(op, "storage", "big-file-transfer.example") : new_server(op)};
}

Micros send_out(Operation& op, Micros now, const Place& p, const WayOut& to, std::uint64_t bytes, unsigned most_questions) {
  Rng& rng = op.rng();
  const std::string_view technique = to.channel == Channel::Https ? "T1048.002" : to.channel == Channel::NameService ? "T1048.003" : "T1567.002";
  std::vector<Entity> entities{host_entity(*p.machine), {"domain", to.server.host}, {"process", p.by.image}};
  if (to.channel != Channel::NameService) entities.push_back({"address", to.server.address});
  const Act act = op.act("exfiltration", technique, now, p.user(), std::move(entities));
  Micros later = 0;
  if (to.channel == Channel::NameService) {
    // Some fifty bytes of content fit beside the domain into one name.
    const auto questions = static_cast<unsigned>(std::min<std::uint64_t>(bytes / 50 + 1, most_questions));
    for (unsigned i = 0; i < questions; ++i, later += 60'000 + op.pause(0.5 * op.stretch())) {
      name_question(op, act.then(later), p, exfiltration_label(rng) + to.server.site.domain, "A",
                    address_text(0x0A000000u + static_cast<std::uint32_t>(rng.below(1u << 24))));
    }
    return now + later;
  }
  const std::uint64_t piece = 4'000'000 + rng.below(4'000'000);
  for (std::uint64_t sent = 0; sent < bytes && later < 12 * kHour; sent += piece, later += 9 * kSecond + op.pause(20 * op.stretch())) {
    Contact c{.path = to.channel == Channel::CloudDrive ? "/v1/files/upload" : "/api/v2/media", .method = to.channel == Channel::CloudDrive ? "PUT" : "POST"};
    c.agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36";
    c.out = std::min(piece, bytes - sent) + 800;
    c.in = 400;
    c.lasts = static_cast<Micros>(c.out / 2);  // two megabytes a second
    contact(op, act.then(later), p, to.server, c);
  }
  return now + later;
}

}  // namespace custos::simulate
