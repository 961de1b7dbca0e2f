#include "simulate/sensors/windows.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {

std::string hex(std::uint64_t v) { return fmt::format("0x{:x}", v); }

std::string hashes_of(std::string_view image) {
  const std::uint64_t h = hash64(image);
  return fmt::format("SHA256={:016X}{:016X}{:016X}{:016X},IMPHASH={:016X}{:016X}", h, h * 0x9E3779B97F4A7C15ull, h ^ 0xA5A5A5A5A5A5A5A5ull, h * 31 + 7,
                     h * 0xC2B2AE3D27D4EB4Full, h ^ 0x123456789ABCDEFull);
}

Windows::Subject Windows::subject(const Machine& on, const Session* s) const {
  if (s == nullptr || s->user == nullptr) return {std::string(kSystemSid), on.account, world_.parameters->netbios, s == nullptr ? "0x3e7" : hex(s->id)};
  return {s->user->sid, s->user->name, s->user->domain, hex(s->id)};
}

std::string Windows::utc(const Machine& on, Micros t) const {
  const Micros shown = delivery_.stamp(on, t);
  const Civil c = to_civil(shown);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", c.year, c.month, c.day, c.hour, c.minute, c.second, c.micros / 1000);
}

std::string Windows::user_of(const Process& p) const { return p.user == nullptr ? "NT AUTHORITY\\SYSTEM" : p.user->domain + "\\" + p.user->name; }

void Windows::event(const Act& act, Machine& on, std::string_view kind, std::initializer_list<std::string_view> values, std::uint32_t process,
                    std::string_view user_sid) {
  if (!on.windows) return;
  if (!delivery_.wanted(Stream::Windows)) {
    if (act.deed) ++act.deed->lost;
    return;
  }
  std::string packed;
  std::size_t bytes = 0;
  for (const std::string_view v : values) bytes += v.size() + 4;
  packed.reserve(bytes);
  for (const std::string_view v : values) pack(packed, v);
  event(act, on, *windows_kind(kind), std::move(packed), process, user_sid);
}

void Windows::event(const Act& act, Machine& on, const WindowsKind& kind, std::string&& packed, std::uint32_t process, std::string_view user_sid) {
  if (!on.windows || !delivery_.wanted(Stream::Windows)) return;
  Pending p;
  p.due = act.at;
  p.stamp = delivery_.stamp(on, act.at);
  p.kind = &kind;
  p.machine = p.subject = on.index;
  p.person = act.person;
  p.process = process;
  p.thread = 100 + static_cast<std::uint32_t>(on.telemetry.below(9'000)) * 4;
  p.body = std::move(packed);
  p.user_sid = user_sid;
  p.deed = act.deed;
  delivery_.add(std::move(p));
}

}  // namespace custos::simulate
