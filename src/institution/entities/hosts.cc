#include "institution/entities/hosts.h"

#include <arpa/inet.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace {

constexpr Micros kHold = 24 * 3'600 * kSecond;  // a sighting without a lease counts for a day

bool ipv4(std::string_view text, std::uint32_t& into) {
  in_addr a{};
  if (text.size() > 15 || inet_pton(AF_INET, std::string(text).c_str(), &a) != 1) return false;
  into = ntohl(a.s_addr);
  return true;
}

}  // namespace

std::string plain_address(std::string_view written) {
  std::string_view s = trim(written);
  if (s.starts_with('[') && s.find(']') != std::string_view::npos) s = s.substr(1, s.find(']') - 1);
  if (const std::size_t zone = s.find('%'); zone != std::string_view::npos) s = s.substr(0, zone);
  if (s.size() > 7 && equals_ignore_ascii_case(s.substr(0, 7), "::ffff:") && s.find('.') != std::string_view::npos) s.remove_prefix(7);
  std::uint32_t v4;
  if (ipv4(s, v4)) return std::string(s);
  in6_addr v6{};
  if (s.size() > 45 || inet_pton(AF_INET6, std::string(s).c_str(), &v6) != 1) return {};
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, &v6, text, sizeof text) == nullptr ? std::string() : std::string(text);
}

Hosts::Hosts(const Institution& known) : domain_(fold(known.domain)), addresses_(kHold, kMost) {
  for (const Host& h : known.hosts) {
    const std::string canonical = fold(h.name);
    for (const std::string& alias : h.aliases) aliases_.emplace(fold(alias), canonical);
    if (!h.domain.empty()) aliases_.emplace(fold(h.name + "." + h.domain), canonical);
    for (const std::string& a : h.addresses) {
      if (const std::string p = plain_address(a); !p.empty()) fixed_.emplace(p, canonical);
    }
  }
  for (const Network& n : known.networks) {
    for (const std::string& cidr : n.cidrs) {
      const std::size_t slash = cidr.find('/');
      std::uint32_t base;
      if (!ipv4(std::string_view(cidr).substr(0, slash), base)) continue;
      const int bits = slash == std::string::npos ? 32 : std::atoi(cidr.c_str() + slash + 1);
      const std::uint32_t mask = bits <= 0 ? 0 : 0xFFFFFFFFu << (32 - std::min(bits, 32));
      (n.nat ? shared_ : networks_).push_back({base & mask, base | ~mask, n.name});
    }
  }
  for (const KnownSource& k : known.known) {
    if (k.kind != "egress") continue;
    for (const std::string& a : k.addresses) {
      if (std::uint32_t v; ipv4(a, v)) shared_.push_back({v, v, k.name});
    }
  }
}

std::string Hosts::name(std::string_view written) const {
  std::string s = fold(trim(written));
  while (s.starts_with('\\')) s.erase(0, 1);
  if (s.ends_with('$')) s.pop_back();
  if (s.ends_with('.')) s.pop_back();
  if (s.empty() || s == "-" || s == "localhost") return {};
  if (const auto at = aliases_.find(s); at != aliases_.end()) return at->second;
  // Another institution's ws-014 is another computer; ours is written with and without our domain.
  if (!domain_.empty() && s.size() > domain_.size() + 1 && s.ends_with(domain_) && s[s.size() - domain_.size() - 1] == '.')
    s.resize(s.size() - domain_.size() - 1);
  return s;
}

std::uint32_t Hosts::number(const std::string& host) {
  const auto [at, fresh] = numbers_.emplace(host, static_cast<std::uint32_t>(names_.size()));
  if (fresh) names_.push_back(host);
  return at->second;
}

void Hosts::saw(std::string_view address, std::string_view host, Micros at, Micros until, bool begins, std::uint32_t source, std::uint64_t record) {
  const std::string a = plain_address(address), h = name(host);
  if (a.empty() || h.empty() || at == kNoTime || a.starts_with("127.") || a == "::1") return;
  if (names_.size() >= kMost) {
    ++forgotten_;
    return;
  }
  const Evidence e{hash64(a), number(h), at, until, begins, source, record};
  addresses_.add(e);
  if (begins) leases_.push_back(e);
}

void Hosts::absorb(Hosts&& other, const std::vector<std::uint32_t>& sources) {
  std::vector<std::uint32_t> renumbered;
  for (const std::string& n : other.names_) renumbered.push_back(number(n));
  addresses_.take(other.addresses_, [&](Evidence e) {
    e.value = renumbered[e.value];
    if (!sources.empty()) e.source = sources[e.source];
    return e;
  });
  for (Evidence e : other.leases_) {
    e.value = renumbered[e.value];
    leases_.push_back(e);
  }
  forgotten_ += other.forgotten_;
}

void Hosts::settle() {
  // A computer that takes a new address by lease has given up the one it had by lease.
  std::sort(leases_.begin(), leases_.end(), [](const Evidence& a, const Evidence& b) {
    return a.value != b.value ? a.value < b.value : a.at != b.at ? a.at < b.at : a.key < b.key;
  });
  for (std::size_t i = 1; i < leases_.size(); ++i) {
    if (leases_[i].value == leases_[i - 1].value && leases_[i].key != leases_[i - 1].key)
      addresses_.end(leases_[i - 1].key, leases_[i - 1].value, leases_[i].at);
  }
  addresses_.settle();
}

bool Hosts::ours(std::string_view address) const {
  const std::string plain = plain_address(address);
  std::uint32_t v;
  if (!ipv4(plain, v)) return plain.starts_with("fd") || plain.starts_with("fe80:");
  const auto inside = [v](const Block& b) { return v >= b.first && v <= b.last; };
  if (std::any_of(networks_.begin(), networks_.end(), inside) || std::any_of(shared_.begin(), shared_.end(), inside)) return true;
  return networks_.empty() && (v >> 24 == 10 || v >> 20 == 0xAC1 || v >> 16 == 0xC0A8 || v >> 16 == 0xA9FE);
}

Answer Hosts::by_address(std::string_view address, Micros at, const std::vector<std::string>& sources) const {
  Answer a;
  const std::string plain = plain_address(address);
  if (plain.empty()) return a;
  if (const auto fixed = fixed_.find(plain); fixed != fixed_.end()) {
    a.value = fixed->second;
    a.from = "institution file";
    a.candidates = {a.value};
    return a;
  }
  if (std::uint32_t v; ipv4(plain, v)) {
    for (const Block& b : shared_) {
      if (v < b.first || v > b.last) continue;
      a.from = fmt::format("many computers share {} ({})", plain, b.name);
      return a;
    }
  }
  const Timeline::Found f = addresses_.find(hash64(plain), at);
  for (const std::uint32_t c : f.candidates) a.candidates.push_back(names_[c]);
  if (f.run == nullptr) return a;
  a.value = names_[f.run->value];
  a.span = {f.from, f.until};
  a.from = fmt::format("{} in {}, record {}", f.run->begins ? "lease" : "seen", f.run->source < sources.size() ? sources[f.run->source] : std::string("?"),
                       f.run->record);
  return a;
}

}  // namespace custos::institution
