#include "institution/entities/hosts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace {

constexpr Micros kHold = 24 * 3'600 * kSecond;  // a sighting without a lease counts for a day

}  // namespace

std::string plain_address(std::string_view written) {
  std::string_view s = trim(written);
  if (s.starts_with('[') && s.find(']') != std::string_view::npos) s = s.substr(1, s.find(']') - 1);
  const auto a = parse_address(s);
  return a ? text_of(*a) : std::string();
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
      if (const auto c = parse_cidr(cidr)) (n.nat ? shared_ : networks_).push_back({*c, n.name});
    }
  }
  for (const KnownSource& k : known.known) {
    if (k.kind != "egress") continue;
    for (const std::string& a : k.addresses) {
      if (const auto c = parse_cidr(a)) shared_.push_back({*c, k.name});
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
  const auto a = parse_address(plain_address(address));
  if (!a) return false;
  const auto holds = [&a](const Block& b) { return b.network.holds(*a); };
  if (std::any_of(networks_.begin(), networks_.end(), holds) || std::any_of(shared_.begin(), shared_.end(), holds)) return true;
  if (networks_.empty() || !a->v4()) return is_private(*a) || parse_cidr("169.254.0.0/16")->holds(*a) || parse_cidr("fe80::/10")->holds(*a);
  return false;
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
  for (const Block& b : shared_) {
    if (!b.network.holds(*parse_address(plain))) continue;
    a.from = fmt::format("many computers share {} ({})", plain, b.name);
    return a;
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
