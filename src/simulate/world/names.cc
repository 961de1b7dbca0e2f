#include "simulate/world/names.h"

#include <charconv>

#include <fmt/format.h>

#include "base/hash.h"

namespace custos::simulate {
namespace names {
namespace {

void label(std::string& out, std::uint64_t seed, int length) {
  Rng rng(seed, "label");
  std::uint64_t v = 0;
  for (int i = 0; i < length; ++i) {
    if (i % 12 == 0) v = rng.next();
    out += "abcdefghijklmnopqrstuvwxyz234567"[v & 31];
    v >>= 5;
  }
}

// "id:40:12" is {40, 12}.
struct Shape {
  std::uint64_t many = 1;
  int length = 8;
};
Shape shape(std::string_view text) {
  Shape s;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return s;
  const std::string_view first = text.substr(colon + 1);
  const auto end = std::from_chars(first.data(), first.data() + first.size(), s.many);
  if (end.ptr != first.data() + first.size() && *end.ptr == ':') std::from_chars(end.ptr + 1, first.data() + first.size(), s.length);
  return s;
}

}  // namespace
}  // namespace names

std::string fill_name(std::string_view pattern, Rng& rng, const World& world, const Machine* machine) {
  std::string out;
  const std::uint64_t whose = hash64(pattern);
  while (true) {
    const std::size_t at = pattern.find("${");
    out += pattern.substr(0, at);
    if (at == std::string_view::npos) return out;
    const std::size_t end = pattern.find('}', at);
    if (end == std::string_view::npos) return out;
    const std::string_view what = pattern.substr(at + 2, end - at - 2);
    const names::Shape s = names::shape(what);
    if (what.starts_with("id")) {
      const double u = rng.unit();
      names::label(out, whose + static_cast<std::uint64_t>(u * u * static_cast<double>(s.many)), s.length);
    } else if (what.starts_with("new")) {
      names::label(out, rng.next(), static_cast<int>(s.many));
    } else if (what == "machine") {
      names::label(out, machine == nullptr ? world.seed : machine->guid_seed, 26);
    } else if (what == "tenant") {
      out += world.tenant;
    }
    pattern.remove_prefix(end + 1);
  }
}

std::string site_host(const Site& site, Rng& rng, const World& world, const Machine* machine) {
  const std::string& name = rng.pick(site.names);
  if (name.empty()) return site.domain;
  return (name.find("${") == std::string::npos ? name : fill_name(name, rng, world, machine)) + "." + site.domain;
}

std::string reversed(std::string_view address) {
  std::string out;
  while (true) {
    const std::size_t dot = address.rfind('.');
    out += address.substr(dot == std::string_view::npos ? 0 : dot + 1);
    if (dot == std::string_view::npos) return out;
    out += '.';
    address = address.substr(0, dot);
  }
}

std::string stranger_name(std::string_view address) {
  const std::uint64_t h = hash64(address);
  if (h % 10 < 4) return {};
  std::string dashes(address);
  for (char& c : dashes) c = c == '.' ? '-' : c;
  constexpr std::string_view kWays[] = {"host-{}", "{}.dynamic", "ip-{}.pool", "{}.static", "vps-{}"};
  std::string out(kWays[h / 10 % std::size(kWays)]);
  out.replace(out.find("{}"), 2, dashes);
  return fmt::format("{}.provider-{}.example", out, h / 100 % 40);
}

std::string v6_address(std::string_view domain, std::string_view host) {
  return fmt::format("2001:db8:{:x}::{:x}", 1 + hash64(domain) % 65'535, 1 + hash64(host) % 4'095);
}

std::string mistyped(std::string_view name, Rng& rng) {
  std::string out(name);
  if (out.size() < 3) return out + "x";
  const std::size_t at = rng.below(out.size() - 1);
  const std::size_t letter = out[at] == '.' || out[at + 1] == '.' ? 0 : at;
  switch (rng.below(4)) {
    case 0: out.erase(letter, 1); break;
    case 1: out.insert(letter, 1, out[letter]); break;
    case 2: std::swap(out[letter], out[letter + 1]); break;
    default: out[letter] = static_cast<char>('a' + rng.below(26)); break;
  }
  return out == name ? out.insert(1, 1, 'e') : out;
}

}  // namespace custos::simulate
