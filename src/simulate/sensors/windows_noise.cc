#include <fmt/format.h>

#include "simulate/sensors/windows_subject.h"

namespace custos::simulate {
namespace {

// ${user} ${sid} ${n} ${hex} ${byte} ${port} ${guid}; ${image} and ${device} are the program that it is about
std::string fill(std::string_view choice, Rng& rng, std::string_view user, std::string_view sid, std::string_view image) {
  std::string out;
  while (true) {
    const std::size_t at = choice.find("${");
    out += choice.substr(0, at);
    if (at == std::string_view::npos) return out;
    const std::size_t end = choice.find('}', at);
    if (end == std::string_view::npos) return out;
    const std::string_view name = choice.substr(at + 2, end - at - 2);
    const std::uint64_t r = rng.next();
    if (name == "user") out += user;
    if (name == "sid") out += sid;
    if (name == "image") out += image;
    if (name == "device") out += image.size() < 3 ? std::string(image) : "\\device\\harddiskvolume3" + std::string(image.substr(2));
    if (name == "n") out += fmt::format("{}", r % 100'000);
    if (name == "hex") out += fmt::format("{:08x}", r & 0xFFFFFFFF);
    if (name == "byte") out += fmt::format("{}", 10 + r % 60);
    if (name == "port") out += fmt::format("{}", 49'152 + r % 16'000);
    if (name == "guid") out += fmt::format("{:08x}-{:04x}-4{:03x}-9{:03x}-{:012x}", r >> 32, r >> 16 & 0xFFFF, r & 0xFFF, r >> 52, r & 0xFFFFFFFFFFFF);
    choice.remove_prefix(end + 1);
  }
}

}  // namespace

Windows::Windows(World& world, Delivery& delivery) : world_(world), delivery_(delivery) {
  for (const Noise& n : world.parameters->noise) {
    const WindowsKind* kind = windows_kind(n.event);
    if (kind == nullptr) continue;
    if (n.per_start > 0) starts_.push_back({&n, kind, n.per_start});
    if (n.per_connection > 0) connections_.push_back({&n, kind, n.per_connection});
  }
}

void Windows::follow(const Act& act, Machine& on, const Process& by, const std::vector<Follows>& with) {
  for (const Follows& f : with) {
    for (unsigned n = on.telemetry.poisson(f.rate); n > 0; --n) {
      noise(act.then(static_cast<Micros>(on.telemetry.below(600'000))), on, *f.what, *f.kind, by.user, &by);
    }
  }
}

void Windows::noise(const Act& act, Machine& on, const Noise& what, const WindowsKind& kind, const User* there, const Process* by) {
  if (!delivery_.wanted(Stream::Windows)) return;
  Rng& rng = on.telemetry;
  const bool by_user = there != nullptr && (by != nullptr || rng.chance(0.5));
  const Session session{&on, by_user ? there : nullptr, !by_user ? 0x3e7 : by != nullptr ? by->logon : on.next_logon, 2};
  const Subject who = subject(on, &session);
  const std::string_view user = there != nullptr ? std::string_view(there->name) : std::string_view("Default"),
                         sid = there != nullptr ? there->sid : kSystemSid;
  std::string packed, image;
  for (const WindowsField& f : kind.fields) {
    const std::string_view name = f.name;
    const auto choices = what.fields.find(f.name);
    std::string value = "-";
    if (choices != what.fields.end()) {
      value = fill(rng.pick(choices->second), rng, user, sid, by == nullptr ? std::string_view() : std::string_view(by->image));
      if (name == "Image" || name == "SourceImage") image = value;
    } else if (name == "SubjectUserSid" || name == "TargetUserSid") {
      value = who.sid;
    } else if (name == "SubjectUserName" || name == "TargetUserName") {
      value = who.name;
    } else if (name == "SubjectDomainName" || name == "TargetDomainName") {
      value = who.domain;
    } else if (name == "SubjectLogonId" || name == "TargetLogonId") {
      value = who.logon;
    } else if (name == "UtcTime" || name == "CreationUtcTime" || name == "PreviousCreationUtcTime") {
      value = utc(on, act.at);
    } else if (name.ends_with("User")) {
      value = who.domain + "\\" + who.name;
    } else if (f.type == FieldType::Guid) {
      value = by != nullptr && image == by->image ? by->guid : system_process(on, image.empty() ? name : std::string_view(image)).guid;
    } else if (f.type == FieldType::Unsigned || f.type == FieldType::Hex64) {
      const std::uint32_t pid = by != nullptr && image == by->image ? by->pid : system_process(on, image.empty() ? name : std::string_view(image)).pid;
      value = f.type == FieldType::Unsigned ? fmt::format("{}", pid) : hex(pid);
    } else if (f.type == FieldType::Sid) {
      value = who.sid;
    } else if (f.type == FieldType::Hex32) {
      value = "0x0";
    } else if (f.type == FieldType::Time) {
      value = to_rfc3339(delivery_.stamp(on, act.at));
    } else if (name == "Hashes") {
      value = hashes_of(image);
    }
    pack(packed, value);
  }
  Act whose = act;
  if (by_user) whose.person = there->person;
  event(whose, on, kind, std::move(packed), kind.provider == "Microsoft-Windows-Security-Auditing" ? on.services.pid : on.svchost.pid);
}

}  // namespace custos::simulate
