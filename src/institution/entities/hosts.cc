#include "institution/entities/hosts.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::institution {
namespace {

constexpr Micros kHold = 24 * 3'600 * kSecond;  // a sighting without a lease counts for a day

}  // namespace

std::vector<std::uint32_t> ranks_of(const std::vector<std::string>& texts) {
  std::vector<std::uint32_t> order(texts.size()), ranks(texts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && texts[order[i]] != texts[order[i - 1]]) ++rank;
    ranks[order[i]] = rank;
  }
  return ranks;
}

std::string plain_address(std::string_view written) {
  std::string_view s = trim(written);
  if (s.starts_with('[') && s.find(']') != std::string_view::npos) s = s.substr(1, s.find(']') - 1);
  const auto a = parse_address(s);
  return a ? text_of(*a) : std::string();
}

Hosts::Hosts(const Institution& known) : domain_(fold(known.domain)), addresses_(kHold, kMost) {
  for (const Host& h : known.hosts) {
    const std::string canonical = fold(h.name);
    if (std::find(h.roles.begin(), h.roles.end(), "web") != h.roles.end()) web_servers_.push_back(canonical);
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

void Hosts::wrote(std::string_view computer) {
  if (!domain_.empty() || domains_.size() > 1) return;
  const std::size_t dot = computer.find('.');
  if (dot == std::string_view::npos || computer.substr(dot + 1) == last_domain_ || !plain_address(computer).empty()) return;
  last_domain_ = computer.substr(dot + 1);
  domains_.insert(fold(last_domain_));
}

void Hosts::saw(std::string_view address, std::string_view host, Micros at, Micros until, bool begins, std::uint32_t source, std::uint64_t record) {
  const std::string a = plain_address(address), h = name(host);
  if (a.empty() || h.empty() || at == kNoTime || a.starts_with("127.") || a == "::1") return;
  if (names_.size() >= kMost || spelled_.size() >= kMost) {
    ++forgotten_;
    return;
  }
  const Evidence e{hash64(a), number(h), at, until, begins, source, record};
  spelled_.try_emplace(e.key, a);
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
  spelled_.merge(other.spelled_);
  domains_.merge(other.domains_);
  forgotten_ += other.forgotten_;
}

void Hosts::settle(const std::vector<std::uint32_t>& source_ranks) {
  if (domain_.empty() && domains_.size() == 1) domain_ = *domains_.begin();
  for (std::string& n : names_) n = name(n);
  const std::vector<std::uint32_t> ranks = ranks_of(names_);
  const auto change = [&](Evidence e) {
    e.value = ranks[e.value];
    if (e.source < source_ranks.size()) e.source = source_ranks[e.source];
    return e;
  };
  addresses_.renumber(change);
  for (Evidence& e : leases_) e = change(e);
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  numbers_.clear();
  for (std::uint32_t i = 0; i < names_.size(); ++i) numbers_[names_[i]] = i;
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
  a = answer_of(*f.run, sources);
  a.span = {f.from, f.until};
  return a;
}

Answer Hosts::answer_of(const Timeline::Run& run, const std::vector<std::string>& sources) const {
  Answer a;
  a.value = names_[run.value];
  a.candidates = {a.value};
  a.span = {run.first, run.until};
  a.from = fmt::format("{} in {}, record {}", run.begins ? "lease" : "seen", run.source < sources.size() ? sources[run.source] : std::string("?"), run.record);
  return a;
}

Answer Hosts::only_web_server() const {
  Answer a;
  a.candidates = web_servers_;
  if (web_servers_.size() != 1) return a;
  a.value = web_servers_.front();
  a.from = "the institution file's only host with role web";
  return a;
}

std::vector<Answer> Hosts::holders(std::string_view address, const std::vector<std::string>& sources) const {
  const std::string plain = plain_address(address);
  std::vector<Answer> out;
  // What the institution file says, or that the address is many computers', holds at all times.
  if (Answer a = by_address(plain, kNoTime, sources); !a.from.empty()) return {std::move(a)};
  for (const Timeline::Run& r : addresses_.runs(hash64(plain))) out.push_back(answer_of(r, sources));
  return out;
}

std::vector<Answer> Hosts::addresses(std::string_view host, const std::vector<std::string>& sources) const {
  std::vector<Answer> out;
  const std::string wanted = name(host);
  for (const auto& [address, of] : fixed_) {
    if (of == wanted) out.push_back({address, {}, "institution file", {address}});
  }
  for (const auto& [key, spelled] : spelled_) {
    for (const Timeline::Run& r : addresses_.runs(key)) {
      if (names_[r.value] != wanted) continue;
      out.push_back(answer_of(r, sources));
      out.back().value = spelled;
      out.back().candidates = {spelled};
    }
  }
  std::sort(out.begin(), out.end(), [](const Answer& a, const Answer& b) { return std::tie(a.span.from, a.value) < std::tie(b.span.from, b.value); });
  return out;
}

}  // namespace custos::institution
